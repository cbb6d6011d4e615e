#pragma once
/// Who may have how many of the process's file descriptors: each connected client needs one, and one more for its provider while it is being
/// served. What is left over keeps connections to providers open between requests. share_out() is pure.

#include "config/settings.hpp"

#include <cstddef>

namespace sallyport {

struct descriptor_shares {
  std::size_t clients;            ///< open client connections, over all workers
  std::size_t kept_to_providers;  ///< connections that each pool of a worker keeps open while nothing runs on them
};

/// What a process needs that is to serve so many clients at once on so many workers.
std::size_t descriptors_wanted(std::size_t clients, int workers);
/// Of `limit` descriptors; never more clients than wanted, and never none.
descriptor_shares share_out(std::size_t limit, std::size_t clients_wanted, int workers);
/// Raises the process's own limit (RLIMIT_NOFILE) to `wanted`, or as far as the system allows; never lowers it. What it then is.
std::size_t raise_descriptor_limit(std::size_t wanted);

}  // namespace sallyport

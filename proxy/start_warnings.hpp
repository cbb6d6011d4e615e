#pragma once
/// What whoever starts a gateway should read once: that it is open to anybody, and that it may have too few file descriptors.

#include "config/settings.hpp"
#include "proxy/descriptors.hpp"
#include "proxy/observe/logger.hpp"

#include <cstddef>

namespace sallyport {

/// `descriptors`: what the process may have, of which `shares` were made for so many workers.
void warn_at_start(observe::logger& log, const config::settings& settings, const descriptor_shares& shares, std::size_t descriptors, int workers);

}  // namespace sallyport

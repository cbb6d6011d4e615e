#pragma once
/// How much the whole process holds at once: requests in flight and bytes of their bodies. Shared by all workers; two atomics.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/words/lease.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sallyport::stages {

/// Outlives every lease that it gave. Limits are arguments, since a reload may change them.
class capacity {
 public:
  struct room {
    lease request;
    lease body;   ///< may end before the request does, when nobody needs its body any more
  };

  /// Room for one request with a body of that many bytes, or `overloaded`: both are taken or none.
  result<room> take(std::uint64_t body_bytes, const config::listen_settings& limits);

  std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  std::uint64_t buffered() const { return buffered_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::uint64_t> buffered_{0};
};

}  // namespace sallyport::stages

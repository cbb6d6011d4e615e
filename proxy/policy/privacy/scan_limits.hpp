#pragma once
/// What a scan may cost, and why one did not see everything.

#include <cstddef>
#include <cstdint>
#include <functional>

namespace sallyport::policy::privacy {

/// Bytes between two questions whether the time is over.
inline constexpr std::size_t scan_block = 64 * 1024;

struct scan_limits {
  std::size_t bytes = 0;            ///< of all texts together; what is beyond is not looked at
  std::function<bool()> expired;    ///< asked before the first byte and about every scan_block bytes; empty: there is no end of time
};

/// Why something may have been overlooked.
enum class scan_gap : std::uint8_t { none, too_large, expired, out_of_memory };

}  // namespace sallyport::policy::privacy

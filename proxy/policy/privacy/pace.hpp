#pragma once
/// How much of a scan's limits is used up.

#include "proxy/policy/privacy/scan_limits.hpp"

#include <algorithm>

namespace sallyport::policy::privacy {

/// Of one scan. One thread.
class pace {
 public:
  explicit pace(const scan_limits& limits) : limits_(limits) {}

  /// How many bytes may be looked at yet.
  std::size_t left() const { return limits_.bytes - used_; }
  void use(std::size_t bytes) { used_ += std::min(bytes, left()); }

  /// To be called before each block; asks `expired` once every scan_block bytes.
  bool may_go_on(std::size_t next_bytes) {
    since_asked_ += next_bytes;
    if (since_asked_ < scan_block) return !expired_;
    since_asked_ = 0;
    expired_ = expired_ || (limits_.expired && limits_.expired());
    return !expired_;
  }

 private:
  const scan_limits& limits_;
  std::size_t used_ = 0;
  std::size_t since_asked_ = scan_block;   // the first call asks
  bool expired_ = false;
};

}  // namespace sallyport::policy::privacy

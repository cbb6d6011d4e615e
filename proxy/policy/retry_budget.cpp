#include "proxy/policy/retry_budget.hpp"

#include <algorithm>

namespace sallyport::policy {
namespace {

std::int64_t ns_of(duration time) { return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count(); }

}  // namespace

bool retry_budget::take(instant now) { return move(now, of_a_send); }

bool retry_budget::move(instant now, duration by) {
  const auto now_ns = ns_of(now.time_since_epoch());
  auto seen = empty_since_ns_.load(std::memory_order_relaxed);
  for (;;) {
    const auto next = std::max(seen, now_ns - ns_of(held_max)) + ns_of(by);
    if (next > now_ns && by > duration{}) return false;
    if (empty_since_ns_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
  }
}

}  // namespace sallyport::policy

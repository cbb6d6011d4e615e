#pragma once
/// How many further sends one deployment gets while it fails: a share of the calls that reach it, and a few a second. So retries cannot
/// multiply the load of what is down.

#include "proxy/words/clock.hpp"

#include <atomic>
#include <cstdint>

namespace sallyport::policy {

/// Any thread, no lock: one number, the time since which what is free has been growing. One further send is 100 ms of it.
class retry_budget {
 public:
  static constexpr duration of_a_send = std::chrono::milliseconds(100);      ///< 10 a second
  static constexpr duration of_a_request = std::chrono::milliseconds(20);    ///< a fifth of a send
  static constexpr duration held_max = std::chrono::seconds(10);             ///< 100 sends, free at the start

  /// A call has come to this deployment.
  void count_request(instant now) { move(now, -of_a_request); }
  /// A further send for a call that was sent before, here or elsewhere. False: nothing is left, and nothing was taken.
  bool take(instant now);

 private:
  bool move(instant now, duration by);

  std::atomic<std::int64_t> empty_since_ns_{0};
};

}  // namespace sallyport::policy

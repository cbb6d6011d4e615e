#pragma once
/// Time, handed in. The real one is the worker's; the simulation's moves only when nothing else can.

#include "proxy/words/task.hpp"

#include <chrono>
#include <memory>

namespace sallyport {

using instant = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;
using wall_time = std::chrono::system_clock::time_point;

/// A wait that can be ended early, by the same thread. Owned by whoever waits; must outlive the wait.
class wait_handle {
 public:
  virtual ~wait_handle() = default;
  /// Waits until `until`. True: the time has come. False: cancelled. One wait at a time.
  virtual task<bool> until(instant until) = 0;
  /// Ends the wait under way, or the next one if none is.
  virtual void cancel() = 0;
};

class clock {
 public:
  virtual ~clock() = default;
  virtual instant now() const = 0;      ///< for durations, deadlines and rates
  virtual wall_time wall() const = 0;   ///< for logs, ledger rows and dates in headers
  virtual std::unique_ptr<wait_handle> make_wait() = 0;
};

}  // namespace sallyport

#pragma once
/// Money of one budget in one window of time: what was spent, and what calls under way have reserved. Admission looks at the sum of both,
/// so that calls that begin together cannot all see the same free money.

#include "adapters/words/money.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>

namespace sallyport::ledger {

struct money_books {
  nano_usd spent = 0;
  nano_usd reserved = 0;
};

/// Any thread, no lock. A call may turn out dearer than what it reserved: spent then passes the limit by that, and the next one is refused.
class budget_window {
 public:
  explicit budget_window(std::int64_t begins, nano_usd spent = 0) : begins_(begins), committed_(spent), spent_(spent) {}

  std::int64_t begins() const { return begins_; }   ///< seconds since 1970; the window's id in ledger rows

  /// True: `amount` more is reserved. False: spent and reserved money leave no room for it below `limit`, and nothing is taken. What costs
  /// nothing always has room.
  bool reserve(nano_usd amount, nano_usd limit);
  void reserve_anyway(nano_usd amount) { committed_.fetch_add(amount, std::memory_order_relaxed); }
  /// A call has ended: what it reserved becomes what it cost. Returns what was spent before, so that exactly one call sees a threshold passed.
  nano_usd settle(nano_usd reserved, nano_usd cost);

  money_books books() const;

 private:
  std::int64_t begins_;
  std::atomic<nano_usd> committed_;   ///< spent + reserved
  std::atomic<nano_usd> spent_;
};

/// All windows of one budget that were asked for. A window is never forgotten and never moves: a clock that is set back finds the window
/// that it left, with what was spent there, so that no jump of the clock grants anything twice.
class budget_account {
 public:
  /// The window that begins then; a new one has spent nothing. Takes a lock only when another window than the last one is wanted.
  budget_window& window(std::int64_t begins);
  /// Makes a window known with what the ledger says was spent in it. Does nothing when the window is known: the account knows better then.
  void know(std::int64_t begins, nano_usd spent);

 private:
  budget_window& find_or_make(std::int64_t begins, nano_usd spent);

  std::atomic<budget_window*> current_{nullptr};
  std::mutex changing_;
  std::deque<budget_window> windows_;   // whose elements stay where they are
};

}  // namespace sallyport::ledger

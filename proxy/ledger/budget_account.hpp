#pragma once
/// Money of one team: what was spent in windows of time, and what calls under way have reserved. Admission looks at the sum of both, so
/// that calls that begin together cannot all see the same free money.

#include "adapters/words/money.hpp"
#include "proxy/ledger/quarter_hour.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace sallyport::ledger {

struct money_books {
  nano_usd spent = 0;
  nano_usd reserved = 0;
};

/// Seconds since 1970: [begins, ends), both the start of a quarter-hour.
struct money_span {
  std::int64_t begins = 0;
  std::int64_t ends = 0;
  bool operator==(const money_span&) const = default;
};

/// Any thread, no lock. A call may turn out dearer than what it reserved: spent then passes the limit by that, and the next one is refused.
class budget_window {
 public:
  /// `spent`: what was spent in it by calls of other windows and earlier runs.
  explicit budget_window(money_span of, nano_usd spent = 0);

  const money_span& span() const { return span_; }

  /// True: `amount` more is reserved. False: spent and reserved money leave no room for it below `limit`, and nothing is taken. What costs
  /// nothing always has room.
  bool reserve(nano_usd amount, nano_usd limit);
  void reserve_anyway(nano_usd amount) { committed_.fetch_add(amount, std::memory_order_relaxed); }
  /// A call has ended that this window admitted in that quarter-hour, which lies in it: what it reserved becomes what it cost. Returns what
  /// was spent before, so that exactly one call sees a threshold passed.
  nano_usd settle(nano_usd reserved, nano_usd cost, std::int64_t quarter);
  /// Calls that another window admitted spent that much more within this one.
  void add(nano_usd spent);

  money_books books() const;
  /// What the calls that this window admitted within that span have spent by now.
  nano_usd settled_within(money_span part) const;

 private:
  std::size_t place_of(std::int64_t quarter) const;

  money_span span_;
  std::atomic<nano_usd> committed_;   ///< spent + reserved
  std::atomic<nano_usd> spent_;
  std::vector<std::atomic<nano_usd>> settled_;   ///< by the calls of this window, a quarter-hour each
};

/// All windows of one team that were asked for. A window is never forgotten and never moves: a clock that is set back finds the window that
/// it left, with what was spent there, so that no jump of the clock grants anything twice. Windows of several lengths and zones may share
/// time, as after a reload: each knows all that was spent within it.
class budget_account {
 public:
  /// What earlier runs of the gateway spent, by quarter-hours in their order. At most once, before the first window is asked for.
  void begin_with(std::vector<spent_quarter> earlier);
  /// Calls of another process, which ends, spent that much more in that quarter-hour. Any thread. Nothing before begin_with(), which will
  /// know of it.
  void learn(std::int64_t quarter, nano_usd amount);
  /// Whether begin_with() was called.
  bool has_begun() const;

  /// The window of that time; a new one has spent what is known of its quarter-hours. Any thread; takes a lock only when another window
  /// than the last one is wanted.
  budget_window& window(money_span span);

  /// Carries over what has been spent since, from each window into those that share time with it: into the one of a reload what calls from
  /// before it come to cost. `now`, in seconds since 1970: what ended two days ago is let alone. Any thread; about once a second.
  void carry(std::int64_t now);

 private:
  /// Two windows that share some time: what calls of one spend there is spent in the other, too.
  struct overlap {
    budget_window* from;
    budget_window* into;
    money_span shared;
    nano_usd carried;
  };

  budget_window& find_or_make(money_span span);
  budget_window& make(money_span span);
  nano_usd spent_earlier(money_span span) const;

  std::atomic<budget_window*> current_{nullptr};
  mutable std::mutex changing_;         ///< guards what follows
  bool has_begun_ = false;
  std::vector<spent_quarter> earlier_;
  std::deque<budget_window> windows_;   ///< whose elements stay where they are
  std::vector<overlap> overlaps_;
};

}  // namespace sallyport::ledger

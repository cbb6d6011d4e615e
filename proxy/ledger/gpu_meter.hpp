#pragma once
/// Splits the money of machines that are paid by the hour: what attempts used of them, and what stood idle. Pure: time is an argument.

#include "adapters/words/money.hpp"
#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>
#include <cstdint>

namespace sallyport::ledger {

/// Since the meter began.
struct gpu_totals {
  std::chrono::nanoseconds busy{0};   ///< something was in flight
  std::chrono::nanoseconds idle{0};   ///< nothing was, and it is paid all the same
  nano_usd used = 0;                  ///< handed to attempts
  nano_usd idle_cost = 0;             ///< of the idle time, taken or not
  bool operator==(const gpu_totals&) const = default;
  gpu_totals operator-(const gpu_totals& before) const {
    return {busy - before.busy, idle - before.idle, used - before.used, idle_cost - before.idle_cost};
  }
};

/// The machines behind one deployment. While n attempts are in flight each bears 1/n of the price; while none is, the price is idle as far
/// as it is paid (hourly_price::hours_a_day). Not thread-safe.
///
/// Whenever nothing is in flight, used + idle_cost is exactly price x (busy + idle), rounded down to the nano-dollar: fractions are carried
/// on.
///
/// Hours a day: of each day at least so many are paid, and time counts as idle only once it is certain that the rest of the day is too
/// short to use them. So a day costs max(hours, busy time), and idle time accrues at its end; with 24 hours it accrues at once, with 0
/// never. Days begin at midnight in UTC as the clock said at the start, and are 24 hours of the steady clock: a later jump of the clock
/// shifts them.
class gpu_meter {
 public:
  /// What an attempt in flight holds.
  struct place {
    std::uint64_t mark = 0;
  };

  /// `counted_today`: the part of this day that was counted already, as by a process before this one.
  gpu_meter(const config::hourly_price& price, instant now, wall_time today, duration counted_today = {});

  /// A `now` that lies before an earlier one counts as that: workers read the clock before they wait for each other.
  place enter(instant now);
  /// The attempt's share of what its time cost.
  nano_usd leave(place taken, instant now);
  /// The idle money since it was last taken.
  nano_usd take_idle(instant now);
  /// What was before is counted at the old price. The day's remaining hours are reckoned anew.
  void reprice(const config::hourly_price& price, instant now);

  /// An attempt with this share wrote so many tokens.
  void learn(nano_usd share, std::int64_t output_tokens);
  /// What an attempt of so many output tokens is expected to cost: by the mean of those that were learned, the newer ones weighing more;
  /// before the first, as assumed_cost.
  nano_usd expected_cost(std::int64_t output_tokens) const;

  gpu_totals totals() const { return totals_; }
  int in_flight() const { return in_flight_; }
  const config::hourly_price& price() const { return price_; }

 private:
  /// A day, or what of it lies behind the last change of price.
  struct window {
    instant ends;
    duration counted{0};  ///< of the same day, before this window
    duration owed{0};     ///< paid in this window at least
    duration busy{0};
    duration idle{0};
  };

  window window_until(instant ends, instant now, duration counted) const;
  void advance(instant now);
  void pass_in_day(instant until);
  void share_out(duration busy);
  void accrue_idle(instant now);
  void owe(duration paid);

  config::hourly_price price_;
  instant last_;
  window today_;
  int in_flight_ = 0;

  // The money of one attempt in flight since the start, in parts of a nano-dollar; it may wrap, since only differences are read: an
  // attempt may last four hours at the dearest price, 1,000,000 USD an hour.
  std::uint64_t mark_ = 0;
  std::uint64_t unshared_ = 0;   ///< rest of the division by the hour and by the attempts
  std::uint64_t carry_ = 0;      ///< parts of a nano-dollar that leaving attempts left behind
  std::uint64_t owed_rest_ = 0;  ///< rest of the division of owed_ by the hour
  nano_usd owed_ = 0;            ///< price x (busy + idle)
  nano_usd idle_taken_ = 0;
  gpu_totals totals_;

  nano_usd learned_cost_ = 0;
  std::int64_t learned_tokens_ = 0;
};

/// What an attempt costs that has the machines for itself and writes 50 tokens a second: the guess before anything is known.
nano_usd assumed_cost(const config::hourly_price& price, std::int64_t output_tokens);

}  // namespace sallyport::ledger

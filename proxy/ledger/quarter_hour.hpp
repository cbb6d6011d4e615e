#pragma once
/// The grain in which spent money is kept. Clocks of all time zones differ from UTC by whole quarter-hours, so every window of every budget
/// begins and ends on one, and what was spent in it is a sum of quarter-hours, whatever the budget's `per` and `timezone` become.

#include "adapters/words/money.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>
#include <cstdint>

namespace sallyport::ledger {

inline constexpr std::chrono::seconds quarter_hour = std::chrono::minutes(15);

/// How long they are kept: the longest window, a month, and 40 days more.
inline constexpr std::chrono::days quarters_kept{31 + 40};

/// The start of the one that holds `now`, in seconds since 1970.
constexpr std::int64_t quarter_hour_of(wall_time now) {
  return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<900>>>(now.time_since_epoch()).count() * quarter_hour.count();
}

/// Money of the calls of one team that were admitted in one of them.
struct spent_quarter {
  std::int64_t begins = 0;   ///< seconds since 1970
  nano_usd spent = 0;
  bool operator==(const spent_quarter&) const = default;
};

}  // namespace sallyport::ledger

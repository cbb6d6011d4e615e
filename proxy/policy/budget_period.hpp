#pragma once
/// Where the window of a budget begins and ends: a day, a week from Monday or a month of the calendar in the budget's own time zone, or an
/// hour of UTC.

#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>

namespace sallyport::policy {

/// [begins, ends), in UTC.
struct period {
  std::chrono::sys_seconds begins;
  std::chrono::sys_seconds ends;
};

/// The one that holds `now`. A day on which clocks change has 23 or 25 hours. Windows follow each other without gap or overlap.
period period_at(config::budget_period per, const config::time_zone& zone, wall_time now);

}  // namespace sallyport::policy

#include "proxy/policy/budget_period.hpp"

namespace sallyport::policy {
namespace {

using namespace std::chrono;

sys_seconds midnight(const config::time_zone& zone, sys_days date) { return zone.utc({.date = year_month_day(date)}); }

period days_from(const config::time_zone& zone, sys_days first, days count) { return {midnight(zone, first), midnight(zone, first + count)}; }

period month_at(const config::time_zone& zone, year_month_day date) {
  const year_month_day first = date.year() / date.month() / 1;
  return {midnight(zone, sys_days(first)), midnight(zone, sys_days(first + months(1)))};
}

}  // namespace

period period_at(config::budget_period per, const config::time_zone& zone, wall_time now) {
  const auto at = floor<seconds>(now);
  // Not by the wall's clock: the hour that comes twice would be one window of two hours, and Lord Howe's clocks change by half an hour.
  if (per == config::budget_period::hour) return {floor<hours>(at), floor<hours>(at) + hours(1)};
  const auto date = zone.local(at).date;
  switch (per) {
    case config::budget_period::day: return days_from(zone, sys_days(date), days(1));
    case config::budget_period::week: return days_from(zone, sys_days(date) - (weekday(sys_days(date)) - Monday), days(7));
    default: return month_at(zone, date);
  }
}

}  // namespace sallyport::policy

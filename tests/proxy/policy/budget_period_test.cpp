#include "proxy/policy/budget_period.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace std::chrono;
using namespace std::chrono_literals;
using config::budget_period;
using policy::period_at;

namespace {

config::time_zone zone(const std::string& name) {
  const auto found = config::time_zone::named(name);
  REQUIRE(found);
  return *found;
}

sys_seconds utc(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0) {
  return sys_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute) + seconds(second);
}

policy::period at(budget_period per, const std::string& name, sys_seconds now) { return period_at(per, zone(name), now); }

}  // namespace

TEST_CASE("a month begins at the zone's own midnight") {
  const auto paris = at(budget_period::month, "Europe/Paris", utc(2026, 6, 30, 22, 30));
  CHECK(paris.begins == utc(2026, 6, 30, 22));
  CHECK(paris.ends == utc(2026, 7, 31, 22));
  CHECK(at(budget_period::month, "UTC", utc(2026, 6, 30, 22, 30)).begins == utc(2026, 6, 1));
  CHECK(at(budget_period::month, "Asia/Kolkata", utc(2026, 6, 30, 18, 30)).begins == utc(2026, 6, 30, 18, 30));
  CHECK(at(budget_period::month, "UTC", utc(2028, 2, 29, 23, 59, 59)).ends == utc(2028, 3, 1));
}

TEST_CASE("a week begins on Monday") {
  const auto week = at(budget_period::week, "UTC", utc(2026, 11, 29, 23, 59, 59));   // a Sunday
  CHECK(week.begins == utc(2026, 11, 23));
  CHECK(week.ends == utc(2026, 11, 30));
  CHECK(at(budget_period::week, "UTC", week.ends).begins == week.ends);
}

TEST_CASE("the day on which clocks change has 23 or 25 hours") {
  const auto spring = at(budget_period::day, "Europe/Paris", utc(2026, 3, 29, 12));
  CHECK(spring.ends - spring.begins == 23h);
  const auto autumn = at(budget_period::day, "Europe/Paris", utc(2026, 10, 25, 12));
  CHECK(autumn.ends - autumn.begins == 25h);
}

TEST_CASE("the hour that comes twice is two windows of an hour each") {
  const auto first = at(budget_period::hour, "Europe/Paris", utc(2026, 10, 25, 0, 30));
  const auto second = at(budget_period::hour, "Europe/Paris", utc(2026, 10, 25, 1, 30));
  CHECK(first.begins == utc(2026, 10, 25, 0));
  CHECK(second.begins == utc(2026, 10, 25, 1));
  CHECK(at(budget_period::hour, "Asia/Kolkata", utc(2026, 1, 1, 0, 29)).begins == utc(2026, 1, 1));
}

TEST_CASE("in every zone that the machine knows, every window begins and ends on a quarter-hour of UTC") {
  const auto& names = config::time_zone_names();
  CHECK(names.size() >= 1);
  for (const auto& name : names) {
    CAPTURE(name);
    const auto there = zone(name);
    // Every five days meets each change of clocks with the week around it, and each month.
    for (auto now = utc(2024, 1, 1); now < utc(2037, 12, 1); now += days(5))
      for (const auto per : {budget_period::hour, budget_period::day, budget_period::week, budget_period::month}) {
        const auto window = period_at(per, there, now);
        REQUIRE(window.begins.time_since_epoch() % 15min == 0s);
        REQUIRE(window.ends.time_since_epoch() % 15min == 0s);
      }
  }
}

TEST_CASE("windows follow each other without gap or overlap, over every change of clocks of two years") {
  for (const char* name : {"UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"})
    for (const auto per : {budget_period::hour, budget_period::day, budget_period::week, budget_period::month}) {
      CAPTURE(name);
      const auto step = per == budget_period::hour ? 20min : 5h;
      auto window = at(per, name, utc(2026, 1, 1));
      for (auto now = utc(2026, 1, 1); now < utc(2028, 1, 1); now += step) {
        while (now >= window.ends) {
          const auto next = at(per, name, window.ends);
          REQUIRE(next.begins == window.ends);
          window = next;
        }
        const auto found = at(per, name, now);
        REQUIRE(found.begins == window.begins);
        REQUIRE(found.ends == window.ends);
      }
    }
}

#include "config/time_zone.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

using namespace sallyport::config;
using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

namespace {

/// As in 2026-03-29 01:30:00.
struct moment {
  year_month_day date;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

constexpr year_month_day day(int y, unsigned m, unsigned d) { return std::chrono::year(y) / std::chrono::month(m) / std::chrono::day(d); }

civil_time civil(const moment& m) { return {m.date, m.hour, m.minute, m.second}; }
sys_seconds instant(const moment& m) {
  return sys_days(m.date) + std::chrono::hours(m.hour) + std::chrono::minutes(m.minute) + std::chrono::seconds(m.second);
}

time_zone zone(const char* name) {
  const auto found = time_zone::named(name);
  REQUIRE_MESSAGE(found, name);
  return *found;
}

bool shows(const char* name, const moment& utc, const moment& there) { return zone(name).local(instant(utc)) == civil(there); }
bool comes_at(const char* name, const moment& there, const moment& utc) { return zone(name).utc(civil(there)) == instant(utc); }

}  // namespace

TEST_CASE("UTC is there without a database, and is the default") {
  CHECK(time_zone().name() == "UTC");
  CHECK(*time_zone::named("UTC") == time_zone());
  const moment noon{day(2026, 7, 1), 12, 34, 56};
  CHECK(time_zone().local(instant(noon)) == civil(noon));
  CHECK(time_zone().utc(civil(noon)) == instant(noon));
  CHECK(time_zone().local(instant(noon)).weekday() == std::chrono::Wednesday);
}

TEST_CASE("before 1970 the clock is cut downward like after it") {
  const moment at{day(1969, 12, 31), 23, 59, 58};
  CHECK(time_zone().local(instant(at) + 999ms) == civil(at));
}

TEST_CASE("in spring a Paris night jumps from 2 to 3") {
  CHECK(shows("Europe/Paris", {day(2026, 3, 29), 0, 59, 59}, {day(2026, 3, 29), 1, 59, 59}));
  CHECK(shows("Europe/Paris", {day(2026, 3, 29), 1, 0, 0}, {day(2026, 3, 29), 3, 0, 0}));
  CHECK(comes_at("Europe/Paris", {day(2026, 3, 29), 1, 59, 59}, {day(2026, 3, 29), 0, 59, 59}));
  CHECK(comes_at("Europe/Paris", {day(2026, 3, 29), 3, 0, 0}, {day(2026, 3, 29), 1, 0, 0}));
}

TEST_CASE("an hour that is left out stands for the instant of the jump") {
  for (const int minute : {0, 1, 30, 59}) CHECK(comes_at("Europe/Paris", {day(2026, 3, 29), 2, minute, 0}, {day(2026, 3, 29), 1, 0, 0}));
}

TEST_CASE("in autumn a Paris night has the hour from 2 to 3 twice, and the first is meant") {
  CHECK(shows("Europe/Paris", {day(2026, 10, 25), 0, 30, 0}, {day(2026, 10, 25), 2, 30, 0}));
  CHECK(shows("Europe/Paris", {day(2026, 10, 25), 1, 30, 0}, {day(2026, 10, 25), 2, 30, 0}));
  CHECK(comes_at("Europe/Paris", {day(2026, 10, 25), 2, 0, 0}, {day(2026, 10, 25), 0, 0, 0}));
  CHECK(comes_at("Europe/Paris", {day(2026, 10, 25), 2, 59, 59}, {day(2026, 10, 25), 0, 59, 59}));
  CHECK(comes_at("Europe/Paris", {day(2026, 10, 25), 3, 0, 0}, {day(2026, 10, 25), 2, 0, 0}));
}

TEST_CASE("a day in Paris has 23, 24 or 25 hours") {
  const auto begin = [](year_month_day date) { return zone("Europe/Paris").utc({date}); };
  CHECK(begin(day(2026, 3, 30)) - begin(day(2026, 3, 29)) == 23h);
  CHECK(begin(day(2026, 7, 2)) - begin(day(2026, 7, 1)) == 24h);
  CHECK(begin(day(2026, 10, 26)) - begin(day(2026, 10, 25)) == 25h);
  CHECK(begin(day(2027, 1, 1)) - begin(day(2026, 1, 1)) == 24h * 365);
}

TEST_CASE("New York changes on its own nights") {
  CHECK(shows("America/New_York", {day(2026, 3, 8), 6, 59, 59}, {day(2026, 3, 8), 1, 59, 59}));
  CHECK(shows("America/New_York", {day(2026, 3, 8), 7, 0, 0}, {day(2026, 3, 8), 3, 0, 0}));
  CHECK(shows("America/New_York", {day(2026, 11, 1), 5, 59, 59}, {day(2026, 11, 1), 1, 59, 59}));
  CHECK(shows("America/New_York", {day(2026, 11, 1), 6, 0, 0}, {day(2026, 11, 1), 1, 0, 0}));
  CHECK(comes_at("America/New_York", {day(2026, 11, 1), 1, 30, 0}, {day(2026, 11, 1), 5, 30, 0}));
  CHECK(zone("America/New_York").local(instant({day(2026, 3, 9), 3, 0, 0})).weekday() == std::chrono::Sunday);
}

TEST_CASE("India is half an hour off the others, all the year") {
  CHECK(shows("Asia/Kolkata", {day(2026, 1, 31), 18, 30, 0}, {day(2026, 2, 1), 0, 0, 0}));
  CHECK(shows("Asia/Kolkata", {day(2026, 7, 31), 18, 29, 59}, {day(2026, 7, 31), 23, 59, 59}));
  CHECK(comes_at("Asia/Kolkata", {day(2026, 2, 1), 0, 0, 0}, {day(2026, 1, 31), 18, 30, 0}));
}

TEST_CASE("a day whose midnight is left out begins where its clock begins") {
  // In Cairo clocks go from 0:00 to 1:00 on the last Friday of April.
  CHECK(comes_at("Africa/Cairo", {day(2024, 4, 26), 0, 0, 0}, {day(2024, 4, 25), 22, 0, 0}));
  CHECK(shows("Africa/Cairo", {day(2024, 4, 25), 22, 0, 0}, {day(2024, 4, 26), 1, 0, 0}));
}

TEST_CASE("in all zones, every hour of two years comes back from its civil time, or the earlier one that looks the same") {
  REQUIRE(time_zone_names().size() > 300);
  for (const auto& name : time_zone_names()) {
    const auto there = zone(name.c_str());
    for (auto at = sys_seconds(sys_days(day(2025, 12, 31))); at < sys_days(day(2028, 1, 1)); at += 1h) {
      const auto back = there.utc(there.local(at));
      const bool fits = back == at || (back < at && at - back <= 2h && there.local(back) == there.local(at));
      if (!fits) FAIL(name);
    }
  }
}

TEST_CASE("a name that is not in the database is no zone") {
  for (const char* wrong : {"", "Paris", "europe/paris", "Europe/Paris ", "/Europe/Paris", "../zoneinfo/UTC", "Europe", "localtime",
                            "Factory", "posixrules", "posix/Europe/Paris", "tzdata.zi", "zone.tab", "UTC+1", "CEST"})
    CHECK_MESSAGE(!time_zone::named(wrong), wrong);
  CHECK(!time_zone::named(std::string(100'000, 'a')));
  CHECK(zone("US/Eastern").name() == "US/Eastern");
}

TEST_CASE("names are sorted, and each names a zone") {
  const auto& names = time_zone_names();
  CHECK(std::is_sorted(names.begin(), names.end()));
  for (const auto& name : names) CHECK_MESSAGE(time_zone::named(name), name);
}

TEST_CASE("threads may ask for zones and times at once") {
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (auto& count : right)
    threads.emplace_back([&count] {
      const auto noon = instant({day(2026, 6, 15), 12, 0, 0});
      for (const auto& name : time_zone_names())
        if (const auto there = time_zone::named(name); there && there->utc(there->local(noon)) == noon) ++count;
    });
  for (auto& one : threads) one.join();
  for (const int count : right) CHECK(count == static_cast<int>(time_zone_names().size()));
}

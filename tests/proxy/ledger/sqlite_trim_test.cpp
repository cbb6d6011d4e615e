/// What is deleted from the store, in which order, and what stays.

#include "proxy/ledger/sqlite_store.hpp"

#include "tests/proxy/ledger/store_fixture.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

const wall_time now(1'800'000'000s);
const std::int64_t quarter = quarter_hour_of(now);

/// That many rows a day, the last of which is `now`, each day with a model of its own.
void fill(store& to, int days, int rows_a_day) {
  std::vector<std::string> models;
  for (int day = 0; day < days; ++day) models.push_back("model-of-day-" + std::to_string(day));
  for (int day = 0; day < days; ++day) {
    std::vector<journal_row> rows;
    for (int i = 0; i < rows_a_day; ++i) {
      rows.push_back(completed(charged_row(least_attempt_id(now - 24h * (days - 1 - day) - std::chrono::seconds(i)), 1, quarter)));
      rows.back().model = models[static_cast<std::size_t>(day)];
    }
    REQUIRE(to.take(rows, "j", 1).has_value());
  }
}

/// Trims to the end; how many calls that took.
int trim_all(store& in, const retention& keep) {
  for (int calls = 1;; ++calls) {
    const auto more = in.trim(now, keep);
    REQUIRE(more.has_value());
    if (!*more) return calls;
    REQUIRE(calls < 1'000);
  }
}

}  // namespace

TEST_CASE("rows beyond their age go, a page at a time, and the names that only they used") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  fill(*kept, 10, 1'000);

  const auto calls = trim_all(*kept, {.age_max = 24h * 4 + 12h});

  const auto path = place.file("state.db");
  CHECK(rows_in(path).size() == 5'000);
  CHECK(calls == 4);   // two whole pages of 2,000, one of 1,000, and the look that finds nothing
  CHECK(number_in(path, "SELECT count(*) FROM names WHERE name LIKE 'model-of-day-%'") == 5);
  CHECK(number_in(path, "SELECT count(*) FROM names WHERE name = 'model-of-day-9'") == 1);
  CHECK(names_are_counted(path));
  CHECK(spent_in(path, quarter) == 10'000);
}

TEST_CASE("quarter-hours of 71 days and older go, a page at a time, whatever the age of rows that stay") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  const std::vector<std::string> teams{"search", "mail", "chat"};
  std::uint64_t id = make_attempt_id(now);
  for (const auto& team : teams) {
    std::vector<journal_row> rows;
    for (std::int64_t i = 0; i < 1'500; ++i) {
      rows.push_back(charged_row(++id, 1, quarter - 71 * 86'400 + 900 * (i - 1'499)));
      rows.back().team = team;
    }
    REQUIRE(kept->take(rows, "j", 1).has_value());
  }

  const auto calls = trim_all(*kept, {});

  const auto path = place.file("state.db");
  CHECK(calls == 4);   // 3 x 1,499 in pages of 2,000, and the look that finds nothing
  CHECK(number_in(path, "SELECT count(*) FROM spent_quarters") == 3);
  for (const auto& team : teams) CHECK(spent_in(path, quarter - 71 * 86'400, team) == 1);
  CHECK(rows_in(path).size() == 4'500);
}

TEST_CASE("where nothing is to go, nothing is written") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  fill(*kept, 2, 100);
  const auto watcher = other_program(place.file("state.db"));
  const auto before = watcher->number("PRAGMA data_version");
  CHECK(trim_all(*kept, {}) == 1);
  CHECK(watcher->number("PRAGMA data_version") == before);
  CHECK(rows_in(place.file("state.db")).size() == 200);
}

TEST_CASE("above the size the oldest rows go, and the file is shortened") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  fill(*kept, 20, 1'000);
  const auto path = place.file("state.db");
  const auto pages = number_in(path, "PRAGMA page_count");

  const auto half = static_cast<std::uint64_t>(pages) * 4'096 / 2;
  trim_all(*kept, {.bytes_max = half});

  CHECK(static_cast<std::uint64_t>(number_in(path, "PRAGMA page_count")) * 4'096 <= half);
  const auto rows = rows_in(path);
  CHECK(rows.size() > 7'000);
  CHECK(rows.size() < 11'000);
  CHECK(rows.back().model == "model-of-day-19");
  CHECK(rows.front().attempt_id > least_attempt_id(now - 24h * 11));
  CHECK(names_are_counted(path));
  CHECK(is_sound(path));
}

TEST_CASE("a store that is empty, or whose size no deleting can reach, is trimmed without end or failure") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  trim_all(*kept, {.bytes_max = 4'096});
  fill(*kept, 1, 10);
  trim_all(*kept, {.bytes_max = 4'096});
  CHECK(rows_in(place.file("state.db")).empty());
}

TEST_CASE("a number that a deleted name had may serve another one") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  auto old = charged_row(least_attempt_id(now - 24h * 900), 1);
  old.model = "gone";
  REQUIRE(kept->take(std::vector{old}, "j", 1).has_value());
  trim_all(*kept, {});
  auto fresh = charged_row(least_attempt_id(now), 1), again = fresh;
  fresh.model = "fresh";
  again.attempt_id += 1;
  again.model = "gone";
  REQUIRE(kept->take(std::vector{fresh, again}, "j", 1).has_value());
  const auto rows = rows_in(place.file("state.db"));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].model == "fresh");
  CHECK(rows[1].model == "gone");
  CHECK(names_are_counted(place.file("state.db")));
}

#include "proxy/ledger/sqlite_store.hpp"

#include "tests/proxy/ledger/store_fixture.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t quarter = 1'764'547'200;

bool took(store& in, const std::vector<journal_row>& rows, std::uint64_t position = 1, std::string_view journal = "j") {
  return in.take(rows, journal, position).has_value();
}

}  // namespace

TEST_CASE("a row comes back from the store as it went in, also past the end of the process") {
  const folder place;
  auto row = full_row();
  auto bare = journal_row{};
  bare.attempt_id = 1;
  {
    const auto kept = store_at(place.file("state.db"));
    REQUIRE(took(*kept, {bare, row}));
  }
  const auto rows = rows_in(place.file("state.db"));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == stored(bare));
  CHECK(rows[1] == stored(row));
}

TEST_CASE("each fact of a row makes a difference in the store") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  std::vector<journal_row> rows(6, full_row());
  rows[0].basis.reset();
  rows[1].cost.reset();
  rows[2].last.reset();
  rows[3].last->max_tokens.reset();
  rows[4].head.reset();
  rows[5].first_token.reset();
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].attempt_id = i + 1;
  REQUIRE(took(*kept, rows));
  const auto read = rows_in(place.file("state.db"));
  REQUIRE(read.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(read[i] == stored(rows[i]));
}

TEST_CASE("a row that is taken again changes nothing") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  REQUIRE(took(*kept, {charged_row(1, 100), completed(charged_row(2, 50))}));
  const auto before = rows_in(place.file("state.db"));

  REQUIRE(took(*kept, {charged_row(1, 100), completed(charged_row(2, 50)), charged_row(2, 50)}));

  CHECK(rows_in(place.file("state.db")) == before);
  CHECK(spent_in(place.file("state.db"), quarter) == 150);
  CHECK(names_are_counted(place.file("state.db")));
}

TEST_CASE("the second row of an attempt completes the first, once, and only the difference is charged") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  REQUIRE(took(*kept, {charged_row(1, 100)}));
  const auto fuller = completed(charged_row(1, 130));

  REQUIRE(took(*kept, {fuller}));
  CHECK(rows_in(place.file("state.db")).at(0) == stored(fuller));
  CHECK(spent_in(place.file("state.db"), quarter) == 130);

  auto third = completed(charged_row(1, 999));
  REQUIRE(took(*kept, {third, charged_row(1, 7)}));
  CHECK(rows_in(place.file("state.db")).at(0) == stored(fuller));
  CHECK(spent_in(place.file("state.db"), quarter) == 130);
  CHECK(names_are_counted(place.file("state.db")));
}

TEST_CASE("both rows of an attempt may come in one batch") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  REQUIRE(took(*kept, {charged_row(1, 100), charged_row(2, 1), completed(charged_row(1, 100))}));
  CHECK(rows_in(place.file("state.db")).at(0).last);
  CHECK(spent_in(place.file("state.db"), quarter) == 101);
  CHECK(names_are_counted(place.file("state.db")));
}

TEST_CASE("money is summed up by team and quarter-hour, and rows without one are in none") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  auto other_team = charged_row(3, 1'000);
  other_team.team = "mail";
  auto unknown = charged_row(4, 0);
  unknown.cost.reset();
  REQUIRE(took(*kept, {charged_row(1, 10), charged_row(2, 20, quarter + 86'400), other_team, unknown, charged_row(5, 5, 0)}));
  const auto path = place.file("state.db");

  CHECK(spent_in(path, quarter) == 10);
  CHECK(spent_in(path, quarter + 86'400) == 20);
  CHECK(spent_in(path, quarter, "mail") == 1'000);
  CHECK(spent_in(path, 0) == 0);
  CHECK(spent_in(path, quarter, "nobody") == 0);
}

TEST_CASE("a time is summed up of its quarter-hours: from its beginning, up to its end and without it") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  std::vector<journal_row> rows;
  for (int i = 0; i < 10; ++i) rows.push_back(charged_row(1 + rows.size(), 1 << i, quarter + 900 * i));
  rows.push_back(rows.back());
  rows.back().attempt_id = 99;
  rows.back().team = "mail";
  REQUIRE(took(*kept, rows));
  const auto reader = read_sqlite_store(place.file("state.db"));

  CHECK(*(*reader)->spent_of("search", quarter, quarter + 9'000) == 1'023);
  CHECK(*(*reader)->spent_of("search", quarter + 900, quarter + 3'600) == 2 + 4 + 8);
  CHECK(*(*reader)->spent_of("search", quarter + 9'000, quarter + 90'000) == 0);
  CHECK(*(*reader)->quarters_of("search", quarter + 7'200) == std::vector<spent_quarter>{{quarter + 7'200, 256}, {quarter + 8'100, 512}});
  CHECK((*reader)->quarters_of("nobody", 0)->empty());
}

TEST_CASE("what was spent is the sum of the rows, whatever comes twice and in whichever batches") {
  const folder place;
  std::mt19937 dice(11);
  std::vector<journal_row> all;
  for (std::uint64_t id = 1; id <= 300; ++id) {
    all.push_back(charged_row(id, dice() % 1'000, quarter + 3'600 * (dice() % 3)));
    if (dice() % 3 == 0) {
      auto fuller = completed(all.back());
      fuller.cost = *fuller.cost + static_cast<nano_usd>(dice() % 10);
      all.push_back(fuller);
    } else if (dice() % 2 == 0) {
      all.back() = completed(all.back());
    }
  }
  const auto kept = store_at(place.file("state.db"));
  for (int round = 0; round < 3; ++round)
    for (std::size_t at = 0; at < all.size();) {
      const auto count = std::min<std::size_t>(1 + dice() % 40, all.size() - at);
      REQUIRE(kept->take(std::span(all).subspan(at, count), "j", at).has_value());
      at += count;
    }

  const auto rows = rows_in(place.file("state.db"));
  CHECK(rows.size() == 300);
  for (std::int64_t hour = 0; hour < 3; ++hour) {
    nano_usd sum = 0;
    for (const auto& row : rows)
      if (row.budget_quarter == quarter + 3'600 * hour) sum += *row.cost;
    CHECK(spent_in(place.file("state.db"), quarter + 3'600 * hour) == sum);
  }
  CHECK(names_are_counted(place.file("state.db")));
}

TEST_CASE("a position is kept for each journal, and may go back") {
  const folder place;
  {
    const auto kept = store_at(place.file("state.db"));
    CHECK_FALSE(*kept->position_of("one"));
    REQUIRE(took(*kept, {}, 100, "one"));
    REQUIRE(took(*kept, {charged_row(1, 1)}, 7, "two"));
    REQUIRE(took(*kept, {}, 90, "one"));
  }
  const auto kept = store_at(place.file("state.db"));
  CHECK(**kept->position_of("one") == 90);
  CHECK(**kept->position_of("two") == 7);
}

TEST_CASE("the time of deployments adds up by day") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  const std::vector<deployment_time> first{{"qwen", 20'000, 5, 10, 100, 200}, {"qwen", 20'001, 1, 1, 1, 1}, {"llama", 20'000, 3, 3, 3, 3}};
  const std::vector<deployment_time> more{{"qwen", 20'000, 50, 100, 1'000, 2'000}};
  REQUIRE(kept->add(first).has_value());
  REQUIRE(kept->add(more).has_value());

  const auto reader = read_sqlite_store(place.file("state.db"));

  CHECK(*(*reader)->times(20'000, 20'001) ==
        std::vector<deployment_time>{{"llama", 20'000, 3, 3, 3, 3}, {"qwen", 20'000, 55, 110, 1'100, 2'200}});
  CHECK((*reader)->times(0, 30'000)->size() == 3);
}

TEST_CASE("a reader sees rows of a time, in their order, while the store goes on writing") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  const wall_time start(1'800'000'000s);
  std::vector<journal_row> rows;
  for (int minute = 0; minute < 10; ++minute) {
    rows.push_back(charged_row(least_attempt_id(start + std::chrono::minutes(minute)), minute));
    rows.back().sent_at = start + std::chrono::minutes(minute);
  }
  REQUIRE(took(*kept, rows));
  const auto reader = read_sqlite_store(place.file("state.db"));
  REQUIRE(reader.has_value());
  std::vector<nano_usd> seen;

  const auto read = (*reader)->each_row(start + 3min, start + 7min, [&](const stored_row& row) {
    seen.push_back(*row.cost);
    CHECK(took(*kept, {charged_row(least_attempt_id(start + 6min) + 100 + seen.size(), 99)}));
    return seen.size() < 4;
  });

  CHECK(read.has_value());
  CHECK(seen == std::vector<nano_usd>{3, 4, 5, 6});
  CHECK(spent_in(place.file("state.db"), quarter) == 45 + 4 * 99);
}

TEST_CASE("the lengths of answers come back the newest first, from a time on, until enough was seen") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  const wall_time start(1'800'000'000s);
  std::vector<journal_row> rows;
  for (int minute = 0; minute < 6; ++minute) {
    rows.push_back(plain_row(make_attempt_id(start + std::chrono::minutes(minute))));
    rows.back().tokens.output = 10 * minute;
    rows.back().tokens.reasoning = minute;
  }
  rows[2].team = "mail";
  rows[3].outcome = attempt_outcome::broken;
  rows[4].asks = operation::embeddings;
  rows[5].model = {};
  REQUIRE(took(*kept, rows));
  const auto reader = read_sqlite_store(place.file("state.db"));
  std::vector<std::string> seen;
  std::size_t enough = 5;
  const auto see = [&](const seen_answer& one) {
    const auto who = std::string(one.team) + "/" + std::string(one.model);
    seen.push_back(who + (one.is_whole ? " " : " not ") + std::to_string(one.completion_tokens));
    return seen.size() < enough;
  };

  REQUIRE((*reader)->each_answer_back(start + 1min, see).has_value());
  CHECK(seen == std::vector<std::string>{"search/ 55", "search/chat not 44", "search/chat not 33", "mail/chat 22", "search/chat 11"});
  seen.clear();
  enough = 2;
  REQUIRE((*reader)->each_answer_back(start, see).has_value());
  CHECK(seen.size() == 2);
  CHECK(took(*kept, {charged_row(1, 1)}));   // the reader has let go
}

TEST_CASE("a store that nobody writes can be read") {
  const folder place;
  REQUIRE(took(*store_at(place.file("state.db")), {charged_row(1, 1)}));
  CHECK(rows_in(place.file("state.db")).size() == 1);
}

TEST_CASE("taking rows says what each team has newly spent, and nothing for what was there") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  auto other_team = charged_row(3, 1'000);
  other_team.team = "mail";
  const std::vector<journal_row> rows{charged_row(1, 100), charged_row(2, 50), other_team, charged_row(4, 0)};
  auto spent = kept->take(rows, "journal", 4);
  REQUIRE(spent.has_value());
  std::sort(spent->begin(), spent->end(), [](const auto& a, const auto& b) { return a.amount < b.amount; });
  CHECK(*spent == std::vector<team_spending>{{"search", quarter, 150}, {"mail", quarter, 1'000}});

  spent = kept->take(rows, "journal", 4);
  REQUIRE(spent.has_value());
  CHECK(spent->empty());
  const std::vector<journal_row> fuller{completed(charged_row(1, 90))};
  spent = kept->take(fuller, "journal", 5);
  REQUIRE(spent.has_value());
  CHECK(*spent == std::vector<team_spending>{{"search", quarter, -10}});
}

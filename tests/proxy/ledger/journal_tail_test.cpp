#include "proxy/ledger/journal_tail.hpp"

#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <thread>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;

namespace {

std::vector<std::uint64_t> ids_in(const journal_rows& batch) {
  std::vector<std::uint64_t> all;
  for (const auto& row : batch.rows) all.push_back(row.attempt_id);
  return all;
}

void append_some(journal& to, std::uint64_t from, std::uint64_t until) {
  for (auto id = from; id <= until; ++id) REQUIRE(to.append(plain_row(id)));
}

}  // namespace

TEST_CASE("rows are read in their order, again and again until they are taken, then no more") {
  const folder place;
  const auto kept = opened(place.file());
  append_some(*kept, 1, 5);
  CHECK(kept->tail().lag() == 5);

  const auto first = kept->tail().read(3);
  CHECK(ids_in(first) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(ids_in(kept->tail().read(3)) == ids_in(first));
  kept->tail().taken(first);

  CHECK(kept->tail().lag() == 2);
  const auto second = kept->tail().read(3);
  CHECK(ids_in(second) == std::vector<std::uint64_t>{4, 5});
  kept->tail().taken(second);
  CHECK(kept->tail().read(3).rows.empty());
  CHECK(kept->tail().lag() == 0);
}

TEST_CASE("a row that is read has its texts, those of its facts too") {
  const folder place;
  const auto kept = opened(place.file());
  auto row = plain_row(1);
  row.last = request_facts{.outcome = "ok", .prompt_tokens = 3, .tags = "app=mail"};
  REQUIRE(kept->append(row));

  const auto batch = kept->tail().read(10);

  REQUIRE(batch.rows.size() == 1);
  CHECK(batch.rows[0] == row);
  CHECK(stored(batch.rows[0]) == contents(place.file()).rows.at(0));
}

TEST_CASE("both rows of one attempt are handed over") {
  const folder place;
  const auto kept = opened(place.file());
  append_some(*kept, 1, 1);
  append_some(*kept, 1, 1);
  CHECK(ids_in(kept->tail().read(10)) == std::vector<std::uint64_t>{1, 1});
}

TEST_CASE("a reader that comes back goes on where it was, in the middle of a segment too") {
  const folder place;
  std::uint64_t position = 0;
  {
    const auto kept = opened(place.file());
    append_some(*kept, 1, 10);
    const auto batch = kept->tail().read(7);
    position = batch.position;
  }
  const auto kept = opened(place.file(), journal::bytes_min, position);
  CHECK(kept->tail().lag() == 3);
  const auto batch = kept->tail().read(100);
  CHECK(ids_in(batch) == std::vector<std::uint64_t>{8, 9, 10});
  CHECK(batch.rows[0].deployment == "groq/llama");
}

TEST_CASE("a reader without a position takes all that the ring still holds") {
  const folder place;
  {
    const auto kept = opened(place.file());
    for (std::uint64_t id = 1; id <= 200; ++id) {
      append_some(*kept, id, id);
      take_all(*kept);
    }
  }
  const auto held = ids(contents(place.file()));
  const auto kept = opened(place.file());
  CHECK(kept->tail().lag() == held.size());
  CHECK(take_all(*kept) == held);
}

TEST_CASE("a position beyond the end, as after a power cut, is brought back to the end") {
  const folder place;
  const auto kept = opened(place.file(), journal::bytes_min, 1'000);
  append_some(*kept, 1, 3);
  CHECK(take_all(*kept) == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("a damaged record is left out and counted, a damaged name is a question mark") {
  const folder place;
  {
    const auto kept = opened(place.file());
    append_some(*kept, 1, 3);
  }
  auto bytes = bytes_of(place.file());
  bytes[layout::header_bytes + 20] ^= 1;                              // the team's name
  bytes[layout::header_bytes + 6 * layout::record_bytes + 30] ^= 1;   // the second row
  write_bytes(place.file(), bytes);

  const auto kept = opened(place.file());
  const auto batch = kept->tail().read(10);

  CHECK(ids_in(batch) == std::vector<std::uint64_t>{1, 3});
  CHECK(batch.rows[0].team == "?");
  CHECK(batch.damaged == 2);
}

TEST_CASE("slots that were left out at the end of a segment hand over nothing of an earlier round") {
  const folder place;
  const auto kept = opened(place.file(), 64u << 10);
  std::mt19937 dice(7);
  std::vector<std::uint64_t> came;
  for (std::uint64_t id = 1; id <= 2'000; ++id) {
    const auto model = "model-" + std::to_string(dice() % 40), tags = "t=" + std::to_string(dice() % 9);
    auto row = plain_row(id);
    row.model = model;
    if (dice() % 3 == 0) row.last = request_facts{.outcome = "ok", .tags = tags};
    REQUIRE(kept->append(row));
    if (dice() % 4 != 0) continue;
    const auto all = take_all(*kept);
    came.insert(came.end(), all.begin(), all.end());
  }
  const auto rest = take_all(*kept);
  came.insert(came.end(), rest.begin(), rest.end());
  CHECK(came.size() == 2'000);
  CHECK(std::is_sorted(came.begin(), came.end()));
  CHECK(std::adjacent_find(came.begin(), came.end()) == came.end());
}

TEST_CASE("one thread appends while another takes: each row comes whole and once, in order") {
  const folder place;
  const auto kept = opened(place.file(), 64u << 10);
  constexpr std::uint64_t count = 50'000;
  std::thread appending([&] {
    for (std::uint64_t id = 1; id <= count;) {
      const auto model = "model-" + std::to_string(id % 13);
      auto row = plain_row(id);
      row.model = model;
      if (kept->append(row))
        ++id;
      else
        std::this_thread::yield();
    }
  });
  std::uint64_t next = 1, wrong = 0;
  while (next <= count) {
    const auto batch = kept->tail().read(100);
    if (batch.rows.empty()) std::this_thread::yield();
    for (const auto& row : batch.rows) {
      wrong += row.attempt_id != next || row.model != "model-" + std::to_string(next % 13) || row.cost != static_cast<nano_usd>(next * 7);
      ++next;
    }
    wrong += batch.damaged;
    kept->tail().taken(batch);
  }
  appending.join();
  CHECK(wrong == 0);
  CHECK(kept->tail().lag() == 0);
}

#include "proxy/ledger/journal.hpp"

#include "proxy/ledger/journal_layout.hpp"
#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <numeric>
#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint64_t> counted(std::uint64_t from, std::size_t count) {
  std::vector<std::uint64_t> all(count);
  std::iota(all.begin(), all.end(), from);
  return all;
}

void append_ids(journal& to, std::uint64_t from, std::size_t count) {
  for (const auto id : counted(from, count)) REQUIRE(to.append(plain_row(id)));
}

/// The same, with a reader that is always up to date.
void pass_ids(journal& through, std::uint64_t from, std::size_t count) {
  for (const auto id : counted(from, count)) {
    REQUIRE(through.append(plain_row(id)));
    REQUIRE(take_all(through) == std::vector{id});
  }
}

}  // namespace

TEST_CASE("a row comes back from the journal as it went in") {
  const folder place;
  const auto kept = opened(place.file());
  REQUIRE(kept->append(full_row()));

  const auto read = contents(place.file());

  REQUIRE(read.rows.size() == 1);
  const auto& row = read.rows[0];
  const auto wrote = full_row();
  CHECK(row.attempt_id == wrote.attempt_id);
  CHECK(row.request_id == wrote.request_id);
  CHECK(row.attempt_number == 3);
  CHECK(row.sent_at == wrote.sent_at);
  CHECK(row.team == "search");
  CHECK(row.key == "prod");
  CHECK(row.model == "chat-größe");
  CHECK(row.deployment == "groq/llama");
  CHECK(row.provider == "groq");
  CHECK(row.runs_as == deployment_class::hosted);
  CHECK(row.sensitivity == data_class::confidential);
  CHECK(row.asks == operation::embeddings);
  CHECK(row.stream);
  CHECK(row.outcome == attempt_outcome::broken);
  CHECK(row.reason == "truncated_stream");
  CHECK(row.raised_by == "detector iban");
  CHECK(row.denied_by == "restricted");
  CHECK(row.status == 503);
  CHECK(row.tokens == wrote.tokens);
  CHECK(row.cost == -1);
  CHECK(row.basis == config::price_basis::contract);
  CHECK(row.price_version == "list:2026-11");
  CHECK(row.head == 12ms);
  CHECK(row.first_token == 345ms);
  CHECK(row.total == 67'890ms);
  CHECK(row.text_bytes == 9'999);
  CHECK(row.generation == 42);
  CHECK(row.budget_quarter == 1'699'999'200);
  REQUIRE(row.last);
  CHECK(row.last->outcome == "upstream_error");
  CHECK(row.last->prompt_tokens == 77);
  CHECK(row.last->max_tokens == 0);
  CHECK(row.last->has_tools);
  CHECK(row.last->has_images);
  CHECK(row.last->tags == "app=mail,project=x");
  CHECK(read.damaged == 0);
}

TEST_CASE("every basis of a cost comes back as it was written") {
  for (const auto basis : {config::price_basis::list, config::price_basis::contract, config::price_basis::gpu_used}) {
    const folder place;
    journal_row row;
    row.basis = basis;
    REQUIRE(opened(place.file())->append(row));
    CHECK(contents(place.file()).rows.at(0).basis == basis);
  }
}

TEST_CASE("what is not known stays unknown") {
  const folder place;
  REQUIRE(opened(place.file())->append({}));

  const auto read = contents(place.file());

  REQUIRE(read.rows.size() == 1);
  CHECK(read.rows[0] == stored_row{});
}

TEST_CASE("numbers beyond what a row holds stay at its limits") {
  const folder place;
  journal_row row;
  row.status = 100'000;
  row.attempt_number = 1'000;
  row.head = -5ms;
  row.total = std::chrono::milliseconds(std::chrono::hours(24 * 365));
  REQUIRE(opened(place.file())->append(row));

  const auto read = contents(place.file()).rows.at(0);

  CHECK(read.status == 65'535);
  CHECK(read.attempt_number == 255);
  CHECK(read.head == 0ms);
  CHECK(read.total == std::chrono::milliseconds(0xffff'fffe));
}

TEST_CASE("a name that is too long is cut between characters and stays distinct") {
  const folder place;
  const std::string long_name = std::string(158, 'a') + "ü" + std::string(200, 'b');
  auto one = plain_row(1), two = plain_row(2);
  const auto other = long_name + "!";
  one.model = long_name;
  two.model = other;
  const auto kept = opened(place.file());
  REQUIRE(kept->append(one));
  REQUIRE(kept->append(two));

  const auto read = contents(place.file());

  REQUIRE(read.rows.size() == 2);
  CHECK(read.rows[0].model.size() <= journal::name_max);
  CHECK(read.rows[0].model.starts_with(std::string(158, 'a') + "~"));
  CHECK(read.rows[0].model != read.rows[1].model);
}

TEST_CASE("a journal goes on where it ended") {
  const folder place;
  append_ids(*opened(place.file()), 1, 7);
  append_ids(*opened(place.file()), 8, 5);

  const auto read = contents(place.file());

  CHECK(ids(read) == counted(1, 12));
  CHECK(read.damaged == 0);
  CHECK(read.rows.back().deployment == "groq/llama");
}

TEST_CASE("a journal that is opened again does not write its names again") {
  const folder place;
  append_ids(*opened(place.file()), 1, 1);
  append_ids(*opened(place.file()), 2, 1);
  // Five names and two rows make seven records, and the eighth slot is unused.
  const auto bytes = bytes_of(place.file());
  CHECK(bytes.find_first_not_of('\0', layout::header_bytes + 6 * layout::record_bytes) != std::string::npos);
  CHECK(bytes.find_first_not_of('\0', layout::header_bytes + 7 * layout::record_bytes) == std::string::npos);
}

TEST_CASE("a full ring whose rows are taken loses its oldest rows and no name") {
  const folder place;
  const auto kept = opened(place.file());

  pass_ids(*kept, 1, 1'000);
  const auto read = contents(place.file());

  // 64 slots, five names a segment of 32: the newest rows, at least one segment of them.
  REQUIRE(read.rows.size() >= 27);
  CHECK(ids(read) == counted(1'001 - read.rows.size(), read.rows.size()));
  for (const auto& row : read.rows) CHECK(row.deployment == "groq/llama");
  CHECK(read.damaged == 0);
  CHECK(kept->appended() == 1'000);
}

TEST_CASE("at each moment of many rounds the ring holds the newest rows, and opening it again changes nothing") {
  const folder place;
  std::size_t fewest = 1'000;
  for (std::uint64_t id = 1; id <= 200; ++id) {
    pass_ids(*opened(place.file(), journal::bytes_min, 1u << 30), id, 1);
    const auto read = contents(place.file());
    REQUIRE(ids(read) == counted(id + 1 - read.rows.size(), read.rows.size()));
    REQUIRE(read.damaged == 0);
    if (id > 64) fewest = std::min(fewest, read.rows.size());
  }
  CHECK(fewest >= 27);
}

TEST_CASE("names that change with every row are kept with their rows") {
  const folder place;
  const auto kept = opened(place.file(), 64u << 10);
  for (std::uint64_t id = 1; id <= 500; ++id) {
    const auto model = "junk-" + std::to_string(id);
    auto row = plain_row(id);
    row.model = model;
    REQUIRE(kept->append(row));
    take_all(*kept);
  }

  const auto read = contents(place.file());

  CHECK(read.rows.size() > 100);
  CHECK(read.rows.back().attempt_id == 500);
  for (const auto& row : read.rows) CHECK(row.model == "junk-" + std::to_string(row.attempt_id));
}

TEST_CASE("a journal whose rows nobody takes says so before it is full, and then refuses") {
  const folder place;
  const auto kept = opened(place.file());
  std::uint64_t taken = 0, with_room = 0;
  CHECK(kept->has_room());
  while (taken < 1'000 && kept->append(plain_row(taken + 1))) {
    ++taken;
    if (kept->has_room()) with_room = taken;
  }

  CHECK(taken == 64 - 2 * 5);
  CHECK(with_room == taken - 4);
  CHECK_FALSE(kept->append(plain_row(1'000)));
  CHECK(kept->appended() == taken);
  CHECK(ids(contents(place.file())) == counted(1, taken));
}

TEST_CASE("what is promised counts as used until it is given back") {
  const folder place;
  const auto kept = opened(place.file());
  std::vector<lease> promises;
  while (auto one = kept->promise(3)) promises.push_back(std::move(one));
  CHECK(promises.size() == (64 - 64 / 16) / 4);
  CHECK(kept->has_room());
  promises.pop_back();
  CHECK(kept->promise(3));
  promises.clear();
  append_ids(*kept, 1, 50);
  CHECK_FALSE(kept->promise(3));
}

TEST_CASE("a full journal goes on as soon as its first segment is taken, and only then") {
  const folder place;
  const auto kept = opened(place.file());
  append_ids(*kept, 1, 54);

  kept->tail().taken(kept->tail().read(26));   // one short of the segment's 27 rows
  CHECK_FALSE(kept->append(plain_row(55)));
  CHECK_FALSE(kept->has_room());
  kept->tail().taken(kept->tail().read(1));
  CHECK(kept->has_room());
  append_ids(*kept, 55, 27);
  CHECK_FALSE(kept->append(plain_row(82)));

  CHECK(take_all(*kept) == counted(28, 54));
}

TEST_CASE("a full journal that nobody has taken from is still full when it is opened again") {
  const folder place;
  append_ids(*opened(place.file()), 1, 54);

  auto again = journal::open(place.file(), journal::bytes_min);

  REQUIRE(again.has_value());
  CHECK_FALSE((*again)->append(plain_row(55)));
  (*again)->tail().begin_at(std::nullopt);
  CHECK_FALSE((*again)->has_room());
  CHECK_FALSE((*again)->append(plain_row(55)));
  CHECK(take_all(**again) == counted(1, 54));
}

TEST_CASE("whoever waits for rows is told when a further segment begins") {
  const folder place;
  const auto kept = opened(place.file());
  int told = 0;
  kept->when_segment_fills([&] { ++told; });
  append_ids(*kept, 1, 27);
  CHECK(told == 0);
  append_ids(*kept, 28, 27);
  CHECK(told == 1);
}

TEST_CASE("sync may be called at any time and loses nothing") {
  const folder place;
  const auto kept = opened(place.file());
  kept->sync();
  for (std::uint64_t id = 1; id <= 200; ++id) {
    pass_ids(*kept, id, 1);
    if (id % 3 == 0 || id > 190) kept->sync();
  }
  pass_ids(*kept, 201, 100);   // more than one round between two syncs
  kept->sync();
  CHECK(contents(place.file()).rows.back().attempt_id == 300);
}

TEST_CASE("a large journal keeps nearly all rows that its size promises") {
  const folder place;
  const auto kept = opened(place.file(), 1u << 20);
  pass_ids(*kept, 1, 20'000);
  const auto read = contents(place.file());
  CHECK(ids(read) == counted(20'001 - read.rows.size(), read.rows.size()));
  CHECK(read.rows.size() > (1u << 20) / 192 * 9 / 10 - 400);
}

TEST_CASE("of several rows of one attempt the later one is read") {
  const folder place;
  const auto kept = opened(place.file());
  auto completed = plain_row(2);
  completed.last = request_facts{.outcome = "client_gone"};
  append_ids(*kept, 1, 3);
  REQUIRE(kept->append(completed));

  const auto read = contents(place.file());

  CHECK(ids(read) == std::vector<std::uint64_t>{1, 3, 2});
  REQUIRE(read.rows.back().last);
  CHECK(read.rows.back().last->outcome == "client_gone");
}

#include "proxy/ledger/store_writer.hpp"

#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

/// A store made of memory that refuses when told to.
class fake_store final : public store {
 public:
  result<std::vector<team_spending>> take(std::span<const journal_row> rows, std::string_view journal, std::uint64_t position) override {
    ++tries;
    if (refuses) return fail_with(failure_kind::internal, "The store is full.");
    largest = std::max(largest, rows.size());
    for (const auto& row : rows) ids.push_back(row.attempt_id);
    positions[std::string(journal)] = position;
    return std::vector<team_spending>{{"search", 900, static_cast<nano_usd>(rows.size())}};
  }
  void let_go() override {}
  result<std::optional<std::uint64_t>> position_of(std::string_view) override { return std::optional<std::uint64_t>(); }
  result<void> add(std::span<const deployment_time> more) override {
    if (refuses) return fail_with(failure_kind::internal, "The store is full.");
    times.insert(times.end(), more.begin(), more.end());
    return {};
  }
  result<bool> trim(wall_time, const retention&) override {
    ++trims;
    if (trim_fails) return fail_with(failure_kind::internal, "Nothing can be deleted.");
    return pages_to_trim-- > 0;
  }

  bool refuses = false, trim_fails = false;
  int tries = 0, trims = 0, pages_to_trim = 0;
  std::size_t largest = 0;
  std::vector<std::uint64_t> ids;
  std::map<std::string, std::uint64_t> positions;
  std::vector<deployment_time> times;
};

const instant start(1h);
const wall_time day(std::chrono::seconds(1'800'000'000));

struct rig {
  rig() { options.rows_max = 10; }

  store_writer writer() {
    std::vector<journal_tail*> tails{&one->tail(), &two->tail()};
    options.failing = [this](const store_status& now) { told.push_back("failing: " + now.error); };
    options.recovered = [this](const store_status& was) { told.push_back("recovered from: " + was.error); };
    return {into, tails, options};
  }
  void append(journal& to, std::uint64_t from, std::uint64_t until) {
    for (auto id = from; id <= until; ++id) REQUIRE(to.append(plain_row(id)));
  }

  folder place;
  std::unique_ptr<journal> one = opened(place.file("one")), two = opened(place.file("two"));
  fake_store into;
  store_writer_options options;
  std::vector<std::string> told;
};

}  // namespace

TEST_CASE("a pass takes the rows of all journals, in transactions of limited size, and comes back after a pause") {
  rig r;
  auto writer = r.writer();
  r.append(*r.one, 1, 25);
  r.append(*r.two, 101, 103);
  CHECK(writer.status().lag_rows == 28);

  CHECK(writer.pass(start, day) == start + 100ms);

  CHECK(r.into.ids.size() == 28);
  CHECK(r.into.largest == 10);
  CHECK(r.into.positions.size() == 2);
  CHECK(writer.status().lag_rows == 0);
  CHECK(r.one->has_room());
}

TEST_CASE("a store that refuses for five seconds costs no row, is not hammered, and is told of once") {
  rig r;
  auto writer = r.writer();
  std::uint64_t id = 0;
  instant now = start;
  r.into.refuses = true;
  while (now < start + 5s) {
    if (id < 40) r.append(*r.one, id + 1, id + 4), id += 4;
    now = writer.pass(now, day + std::chrono::duration_cast<wall_time::duration>(now - start));
  }
  CHECK(r.into.tries <= 8);
  const auto during = writer.status();
  CHECK(during.lag_rows == id);
  CHECK(during.error == "The store is full.");
  CHECK(during.failing_since == day);
  CHECK(during.errors == static_cast<std::uint64_t>(r.into.tries));

  r.into.refuses = false;
  now = writer.pass(now, day);

  CHECK(r.into.ids.size() == id);
  CHECK(std::set(r.into.ids.begin(), r.into.ids.end()).size() == id);
  CHECK(writer.status().lag_rows == 0);
  CHECK(writer.status().error.empty());
  CHECK_FALSE(writer.status().failing_since);
  CHECK(r.told == std::vector<std::string>{"failing: The store is full.", "recovered from: The store is full."});
}

TEST_CASE("the pause between tries grows to its limit and no further, and is short again after a success") {
  rig r;
  auto writer = r.writer();
  r.append(*r.one, 1, 1);
  r.into.refuses = true;
  instant now = start;
  duration pause{};
  for (int i = 0; i < 20; ++i) {
    const auto next = writer.pass(now, day);
    CHECK(next - now >= pause);
    pause = next - now;
    now = next;
  }
  CHECK(pause == 5s);
  const int tries = r.into.tries;
  CHECK(writer.pass(now - 1ms, day) == now);   // woken too early: nothing is tried
  CHECK(r.into.tries == tries);
  r.into.refuses = false;
  CHECK(writer.pass(now, day) == now + 100ms);
  r.append(*r.one, 2, 2);
  r.into.refuses = true;
  now += 100ms;
  CHECK(writer.pass(now, day) == now + 200ms);
}

TEST_CASE("a journal that fills while the store refuses has no room, and has again when it recovers") {
  rig r;
  auto writer = r.writer();
  r.into.refuses = true;
  std::uint64_t id = 0;
  while (r.one->append(plain_row(id + 1))) ++id;
  writer.pass(start, day);
  CHECK_FALSE(r.one->has_room());
  r.into.refuses = false;
  writer.pass(start + 10s, day);
  CHECK(r.one->has_room());
  CHECK(r.one->append(plain_row(id + 1)));
  CHECK(r.into.ids.size() == id);
}

TEST_CASE("times are added up, kept while the store refuses, and added once") {
  rig r;
  auto writer = r.writer();
  r.into.refuses = true;
  writer.add({"qwen", 7, 1, 2, 3, 4});
  writer.add({"qwen", 8, 1, 1, 1, 1});
  writer.pass(start, day);
  writer.add({"qwen", 7, 10, 20, 30, 40});
  r.into.refuses = false;
  writer.pass(start + 10s, day);
  writer.pass(start + 20s, day);
  CHECK(r.into.times == std::vector<deployment_time>{{"qwen", 7, 11, 22, 33, 44}, {"qwen", 8, 1, 1, 1, 1}});
}

TEST_CASE("old rows are deleted a page a pass, then not looked for until a minute later") {
  rig r;
  auto writer = r.writer();
  r.into.pages_to_trim = 3;
  instant now = start;
  for (int i = 0; i < 4; ++i) {
    CHECK(writer.pass(now, day) == now + 100ms);
    now += 100ms;
    CHECK(r.into.trims == i + 1);
  }
  while (now < start + 60s) now = writer.pass(now, day);
  CHECK(r.into.trims == 4);
  while (now < start + 61s) now = writer.pass(now, day);
  CHECK(r.into.trims == 5);
}

TEST_CASE("deleting that fails is told of and does not keep rows out") {
  rig r;
  auto writer = r.writer();
  r.into.trim_fails = true;
  writer.pass(start, day);
  CHECK(writer.status().error == "Nothing can be deleted.");
  r.append(*r.one, 1, 3);
  writer.pass(start + 1s, day);
  CHECK(r.into.ids.size() == 3);
  CHECK(r.into.trims == 1);
}

TEST_CASE("records that cannot be read are counted") {
  rig r;
  r.append(*r.one, 1, 3);
  r.one.reset();
  auto bytes = bytes_of(r.place.file("one"));
  bytes[layout::header_bytes + 6 * layout::record_bytes + 30] ^= 1;   // the second row
  write_bytes(r.place.file("one"), bytes);
  r.one = opened(r.place.file("one"));
  auto writer = r.writer();
  writer.pass(start, day);
  CHECK(r.into.ids == std::vector<std::uint64_t>{1, 3});
  CHECK(writer.status().damaged == 1);
}

TEST_CASE("a foreign journal is read as it grows, what its rows cost is told, and it is closed when its process has ended") {
  rig r;
  std::vector<std::unique_ptr<foreign_journal>> foreign;
  foreign.push_back(*foreign_journal::open(r.place.file("two")));
  foreign.front()->tail().begin_at(std::nullopt);
  nano_usd told = 0;
  r.options.spent_elsewhere = [&](const team_spending& spent) { told += spent.amount; };   // of the fake store: one for each row
  store_writer writer(r.into, {&r.one->tail()}, r.options, std::move(foreign));
  r.append(*r.one, 1, 5);
  r.append(*r.two, 101, 112);
  auto now = writer.pass(start, day);
  CHECK(r.into.ids.size() == 17);
  CHECK(told == 12);

  r.append(*r.two, 113, 114);
  r.into.refuses = true;
  now = writer.pass(now, day);
  CHECK(writer.status().lag_rows == 2);
  r.into.refuses = false;
  r.two.reset();   // the other process ends before the next pass
  now = writer.pass(now + 5s, day);
  CHECK(r.into.ids.size() == 19);
  CHECK(told == 14);
  CHECK(writer.status().lag_rows == 0);

  r.two = opened(r.place.file("two"));   // the name is free: what a later process appends there is not read any more
  r.append(*r.two, 115, 115);
  writer.pass(now, day);
  CHECK(r.into.ids.size() == 19);
}

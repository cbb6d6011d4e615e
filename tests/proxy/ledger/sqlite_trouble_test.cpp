/// A store whose disk is full, that another program locks, or whose process is killed: nothing is lost, nothing stands twice.

#include "proxy/ledger/sqlite_store.hpp"

#include "tests/proxy/ledger/store_fixture.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t quarter = 1'764'547'200;

bool says(const failure& why, const std::string& part) { return why.client_sentence().find(part) != std::string_view::npos; }

std::vector<journal_row> some(std::uint64_t from, std::uint64_t count) {
  std::vector<journal_row> rows;
  for (auto id = from; id < from + count; ++id) rows.push_back(charged_row(id, 1));
  return rows;
}

}  // namespace

TEST_CASE("on a full disk a batch is refused as a whole, and taken once there is room") {
  const folder place;
  const auto path = place.file("state.db");
  std::uint64_t next = 1;
  failure why;
  {
    const auto kept = store_at(path, {.pages_max = 60});
    for (;;) {
      const auto taken = kept->take(some(next, 100), "j", next);
      if (!taken) {
        why = taken.error();
        break;
      }
      next += 100;
      REQUIRE(next < 10'000);
    }
    CHECK(says(why, "the disk is full"));
    CHECK(says(why, "Free room on its disk."));
    CHECK(rows_in(path).size() == next - 1);
    CHECK(**kept->position_of("j") == next - 100);
    CHECK(spent_in(path, quarter) == static_cast<nano_usd>(next - 1));
    CHECK_FALSE(kept->take(some(next, 100), "j", next).has_value());
    const std::vector<deployment_time> time{{"qwen", 1, 1, 1, 1, 1}};
    static_cast<void>(kept->add(time));
  }
  const auto kept = store_at(path);
  CHECK(kept->take(some(next, 100), "j", next).has_value());
  CHECK(rows_in(path).size() == next + 99);
  CHECK(names_are_counted(path));
  CHECK(is_sound(path));
}

TEST_CASE("nothing of a batch that broke off is remembered") {
  const folder place;
  const auto path = place.file("state.db");
  const auto kept = store_at(path, {.pages_max = 60});
  std::uint64_t next = 1;
  while (kept->take(some(next, 100), "j", next)) next += 100;
  std::vector<std::string> models;
  for (std::uint64_t i = 0; i < 100; ++i) models.push_back("fresh-" + std::to_string(i));
  auto rows = some(next, 100);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].model = models[i];
  REQUIRE(kept->take(rows, "j", next).has_error());
  REQUIRE(kept->trim(wall_time(std::chrono::hours(24 * 365 * 60)), {.bytes_max = 1}).has_value());   // makes room

  REQUIRE(kept->take(rows, "j", next).has_value());

  CHECK(rows_in(path).size() == next - 1 - 2'000 + 100);   // a page of 2,000 was deleted
  CHECK(rows_in(path).back().model == "fresh-99");
  CHECK(spent_in(path, quarter) == static_cast<nano_usd>(next + 99));
  CHECK(names_are_counted(path));
}

TEST_CASE("while another program holds a lock the store says so in the time that it was given, and goes on afterwards") {
  const folder place;
  const auto path = place.file("state.db");
  const auto kept = store_at(path, {.lock_wait = 20ms});
  REQUIRE(kept->take(some(1, 10), "j", 1).has_value());
  const auto other = other_program(path);
  REQUIRE(other->execute("BEGIN IMMEDIATE"));

  const auto began = std::chrono::steady_clock::now();
  const auto refused = kept->take(some(11, 10), "j", 2);
  CHECK(std::chrono::steady_clock::now() - began < 2s);
  REQUIRE(refused.has_error());
  CHECK(says(refused.error(), "it is locked"));
  CHECK(says(refused.error(), "Another program holds a lock"));
  CHECK(**kept->position_of("j") == 1);   // reading is not locked

  REQUIRE(other->execute("COMMIT"));
  CHECK(kept->take(some(11, 10), "j", 2).has_value());
  CHECK(rows_in(path).size() == 20);
  CHECK(names_are_counted(path));
}

namespace {

/// In the child: journal and store as in a gateway, rows appended and taken without pause until it is killed. Each id is acknowledged once
/// it stands in the journal.
[[noreturn]] void work_for_ever(const std::string& journal_path, const std::string& store_path, std::uint64_t id, int acknowledge) {
  auto rows = journal::open(journal_path, 64u << 10);
  auto kept = open_sqlite_store(store_path);
  if (!rows || !kept) ::_exit(1);
  auto& tail = (*rows)->tail();
  auto position = (*kept)->position_of(tail.name());
  if (!position) ::_exit(2);
  tail.begin_at(*position);
  for (;; ++id) {
    for (int second = 0; second < 2; ++second) {
      const auto row = second == 0 ? charged_row(id, 3) : completed(charged_row(id, 5));
      while (!(*rows)->append(row)) {
        const auto batch = tail.read(500);
        if (!(*kept)->take(batch.rows, tail.name(), batch.position)) ::_exit(3);
        tail.taken(batch);
      }
      if (id % 3 != 0) break;
    }
    if (::write(acknowledge, &id, sizeof id) != sizeof id) ::_exit(4);
    if (id % 40 != 0) continue;
    const auto batch = tail.read(100);
    if (!(*kept)->take(batch.rows, tail.name(), batch.position)) ::_exit(5);
    tail.taken(batch);
  }
}

/// Kills the child after `count` more ids; the last that it acknowledged.
std::uint64_t killed_after(const folder& place, std::uint64_t first, std::uint64_t count) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    work_for_ever(place.file("journal"), place.file("state.db"), first, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t last = first - 1, id = 0;
  while (last < first + count - 1 && ::read(ends[0], &id, sizeof id) == sizeof id) last = id;
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  while (::read(ends[0], &id, sizeof id) == sizeof id) last = id;   // acknowledged before it died
  ::close(ends[0]);
  return last;
}

void take_the_rest(const folder& place) {
  const auto rows = journal::open(place.file("journal"), 64u << 10);
  const auto kept = store_at(place.file("state.db"));
  REQUIRE(rows.has_value());
  auto& tail = (*rows)->tail();
  tail.begin_at(*kept->position_of(tail.name()));
  while (tail.lag() > 0) {
    const auto batch = tail.read(1'000);
    REQUIRE(kept->take(batch.rows, tail.name(), batch.position).has_value());
    tail.taken(batch);
  }
}

}  // namespace

TEST_CASE("killed again and again in the middle of writing, the store is sound and has each row once") {
  const folder place;
  std::uint64_t next = 1;
  for (std::uint64_t kills = 1; kills <= 40; ++kills) {
    const auto last = killed_after(place, next, kills * 37 % 400 + 1);
    next = last + 2;   // the one behind it may stand in the journal without having been acknowledged
    if (kills % 4 != 0) continue;
    take_the_rest(place);
    CHECK(is_sound(place.file("state.db")));
  }
  take_the_rest(place);

  const auto rows = rows_in(place.file("state.db"));
  std::uint64_t expected = 1, unacknowledged = 0;
  nano_usd sum = 0;
  for (const auto& row : rows) {
    while (expected < row.attempt_id) {
      ++expected;
      ++unacknowledged;
    }
    CHECK(row.attempt_id == expected);
    CHECK((row.last.has_value() || row.attempt_id % 3 != 0 || row.cost == 3));
    sum += *row.cost;
    ++expected;
  }
  CHECK(unacknowledged <= 40);
  CHECK(rows.size() + 41 > next - 1);
  CHECK(spent_in(place.file("state.db"), quarter) == sum);
  CHECK(names_are_counted(place.file("state.db")));
}

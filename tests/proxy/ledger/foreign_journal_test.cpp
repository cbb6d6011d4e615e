#include "proxy/ledger/foreign_journal.hpp"

#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;

namespace {

std::unique_ptr<foreign_journal> seen(const std::string& path, std::optional<std::uint64_t> position = std::nullopt) {
  auto made = foreign_journal::open(path);
  if (!made) throw std::runtime_error(std::string(made.error().client_sentence()));
  (*made)->tail().begin_at(position);
  return std::move(*made);
}

/// The ids of what has come since the last call.
std::vector<std::uint64_t> fresh(foreign_journal& from) {
  from.look();
  std::vector<std::uint64_t> all;
  const auto batch = from.tail().read(100'000);
  for (const auto& row : batch.rows) all.push_back(row.attempt_id);
  CHECK(batch.damaged == 0);
  from.tail().taken(batch);
  return all;
}

std::vector<std::uint64_t> counted(std::uint64_t from, std::uint64_t until) {
  std::vector<std::uint64_t> all;
  for (auto id = from; id <= until; ++id) all.push_back(id);
  return all;
}

/// Each with names of its own, so that segments end where a row does not fit.
struct wordy_row {
  explicit wordy_row(std::uint64_t id) : model("model-" + std::to_string(id)), key("key-" + std::to_string(id)), row(plain_row(id)) {
    row.model = model;
    row.key = key;
  }
  const std::string model, key;
  journal_row row;
};

bool append(journal& to, std::uint64_t id) { return id % 3 == 0 ? to.append(wordy_row(id).row) : to.append(plain_row(id)); }

/// In the child.
[[noreturn]] void append_and_end(const std::string& path, std::uint64_t rows) {
  const auto own = journal::open(path, 8u << 20);
  if (!own) ::_exit(1);
  for (std::uint64_t id = 1; id <= rows; ++id)
    if (!append(**own, id)) ::_exit(2);
  ::_exit(0);
}

}  // namespace

TEST_CASE("rows that another process appends are seen as they come, with their names, across all segments of its ring") {
  const folder place;
  const auto own = opened(place.file());
  const auto other = seen(place.file());
  std::uint64_t id = 0;
  for (int round = 0; round < 200; ++round) {
    const auto first = id + 1;
    for (int i = 0; i < 7; ++i) {
      ++id;
      REQUIRE(append(*own, id));
    }
    CHECK(other->tail().lag() == 0);
    other->look();
    CHECK(other->tail().lag() == 7);
    const auto batch = other->tail().read(100);
    REQUIRE(batch.rows.size() == 7);
    for (const auto& row : batch.rows) {
      CHECK(row.team == "search");
      CHECK(row.model == (row.attempt_id % 3 == 0 ? "model-" + std::to_string(row.attempt_id) : "chat"));
    }
    CHECK(batch.rows.front().attempt_id == first);
    other->tail().taken(batch);
    take_all(*own);   // the writer still makes room here; it goes round more than once
  }
}

TEST_CASE("what stood there before is read from the store's position on") {
  const folder place;
  const auto own = opened(place.file());
  for (std::uint64_t id = 1; id <= 20; ++id) REQUIRE(own->append(plain_row(id)));
  const auto batch = own->tail().read(8);
  const auto other = seen(place.file(), batch.position);
  CHECK(fresh(*other) == counted(9, 20));
  CHECK(fresh(*other).empty());
  const auto all = seen(place.file());
  CHECK(fresh(*all) == counted(1, 20));
}

TEST_CASE("a journal is abandoned when nobody has it open for appending, and looking at it keeps nobody out") {
  const folder place;
  auto own = opened(place.file());
  const auto other = seen(place.file());
  REQUIRE(own->append(plain_row(1)));
  CHECK_FALSE(other->is_abandoned());
  own.reset();
  CHECK(other->is_abandoned());
  CHECK(fresh(*other) == counted(1, 1));
  own = opened(place.file());
  CHECK_FALSE(other->is_abandoned());
}

TEST_CASE("what is no journal, and what is not there, are refused") {
  const folder place;
  CHECK(foreign_journal::open(place.file("none")).has_error());
  std::ofstream(place.file("text")) << std::string(20'000, 'x');
  CHECK(foreign_journal::open(place.file("text")).has_error());
}

TEST_CASE("a reader that looks while another process appends misses none and sees none twice") {
  constexpr std::uint64_t rows = 20'000;
  const folder place;
  opened(place.file(), 8u << 20).reset();
  const auto other = seen(place.file());
  const pid_t writer = ::fork();
  REQUIRE(writer >= 0);
  if (writer == 0) append_and_end(place.file(), rows);
  std::vector<std::uint64_t> all;
  int status = 0;
  for (bool last = false; !last;) {
    last = ::waitpid(writer, &status, WNOHANG) == writer;
    const auto more = fresh(*other);
    all.insert(all.end(), more.begin(), more.end());
  }
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(all == counted(1, rows));
}

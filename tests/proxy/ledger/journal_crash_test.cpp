/// What a journal keeps when its process is killed or its bytes are damaged.

#include "proxy/ledger/journal.hpp"

#include "proxy/ledger/journal_layout.hpp"
#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <set>
#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;

namespace {

constexpr std::size_t crash_bytes = 8u << 20;

/// In the child: appends until it is killed, and acknowledges each row behind its append.
[[noreturn]] void append_for_ever(const std::string& path, int acknowledge) {
  auto made = journal::open(path, crash_bytes);
  if (!made) ::_exit(1);
  for (std::uint64_t id = 1;; ++id) {
    const auto model = "model-" + std::to_string(id % 50);
    auto row = plain_row(id);
    row.model = model;
    if (!(*made)->append(row) || ::write(acknowledge, &id, sizeof id) != sizeof id) ::_exit(2);
  }
}

/// Kills the child after `count` acknowledgements; the last one that was written.
std::uint64_t killed_after(const std::string& path, std::uint64_t count) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    append_for_ever(path, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t last = 0, id = 0;
  while (last < count && ::read(ends[0], &id, sizeof id) == sizeof id) last = id;
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  while (::read(ends[0], &id, sizeof id) == sizeof id) last = id;   // acknowledged before it died
  ::close(ends[0]);
  return last;
}

}  // namespace

TEST_CASE("every row that was taken survives kill -9") {
  for (const std::uint64_t count : {1u, 10u, 500u, 3'000u, 9'000u}) {
    const folder place;
    const auto acknowledged = killed_after(place.file(), count);

    const auto read = contents(place.file());

    REQUIRE(acknowledged >= count);
    REQUIRE(read.rows.size() >= acknowledged);
    REQUIRE(read.rows.size() <= acknowledged + 1);
    for (std::uint64_t id = 1; id <= acknowledged; ++id) {
      const auto& row = read.rows[id - 1];
      REQUIRE(row.attempt_id == id);
      REQUIRE(row.cost == static_cast<nano_usd>(id * 7));
      REQUIRE(row.model == "model-" + std::to_string(id % 50));
    }
    CHECK(opened(place.file(), crash_bytes)->append(plain_row(acknowledged + 2)));
    CHECK(contents(place.file()).rows.back().attempt_id == acknowledged + 2);
  }
}

TEST_CASE("a torn record is left out, counted, and written over by the next one") {
  const folder place;
  {
    const auto kept = opened(place.file());
    for (std::uint64_t id = 1; id <= 3; ++id) REQUIRE(kept->append(plain_row(id)));
  }
  auto bytes = bytes_of(place.file());
  const auto third = layout::header_bytes + (5 + 2) * layout::record_bytes;
  bytes.replace(third + layout::record_bytes / 2, layout::record_bytes / 2, layout::record_bytes / 2, '\0');
  write_bytes(place.file(), bytes);

  auto read = contents(place.file());
  CHECK(ids(read) == std::vector<std::uint64_t>{1, 2});
  CHECK(read.damaged == 1);

  REQUIRE(opened(place.file())->append(plain_row(4)));
  read = contents(place.file());
  CHECK(ids(read) == std::vector<std::uint64_t>{1, 2, 4});
  CHECK(read.damaged == 0);
}

TEST_CASE("rows behind a damaged one are still read, and a damaged name is a question mark") {
  const folder place;
  {
    const auto kept = opened(place.file());
    for (std::uint64_t id = 1; id <= 3; ++id) REQUIRE(kept->append(plain_row(id)));
  }
  auto bytes = bytes_of(place.file());
  bytes[layout::header_bytes + 20] ^= 1;                                       // the team's name
  bytes[layout::header_bytes + 6 * layout::record_bytes + 30] ^= 1;            // the second row
  write_bytes(place.file(), bytes);

  const auto read = contents(place.file());

  CHECK(ids(read) == std::vector<std::uint64_t>{1, 3});
  CHECK(read.rows[0].team == "?");
  CHECK(read.rows[0].key == "prod");
  CHECK(read.damaged == 2);
}

TEST_CASE("whichever byte is altered, reader and writer stay whole and at most what stood there is lost") {
  const folder place;
  {
    const auto kept = opened(place.file());
    for (std::uint64_t id = 1; id <= 40; ++id) REQUIRE(kept->append(plain_row(id)));
  }
  const auto whole = bytes_of(place.file());
  const auto before = contents(place.file()).rows.size();
  const auto altered_path = place.file("altered");
  std::size_t refused = 0;
  write_bytes(altered_path, whole);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::fstream file(altered_path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(i)).put(static_cast<char>(~whole[i])).flush();
    const auto read = read_journal(altered_path);
    if (!read) {
      ++refused;
    } else {
      REQUIRE(read->rows.size() + 1 >= before);
      REQUIRE(read->rows.size() <= before);
      REQUIRE((i < layout::header_bytes || read->damaged == 1));
    }
    if (i % 7 == 0) static_cast<void>(journal::open(altered_path, journal::bytes_min));
    file.seekp(static_cast<std::streamoff>(i)).put(whole[i]).flush();
  }
  CHECK(refused > 0);
  CHECK(refused <= 56);   // the header's fields; what pads its page is not read
}

#include "proxy/ledger/journal_file.hpp"

#include "proxy/ledger/journal_layout.hpp"
#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;

namespace {

std::string why_not(const std::string& path, std::size_t bytes = journal::bytes_min) {
  const auto made = journal::open(path, bytes);
  return made ? std::string() : std::string(made.error().client_sentence());
}

std::string why_unreadable(const std::string& path) {
  const auto read = read_journal(path);
  return read ? std::string() : std::string(read.error().client_sentence());
}

/// A journal with one row whose bytes at `offset` were replaced.
std::string with_bytes(const folder& place, std::size_t offset, const std::string& bytes) {
  const auto path = place.file();
  REQUIRE(opened(path)->append(plain_row(1)));
  auto all = bytes_of(path);
  all.replace(offset, bytes.size(), bytes);
  write_bytes(path, all);
  return path;
}

bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a new journal has its whole size at once and is its owner's alone") {
  const folder place;
  const auto kept = opened(place.file(), 1u << 20);
  CHECK(std::filesystem::file_size(place.file()) == 1u << 20);
  struct stat facts {};
  REQUIRE(::stat(place.file().c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  CHECK(static_cast<std::size_t>(facts.st_blocks) * 512 >= 1u << 20);
}

TEST_CASE("two owners cannot have one journal") {
  const folder place;
  auto first = opened(place.file());
  CHECK(says(why_not(place.file()), "in use by another process"));
  CHECK(says(why_not(place.file()), place.file()));
  first.reset();
  CHECK(why_not(place.file()) == "");
}

TEST_CASE("a journal that is open can be read") {
  const folder place;
  const auto kept = opened(place.file());
  REQUIRE(kept->append(plain_row(1)));
  CHECK(contents(place.file()).rows.size() == 1);
}

TEST_CASE("a file that is no journal is refused and left alone") {
  const folder place;
  const std::string text(journal::bytes_min, 'x');
  write_bytes(place.file(), text);
  CHECK(says(why_not(place.file()), "is not a journal"));
  CHECK(says(why_unreadable(place.file()), "is not a journal"));
  CHECK(bytes_of(place.file()) == text);
}

TEST_CASE("a short file that is no journal is refused and left alone") {
  const folder place;
  write_bytes(place.file(), "notes");
  CHECK(says(why_not(place.file()), "too short"));
  CHECK(says(why_unreadable(place.file()), "too short"));
  CHECK(bytes_of(place.file()) == "notes");
}

TEST_CASE("a journal of another version, byte order or division is refused") {
  {
    const folder place;
    const auto path = with_bytes(place, 12, std::string("\x01\0\0\0", 4));
    CHECK(says(why_not(path), "has version 1; this binary writes version 5. Move the file away"));
    CHECK(says(why_unreadable(path), "has version 1"));
  }
  {
    const folder place;
    const auto path = with_bytes(place, 8, "\x01\x02\x03\x04");
    CHECK(says(why_not(path), "byte order"));
  }
  {
    const folder place;
    const auto path = with_bytes(place, 16, "\x80");
    CHECK(says(why_not(path), "damaged header"));
  }
}

TEST_CASE("a journal that is there is opened whatever its size, and none is made") {
  const folder place;
  CHECK(says(std::string(journal::open_existing(place.file()).error().client_sentence()), "No such file or directory"));
  CHECK_FALSE(std::filesystem::exists(place.file()));
  REQUIRE(opened(place.file(), 40u << 10)->append(plain_row(1)));

  auto again = journal::open_existing(place.file());

  REQUIRE(again.has_value());
  (*again)->tail().begin_at(std::nullopt);
  CHECK((*again)->tail().read(10).rows.size() == 1);
}

TEST_CASE("each journal has a name of its own, which it keeps") {
  const folder place;
  const auto name = opened(place.file())->tail().name();
  CHECK(name.size() == 32);
  CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(opened(place.file())->tail().name() == name);
  CHECK(opened(place.file("other"))->tail().name() != name);
  std::filesystem::remove(place.file());
  CHECK(opened(place.file())->tail().name() != name);
}

TEST_CASE("a journal of another size is refused with both sizes") {
  const folder place;
  opened(place.file(), 32u << 10);
  const auto why = why_not(place.file(), 64u << 10);
  CHECK(says(why, "32768"));
  CHECK(says(why, "65536"));
  CHECK(says(why, "state.journal_size"));
  CHECK(says(why_not(place.file(), 16u << 10), "32768"));
}

TEST_CASE("a journal that was cut short is refused") {
  const folder place;
  opened(place.file(), 32u << 10);
  std::filesystem::resize_file(place.file(), 20u << 10);
  CHECK(says(why_not(place.file(), 32u << 10), "20480 bytes long"));
  CHECK(says(why_unreadable(place.file()), "20480 bytes long"));
}

TEST_CASE("a journal whose making was interrupted is made again") {
  const folder place;
  write_bytes(place.file(), std::string(5'000, '\0'));
  REQUIRE(opened(place.file())->append(plain_row(1)));
  CHECK(contents(place.file()).rows.size() == 1);
}

TEST_CASE("sizes beyond the limits are refused with the limits") {
  const folder place;
  CHECK(says(why_not(place.file(), journal::bytes_min - 1), "16384"));
  CHECK(says(why_not(place.file(), journal::bytes_max + 1), "4294967296"));
  CHECK_FALSE(std::filesystem::exists(place.file()));
}

TEST_CASE("a folder that does not exist is named") {
  CHECK(says(why_not("/nonexistent/worker-0.journal"), "'/nonexistent/worker-0.journal': No such file or directory"));
  CHECK(says(why_unreadable("/nonexistent/worker-0.journal"), "No such file or directory"));
}

TEST_CASE("a device or folder is no journal") {
  CHECK(says(why_not("/dev/null"), "not a regular file"));
  CHECK(says(why_not("/tmp"), "Cannot open"));
}

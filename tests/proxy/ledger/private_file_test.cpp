#include "proxy/ledger/private_file.hpp"

#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;

TEST_CASE("missing folders are made for their owner alone, those that are there stay as they are") {
  const folder place;
  const auto there = place.file("there");
  std::filesystem::create_directory(there);
  ::chmod(there.c_str(), 0755);

  CHECK(make_private_folder(there + "/a/b") == 0);
  CHECK(make_private_folder(there + "/a/b") == 0);

  struct stat facts {};
  REQUIRE(::stat(there.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0755);
  REQUIRE(::stat((there + "/a").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0700);
}

TEST_CASE("a folder below a file cannot be made") {
  const folder place;
  write_bytes(place.file("file"), "x");
  CHECK(make_private_folder(place.file("file") + "/below") == ENOTDIR);
  CHECK(make_private_file(place.file("file") + "/below") == ENOTDIR);
}

TEST_CASE("a file that is there keeps what it holds") {
  const folder place;
  write_bytes(place.file("file"), "x");
  CHECK(make_private_file(place.file("file")) == 0);
  CHECK(bytes_of(place.file("file")) == "x");
}

TEST_CASE("a lock is held by one at a time and given back") {
  const folder place;
  int error = 0;
  auto first = file_lock::take(place.file("lock"), error);
  REQUIRE(first);
  CHECK_FALSE(file_lock::take(place.file("lock"), error));
  CHECK(error == EWOULDBLOCK);
  first.reset();
  CHECK(file_lock::take(place.file("lock"), error));
}

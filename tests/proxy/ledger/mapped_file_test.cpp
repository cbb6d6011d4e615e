#include "proxy/ledger/mapped_file.hpp"

#include "tests/support/scratch_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

using namespace sallyport;
using ledger::mapped_file;

TEST_CASE("what is written into a mapped file is there when it is opened again") {
  const sallyport::tests::scratch_folder folder;
  const auto path = folder / "marks";
  {
    const auto made = mapped_file::open(path, 8192);
    REQUIRE(made.has_value());
    const auto bytes = (*made)->bytes();
    CHECK(bytes.size() == 8192);
    CHECK(std::all_of(bytes.begin(), bytes.end(), [](std::byte one) { return one == std::byte{0}; }));
    bytes[8191] = std::byte{7};
  }
  const auto again = mapped_file::open(path, 8192);
  REQUIRE(again.has_value());
  CHECK((*again)->bytes()[8191] == std::byte{7});
  struct stat seen{};
  REQUIRE(::stat(path.c_str(), &seen) == 0);
  CHECK((seen.st_mode & 0777) == 0600);
}

TEST_CASE("a file of another size is left as it is, and a path that cannot be is said") {
  const sallyport::tests::scratch_folder folder;
  const auto path = folder / "marks";
  std::ofstream(path) << "something else";
  const auto refused = mapped_file::open(path, 8192);
  REQUIRE(refused.has_error());
  const failure why = refused.error();
  CHECK(why.client_sentence().find("has 14 bytes instead of 8192") != std::string_view::npos);
  CHECK(mapped_file::open(folder / "no/such/folder", 8192).has_error());
}

#include "proxy/commands/replace_file.hpp"
#include "tests/support/corpora.hpp"
#include "tests/support/scratch_folder.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using commands::replace_file;
using tests::whole_file;
namespace fs = std::filesystem;

namespace {

void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("a new file is readable by everybody, and nothing else is left behind") {
  const tests::scratch_folder folder;
  REQUIRE(replace_file(folder / "a", "text").has_value());
  CHECK(whole_file(folder / "a") == "text");
  CHECK((fs::status(folder / "a").permissions() & fs::perms::others_read) != fs::perms::none);
  CHECK(folder.entries() == 1);
}

TEST_CASE("a file that is replaced keeps its permissions, and a link stays a link") {
  const tests::scratch_folder folder;
  put(folder / "a", "old");
  fs::permissions(folder / "a", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("a", folder / "link");
  REQUIRE(replace_file(folder / "link", "new").has_value());
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(whole_file(folder / "a") == "new");
  CHECK(fs::status(folder / "a").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(folder.entries() == 2);
}

TEST_CASE("a failure leaves everything as it was and says why") {
  const tests::scratch_folder folder;
  fs::create_directory(folder / "d");
  const auto directory = replace_file(folder / "d", "x");
  REQUIRE(directory.has_error());
  CHECK(std::string(directory.error().client_sentence()).find("no regular file") != std::string::npos);
  const auto nowhere = replace_file(folder / "no/such/file", "x");
  REQUIRE(nowhere.has_error());
  CHECK(std::string(nowhere.error().client_sentence()).find("No such file") != std::string::npos);
  CHECK(folder.entries() == 1);
}

#include "config/load.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace sallyport;

namespace {

/// A folder of this test's own, gone when it ends.
struct own_folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("sallyport-config-" + std::to_string(::getpid()));
  own_folder() { std::filesystem::create_directories(path); }
  ~own_folder() { std::filesystem::remove_all(path); }
  void put(const std::string& name, const std::string& text) const { std::ofstream(path / name, std::ios::binary) << text; }
};

}  // namespace

TEST_CASE("the process's own files and folders are read") {
  const own_folder folder;
  folder.put("b.yaml", "two");
  folder.put("a.yaml", std::string("o\0ne", 4));
  const auto world = config::real_surroundings();
  CHECK(world.file((folder.path / "b.yaml").string()) == "two");
  CHECK(world.file((folder.path / "a.yaml").string())->size() == 4);
  CHECK(!world.file((folder.path / "gone").string()));
  CHECK(!world.file(folder.path.string()));
  const auto found = world.matching((folder.path / "*.yaml").string());
  REQUIRE(found.size() == 2);
  CHECK(found[0].ends_with("a.yaml"));
  CHECK(world.matching((folder.path / "*.txt").string()).empty());
  CHECK(world.variable("PATH"));
  CHECK(!world.variable("SALLYPORT_NO_SUCH_VARIABLE"));
}

#include "adapters/short_id.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace sallyport;

TEST_CASE("an id has always the same short one, of letters and digits") {
  CHECK(short_id("toolu_01A", 9) == short_id("toolu_01A", 9));
  CHECK(is_short_id(short_id("toolu_01A", 9), 9));
  CHECK(is_short_id(short_id("", 24), 24));
  CHECK_FALSE(is_short_id("toolu_01A", 9));
  CHECK_FALSE(is_short_id("abc", 9));
}

TEST_CASE("a hundred thousand ids have as many short ones") {
  std::set<std::string> seen;
  for (int i = 0; i < 100'000; ++i) seen.insert(short_id("call_" + std::to_string(i), 9));
  CHECK(seen.size() == 100'000);
}

// Conversations outlive a release: the ids in them were made by an older one.
TEST_CASE("short ids stay what they are") { CHECK(short_id("call_1", 9) == "BWc0h2kdr"); }

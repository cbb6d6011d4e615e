#include "proxy/stages/origins.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using stages::origins;

TEST_CASE("what a provider made is known to the team that it was made for") {
  origins all(hash_key{1, 2});
  all.note("search", "resp_1", "openai");
  CHECK(all.of("search", "resp_1") == "openai");
  CHECK_FALSE(all.of("maps", "resp_1"));
  CHECK_FALSE(all.of("search", "resp_2"));
  CHECK_FALSE(all.of("searchresp", "_1"));
}

TEST_CASE("the older ones are forgotten first, and what is kept is bounded") {
  origins all(hash_key{1, 2});
  all.note("t", "first", "p");
  for (std::size_t i = 1; i < origins::remembered; ++i) all.note("t", std::to_string(i), "p");
  all.note("t", "second", "p");
  CHECK(all.of("t", "first") == "p");
  for (std::size_t i = 0; i < origins::remembered; ++i) all.note("t", "x" + std::to_string(i), "p");
  CHECK_FALSE(all.of("t", "first"));
  CHECK(all.of("t", "second") == "p");
}

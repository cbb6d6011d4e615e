#include "proxy/stages/held_responses.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using stages::held_responses;

TEST_CASE("a response is known to the team that made it, with the provider that holds it") {
  held_responses all(hash_key{1, 2});
  all.note("search", "resp_1", "openai");
  CHECK(all.holder("search", "resp_1") == "openai");
  CHECK_FALSE(all.holder("maps", "resp_1"));
  CHECK_FALSE(all.holder("search", "resp_2"));
  CHECK_FALSE(all.holder("searchresp", "_1"));
}

TEST_CASE("the older ones are forgotten first, and what is kept is bounded") {
  held_responses all(hash_key{1, 2});
  all.note("t", "first", "p");
  for (std::size_t i = 1; i < held_responses::remembered; ++i) all.note("t", std::to_string(i), "p");
  all.note("t", "second", "p");
  CHECK(all.holder("t", "first") == "p");
  for (std::size_t i = 0; i < held_responses::remembered; ++i) all.note("t", "x" + std::to_string(i), "p");
  CHECK_FALSE(all.holder("t", "first"));
  CHECK(all.holder("t", "second") == "p");
}

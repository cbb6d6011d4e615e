#include "proxy/words/lease.hpp"

#include <doctest/doctest.h>

#include <utility>

using sallyport::lease;

TEST_CASE("a lease is given back exactly once, by whatever ends it first") {
  int given_back = 0;
  {
    lease held([&] { ++given_back; });
    lease moved = std::move(held);
    CHECK_FALSE(held);
    CHECK(moved);
    moved.end();
    CHECK(given_back == 1);
  }
  CHECK(given_back == 1);
}

TEST_CASE("a lease that takes another's place gives its own back first") {
  int first = 0;
  int second = 0;
  lease held([&] { ++first; });
  held = lease([&] { ++second; });
  CHECK(first == 1);
  CHECK(second == 0);
  held = lease();
  CHECK(second == 1);
}

#include "proxy/words/dice.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

TEST_CASE("copies draw one after the other, not the same again") {
  const auto dice = make_dice();
  const auto one = dice;
  const auto other = dice;
  int same = 0, low = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double a = one(), b = other();
    CHECK((a >= 0 && a < 1));
    same += a == b;
    low += a < 0.5;
  }
  CHECK(same < 3);
  CHECK(low == doctest::Approx(5'000).epsilon(0.05));
}

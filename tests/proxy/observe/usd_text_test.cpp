#include "proxy/observe/usd_text.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using sallyport::observe::usd_text;

TEST_CASE("money is written exactly, without trailing zeros") {
  CHECK(usd_text(0) == "0");
  CHECK(usd_text(1) == "0.000000001");
  CHECK(usd_text(12'500) == "0.0000125");
  CHECK(usd_text(100'000'000) == "0.1");
  CHECK(usd_text(3'000'000'000) == "3");
  CHECK(usd_text(1'234'000'000'000) == "1234");
  CHECK(usd_text(-500'000'000) == "-0.5");
}

TEST_CASE("the largest and the smallest amount are written too") {
  CHECK(usd_text(std::numeric_limits<std::int64_t>::max()) == "9223372036.854775807");
  CHECK(usd_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036.854775808");
}

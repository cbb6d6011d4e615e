#include "adapters/text_splice.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

TEST_CASE("ranges are replaced wherever they stand, and those at one place keep their order") {
  CHECK(spliced("0123456789", {{{8, 2}, "b"}, {{2, 3}, "a"}}) == "01a567b");
  CHECK(spliced("ab", {{{1, 0}, "x"}, {{1, 0}, "y"}, {{0, 0}, "<"}, {{2, 0}, ">"}}) == "<axyb>");
  CHECK(spliced("ab", {}) == "ab");
}

#include "proxy/ledger/stored_numbers.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::ledger;

TEST_CASE("a stored number is the word that it was, and any other number is none") {
  CHECK(word_of<deployment_class>(2) == deployment_class::managed);
  CHECK(word_of<data_class>(3) == data_class::restricted);
  CHECK(word_of<operation>(2) == operation::embeddings);
  CHECK(word_of<attempt_outcome>(4) == attempt_outcome::abandoned);
  CHECK(word_of<attempt_outcome>(5) == attempt_outcome::denied);
  CHECK(word_of<usage_basis>(2) == usage_basis::estimated);
  CHECK(word_of<config::price_basis>(1) == config::price_basis::contract);
  for (const std::int64_t wrong : {-1, 6, 200, 256, 0x1'0000}) {
    CHECK_FALSE(word_of<deployment_class>(wrong));
    CHECK_FALSE(word_of<data_class>(wrong));
    CHECK_FALSE(word_of<operation>(wrong));
    CHECK_FALSE(word_of<attempt_outcome>(wrong));
    CHECK_FALSE(word_of<usage_basis>(wrong));
    CHECK_FALSE(word_of<config::price_basis>(wrong));
  }
}

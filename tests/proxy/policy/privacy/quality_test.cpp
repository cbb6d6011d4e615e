// Against cases that Presidio's authors labelled. tests/bench/detector_quality.cpp prints all of it as the table in docs/detectors.md.

#include "tests/support/corpora.hpp"
#include "tests/support/detector_quality.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

using namespace sallyport::tests;

TEST_CASE("numbers with a structure of their own are found, and little else is taken for them") {
  const auto folder = corpora();
  if (!folder) return say_skipped("Presidio's cases: no corpora");
  std::ifstream file(*folder / "presidio" / "cases.jsonl");
  const auto cases = presidio_cases(file);
  REQUIRE(cases.size() > 1'000);
  for (const auto& which : judged_entities) {
    const auto of = judge(which, cases);
    const std::string entity(which.entity);
    CAPTURE(entity);
    CHECK(of.holding > 0);
    std::printf("%-16s recall %.3f (%.3f beside a word), precision %.3f, of %zu and %zu\n", entity.c_str(), of.recall(),
                of.recall_beside_word(), of.precision(), of.holding, of.without);
    if (entity != "CREDIT_CARD" && entity != "IBAN_CODE" && entity != "EMAIL_ADDRESS" && entity != "IP_ADDRESS" && entity != "US_SSN")
      continue;
    CHECK(of.recall_of_weak_named() >= 0.97);
    CHECK(of.precision() >= 0.95);
  }
}

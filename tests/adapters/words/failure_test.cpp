#include "adapters/words/failure.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sallyport;

TEST_CASE("every failure kind has a name of its own, a sentence and a status that a client can be sent") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < failure_kind_count; ++i) {
    const auto& row = traits(static_cast<failure_kind>(i));
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.sentence.size() > 10);
    CHECK(row.sentence.back() == '.');
    CHECK(row.status >= 400);
    CHECK(row.status < 600);
  }
}

TEST_CASE("a possible failure is one or none, and a copy is its own") {
  const maybe_failure none;
  CHECK_FALSE(none);
  CHECK(none.value_or(fail(failure_kind::internal)).kind == failure_kind::internal);

  maybe_failure one = fail(failure_kind::rate_limited, "first");
  const maybe_failure copy = one;
  one->detail = "changed";
  CHECK(copy->detail == "first");
  CHECK(copy.value_or(fail(failure_kind::internal)).kind == failure_kind::rate_limited);

  one = copy;
  CHECK(one->detail == "first");
  one = none;
  CHECK_FALSE(one);
}

TEST_CASE("the table stands in the order of the enumeration") {
  CHECK(traits(failure_kind::malformed_http).name == "malformed_http");
  CHECK(traits(failure_kind::overloaded).name == "overloaded");
  CHECK(traits(failure_kind::rate_limited).name == "rate_limited");
  CHECK(traits(failure_kind::truncated_stream).name == "truncated_stream");
  CHECK(traits(failure_kind::internal).name == "internal");
}

TEST_CASE("a provider's refusal of our credential never reaches the client as its own 401") {
  CHECK(traits(failure_kind::credential_refused).status == 502);
  CHECK(traits(failure_kind::credential_refused).whose == fault::credential);
  CHECK(traits(failure_kind::credential_refused).openai_code == "upstream_credentials");
}

TEST_CASE("what the client did wrong is not tried elsewhere") {
  for (std::size_t i = 0; i < failure_kind_count; ++i) {
    const auto& row = traits(static_cast<failure_kind>(i));
    CAPTURE(row.name);
    if (row.whose == fault::client) CHECK_FALSE(row.may_try_elsewhere);
  }
}

TEST_CASE("a failure's own sentence goes before the table's") {
  CHECK(fail(failure_kind::unknown_model).client_sentence() == traits(failure_kind::unknown_model).sentence);
  CHECK(fail_with(failure_kind::unknown_model, "No model 'x'.").client_sentence() == "No model 'x'.");
}

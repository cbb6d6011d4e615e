#include "config/condition_implication.hpp"

#include "config/condition_parser.hpp"
#include "random_condition.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;

namespace {

bool implied(const std::string& narrow, const std::string& wide) {
  const auto names = sallyport::tests::names_of_search();
  const auto left = compile(narrow, names);
  const auto right = compile(wide, names);
  REQUIRE_MESSAGE((left.value && right.value), narrow, " => ", wide);
  return left.value->implies(*right.value);
}

}  // namespace

TEST_CASE("the same comparisons imply each other, in any order, and further ones narrow") {
  CHECK(implied("stream && hour < 8", "hour < 8 && stream"));
  CHECK(implied("stream && hour < 8 && has_tools", "hour < 8 && stream"));
  CHECK(!implied("stream", "stream && has_tools"));
  CHECK(implied("stream", "stream || has_tools"));
  CHECK(!implied("stream || has_tools", "stream"));
  CHECK(implied("(stream && has_tools) || (stream && hour < 8)", "stream"));
  CHECK(implied("!(hour == 3)", "!(hour == 3) || stream"));
}

TEST_CASE("a narrower range implies a wider one") {
  CHECK(implied("prompt_tokens > 8000", "prompt_tokens > 1000"));
  CHECK(implied("prompt_tokens > 8000", "prompt_tokens >= 8001"));
  CHECK(implied("prompt_tokens >= 8001", "prompt_tokens > 8000"));
  CHECK(implied("prompt_tokens > 8000", "prompt_tokens != 8000"));
  CHECK(implied("prompt_tokens == 5", "prompt_tokens <= 5"));
  CHECK(implied("hour in [1, 2]", "hour < 3"));
  CHECK(implied("data_class == \"restricted\"", "data_class >= \"internal\""));
  CHECK(implied("budget_left < 1", "budget_left < 1.5"));
  CHECK(!implied("prompt_tokens > 1000", "prompt_tokens > 8000"));
  CHECK(!implied("prompt_tokens > 1000", "prompt_tokens < 8000"));
  CHECK(!implied("prompt_tokens > 1000", "prompt_tokens != 8000"));
  CHECK(!implied("prompt_tokens > 8000", "max_tokens > 1000"));
}

TEST_CASE("texts imply the lists and patterns that hold them") {
  CHECK(implied("key == \"a\"", "key in [\"a\", \"b\"]"));
  CHECK(implied("key in [\"a\", \"b\"]", "key in [\"c\", \"b\", \"a\"]"));
  CHECK(implied("key == \"gpt-4\"", "key matches \"gpt-*\""));
  CHECK(implied("key == \"a\"", "key != \"b\""));
  CHECK(!implied("key in [\"a\", \"b\"]", "key == \"a\""));
  CHECK(!implied("key matches \"gpt-4*\"", "key matches \"gpt-*\""));
  CHECK(!implied("tags.a == \"1\"", "tags.b == \"1\""));
}

TEST_CASE("a comparison implies that its value is there; the other way round it does not") {
  CHECK(implied("max_tokens < 100", "has(max_tokens)"));
  CHECK(implied("tags.a matches \"x*\"", "has(tags.a)"));
  CHECK(!implied("has(max_tokens)", "max_tokens != 100"));
  CHECK(!implied("prompt_tokens < 100", "has(max_tokens)"));
}

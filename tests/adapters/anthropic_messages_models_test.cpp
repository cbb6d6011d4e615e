#include "adapters/anthropic_messages_models.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace sallyport::anthropic_messages;

TEST_CASE("a model is known by its name with whatever a host puts around it") {
  for (const std::string_view name : {"claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5@20250929",
                                      "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4.5"}) {
    CAPTURE(name);
    CHECK(is_claude(name));
    CHECK(facts_of(name).tokens_max == 64'000);
    CHECK_FALSE(facts_of(name).takes_both);
    CHECK(facts_of(name).takes_prefill);
  }
  CHECK(facts_of("claude-sonnet-4-20250514").takes_both);
  CHECK(facts_of("anthropic/claude-3.7-sonnet").thinking == thinking_form::budget);
}

TEST_CASE("a model that came later is taken for the like of the newest") {
  const auto& facts = facts_of("claude-of-tomorrow-9");
  CHECK(facts.thinking == thinking_form::adaptive);
  CHECK_FALSE(facts.takes_sampling);
  CHECK_FALSE(facts.takes_prefill);
  CHECK(facts_of("claude-fable-9").thinking == thinking_form::always);
}

TEST_CASE("models of other makers take everything") {
  for (const std::string_view name : {"gpt-oss:20b", "not-claude-sonnet-4-5", "MiniMax-M2"}) {
    CAPTURE(name);
    CHECK_FALSE(is_claude(name));
    CHECK(facts_of(name).takes_sampling);
    CHECK(facts_of(name).takes_prefill);
    CHECK(facts_of(name).thinking == thinking_form::budget);
  }
}

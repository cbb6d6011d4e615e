#include "config/price_import.hpp"
#include "imported.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;
using namespace sallyport::tests;

namespace {

imported_prices imported(const std::string& models) {
  auto made =
      import_prices("{\"sample_spec\": {\"litellm_provider\": \"one of many\", \"input_cost_per_token\": 0.0}, " + models + "}", {});
  REQUIRE_MESSAGE(made, made.error().sentence);
  CHECK(made->from == price_format::litellm);
  return *std::move(made);
}

const std::string one =
    R"("m-1": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05})";

}  // namespace

TEST_CASE("dollars per token become exact dollars per million") {
  const auto made =
      imported(R"("m-1": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07,
    "cache_read_input_token_cost": 7.5e-08, "cache_creation_input_token_cost": 1.875e-07, "output_cost_per_reasoning_token": 7e-07})");
  CHECK(tiers_of_row(made, "openai", "m-1").at(0).per_million ==
        token_prices{
            .input = 150'000'000, .cached_input = 75'000'000, .cache_write = 187'500'000, .output = 600'000'000, .reasoning = 700'000'000});
}

TEST_CASE("a tier keeps what it does not change, and a batch too") {
  const auto made =
      imported(R"("m-1": {"litellm_provider": "openai", "mode": "responses", "input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06,
    "cache_read_input_token_cost": 1e-07, "input_cost_per_token_above_200k_tokens": 2e-06, "output_cost_per_token_above_200k_tokens": 6e-06,
    "input_cost_per_token_batches": 5e-07, "output_cost_per_token_batches": 2e-06,
    "input_cost_per_token_above_200k_tokens_batches": 1.5e-06,
    "input_cost_per_token_priority": 9e-06, "input_cost_per_token_above_200k_tokens_priority": 9e-06,
    "cache_creation_input_token_cost_above_1hr": 9e-06})");
  const auto& tiers = tiers_of_row(made, "openai", "m-1");
  REQUIRE(tiers.size() == 2);
  CHECK(tiers[0].per_million == token_prices{1'000'000'000, 100'000'000, 1'000'000'000, 4'000'000'000, 4'000'000'000});
  CHECK(tiers[0].in_batch == token_prices{500'000'000, 100'000'000, 500'000'000, 2'000'000'000, 2'000'000'000});
  CHECK(tiers[1].above == 200'000);
  CHECK(tiers[1].per_million == token_prices{2'000'000'000, 100'000'000, 2'000'000'000, 6'000'000'000, 6'000'000'000});
  CHECK(tiers[1].in_batch == token_prices{1'500'000'000, 100'000'000, 1'500'000'000, 6'000'000'000, 6'000'000'000});
  CHECK(count_of(made.left_out, "cache writes that live longer") == 1);
}

TEST_CASE("the provider's prefix is not part of the model's name, and where it is missing the name is none") {
  const auto made = imported(
      R"("groq/a/b": {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
         "together-ai-4b": {"litellm_provider": "together_ai", "mode": "chat",
           "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
         "azure/gpt-x": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
         "azure/eu/gpt-x": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-06})");
  CHECK(made.rows.size() == 2);
  CHECK(card_of(made, "groq", "a/b"));
  CHECK(card_of(made, "azure_openai", "gpt-x"));
  CHECK(count_of(made.skipped, "class of models") == 1);
  CHECK(count_of(made.skipped, "one region") == 1);
}

TEST_CASE("what cannot be priced is skipped and counted by its reason") {
  const auto made = imported(one + R"(,
    "a": {"litellm_provider": "replicate", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
    "b": {"litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.04},
    "c": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
    "d": {"litellm_provider": "openai", "mode": "chat", "output_cost_per_token": 1e-06},
    "e": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06},
    "f": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": "cheap", "output_cost_per_token": 1e-06},
    "g h": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
    "openai/m-1": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 9e-06, "output_cost_per_token": 9e-06},
    "i": 3)");
  CHECK(made.rows.size() == 1);
  CHECK(tiers_of_row(made, "openai", "m-1")[0].per_million.input == 2'500'000'000);   // the first of one name
  CHECK(count_of(made.skipped, "no kind known here") == 1);
  CHECK(count_of(made.skipped, "no model of texts") == 1);
  CHECK(count_of(made.skipped, "no price by tokens") == 2);
  CHECK(count_of(made.skipped, "negative or no number") == 2);
  CHECK(count_of(made.skipped, "its name is none") == 1);
  CHECK(count_of(made.skipped, "its name came before") == 1);
  CHECK(count_of(made.skipped, "no object") == 1);
}

TEST_CASE("a cache write without a fee costs as input") {
  const auto made =
      imported(R"("m-1": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06,
    "cache_creation_input_token_cost": 0.0, "cache_read_input_token_cost": 0.0})");
  CHECK(tiers_of_row(made, "openai", "m-1")[0].per_million == token_prices{1'000'000'000, 0, 1'000'000'000, 2'000'000'000, 2'000'000'000});
}

TEST_CASE("an alias has the price of what it names, and an absent field is no price") {
  const auto made = imported(one + R"(, "latest": {"alias_of": "m-1"}, "lost": {"alias_of": "nothing"},
    "e-1": {"litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 1e-07, "output_cost_per_token": null})");
  CHECK(tiers_of_row(made, "openai", "latest")[0].per_million.input == 2'500'000'000);
  CHECK(tiers_of_row(made, "openai", "e-1")[0].per_million.output == 0);
  CHECK(!card_of(made, "openai", "lost"));
}

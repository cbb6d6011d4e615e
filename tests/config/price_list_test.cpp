#include "config/price_list.hpp"

#include "config/presets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace sallyport;
using namespace sallyport::config;

namespace {

/// The newest price of prompts of ordinary length.
token_prices newest(const std::optional<price_card>& card) {
  REQUIRE(card);
  return card->periods.back().tiers.front().per_million;
}

}  // namespace

TEST_CASE("the list is sorted, without repetition, and of kinds that exist") {
  const auto& rows = price_list();
  CHECK(rows.size() > 200);
  for (std::size_t i = 1; i < rows.size(); ++i)
    CHECK(std::tie(rows[i - 1].provider, rows[i - 1].model) < std::tie(rows[i].provider, rows[i].model));
  for (const auto& row : rows) {
    CHECK_MESSAGE(preset_named(row.provider), row.provider);
    for (const auto& period : row.price.periods)
      for (const auto& tier : period.tiers) {
        CHECK_MESSAGE(tier.per_million.input > 0, row.model);
        CHECK_MESSAGE(tier.per_million.cached_input <= tier.per_million.input, row.model);
      }
  }
}

TEST_CASE("every vendor has rows") {
  std::set<std::string> kinds;
  for (const auto& row : price_list()) kinds.insert(row.provider);
  for (const char* kind : {"openai", "azure_openai", "groq", "together", "mistral", "deepseek", "openrouter", "fireworks", "xai",
      "cerebras", "perplexity"})
    CHECK_MESSAGE(kinds.contains(kind), kind);
}

TEST_CASE("a model is found by its exact name, else without a date at its end") {
  const auto exact = price_from_list("openai", "gpt-4o");
  REQUIRE(exact);
  CHECK(newest(exact).input == 2'500'000'000);
  CHECK(exact->periods.front().version == "list:" + std::string(price_list_version()));
  CHECK(newest(price_from_list("openai", "gpt-4o-2024-08-06")) == newest(exact));
  CHECK(newest(price_from_list("openai", "gpt-4o-2024-05-13")).input == 5'000'000'000);
  CHECK(newest(price_from_list("azure_openai", "gpt-4o")) == newest(exact));
}

TEST_CASE("nothing looser is a match") {
  for (const char* model : {"gpt-4o-turbo", "gpt-4o-", "gpt-4", "GPT-4o", "gpt-4o-2024", "gpt-4o-0806", "gpt-4o-2024-08-0x", "ft:gpt-4o",
      ""})
    CHECK_MESSAGE(!price_from_list("openai", model), model);
  CHECK(!price_from_list("vllm", "gpt-4o"));
  CHECK(!price_from_list("", "gpt-4o"));
}

TEST_CASE("a date at the end is told from the rest of a name") {
  CHECK(without_date("m-2024-07-18") == "m");
  CHECK(without_date("m-20240718") == "m");
  CHECK(without_date("-2024-07-18") == "-2024-07-18");
  CHECK(without_date("m-2024") == "m-2024");
}

TEST_CASE("the version is a date") {
  CHECK(price_list_version().size() == 10);
  CHECK(price_list_version().starts_with("20"));
}

TEST_CASE("a price that has changed and one with a tier keep both") {
  const auto card = price_from_list("openai", "gpt-5.6-terra");
  REQUIRE(card);
  REQUIRE(card->periods.size() == 2);
  CHECK(card->periods[0].from == std::chrono::sys_days::min());
  CHECK(card->periods[1].from == std::chrono::sys_days(std::chrono::year(2026) / 7 / 30));
  for (const auto& period : card->periods) {
    REQUIRE(period.tiers.size() == 2);
    CHECK(period.tiers[1].above == 272'000);
    CHECK(period.tiers[1].per_million.input == 2 * period.tiers[0].per_million.input);
    CHECK(period.version == "list:" + std::string(price_list_version()));
  }
}

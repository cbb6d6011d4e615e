#include "config/price_import.hpp"

#include "config/price_list.hpp"
#include "fake_world.hpp"
#include "imported.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;
using namespace sallyport::tests;

namespace {

std::string complaint_of(std::string_view json, std::optional<price_format> format = {}) {
  const auto made = import_prices(json, format);
  return made ? "" : made.error().sentence;
}

loaded_prices read_back(const std::string& text) { return load_prices(text, "p.yaml", fake_world{}.around()); }

bool same_prices(const price_card& a, const price_card& b) {
  if (a.periods.size() != b.periods.size()) return false;
  for (std::size_t i = 0; i < a.periods.size(); ++i) {
    const auto &x = a.periods[i], &y = b.periods[i];
    if (x.from != y.from || x.tiers.size() != y.tiers.size()) return false;
    for (std::size_t k = 0; k < x.tiers.size(); ++k)
      if (x.tiers[k].above != y.tiers[k].above || x.tiers[k].per_million != y.tiers[k].per_million ||
          x.tiers[k].in_batch != y.tiers[k].in_batch)
        return false;
  }
  return true;
}

/// Where our own list departs from genai-prices, and why.
const char* const with_storage =
    "theirs writes five minutes of storage into cache_write, for some models alone and for some on top of the input";
const std::map<std::string, std::string> known_differences{
    {"azure_openai/o3", "ours repeats OpenAI's, with the price that it had before June 2025"},
    {"azure_openai/o4-mini", "theirs rounds OpenAI's 0.275 for cached input to 0.28"},
    {"openai/gpt-4o-2024-05-13", "theirs prices the first gpt-4o like the later ones"},
    {"openrouter/google/gemini-2.5-flash", with_storage},
    {"openrouter/google/gemini-2.5-flash-lite", with_storage},
    {"openrouter/google/gemini-2.5-pro", with_storage},
    {"openrouter/google/gemini-3-flash-preview", with_storage},
    {"openrouter/google/gemini-3.1-flash-lite", with_storage},
    {"openrouter/google/gemini-3.1-pro-preview", with_storage},
    {"openrouter/google/gemini-3.5-flash", with_storage},
};

}  // namespace

TEST_CASE("what is neither of the two lists gets a complaint that says so") {
  CHECK(complaint_of("") == "is empty");
  CHECK(holds(complaint_of("version: 1"), "both are JSON"));
  CHECK(holds(complaint_of("{"), "is not JSON: "));
  CHECK(holds(complaint_of("[1, 2"), "is not JSON: "));
  CHECK(holds(complaint_of("{}"), "holds no price that could be taken; is it a list of litellm?"));
  CHECK(holds(complaint_of("[]"), "is it a list of genai-prices?"));
  CHECK(holds(complaint_of("[]", price_format::litellm), "one JSON object"));
  CHECK(holds(complaint_of("{}", price_format::genai_prices), "one JSON array"));
  CHECK(holds(complaint_of("[3, null, {\"id\": \"openai\", \"models\": [7, {}, {\"id\": 3, \"match\": []}]}]"), "holds no price"));
}

TEST_CASE("a byte order mark does no harm") {
  CHECK(import_prices(
      "\xEF\xBB\xBF [{\"id\": \"groq\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\": {\"input_mtok\": 1}}]}]",
      {}));
}

TEST_CASE("a price with more tiers than a file may have is not taken") {
  const auto with = [](int tiers) {
    std::string made = R"({"m": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06)";
    for (int i = 1; i <= tiers; ++i) made += ", \"input_cost_per_token_above_" + std::to_string(i) + "k_tokens\": 1e-06";
    return made + "}}";
  };
  CHECK(import_prices(with(16), {}));
  CHECK(!import_prices(with(17), {}));
  CHECK(!import_prices(R"([{"id": "groq", "models": [{"id": "m", "match": {"equals": "m"}, "prices": {"input_mtok": {"base": 1, "tiers":
                          [{"start": 1000000001, "price": 2}]}}}]}])", {}));
}

TEST_CASE("a written file reads back as it was, whatever the names") {
  price_card card({.input = 1, .cached_input = 2, .cache_write = 3, .output = 1'500'000'000, .reasoning = 5}, price_basis::list, "");
  card.periods[0].tiers[0].in_batch = token_prices{1, 1, 1, 2, 2};
  card.periods[0].tiers.push_back({.above = 200'001, .per_million = {7, 7, 7, 8, 8}, .in_batch = token_prices{4, 5, 6, 7, 8}});
  card.periods.push_back(
      {.from = std::chrono::sys_days(std::chrono::year(2026) / 9 / 1), .tiers = {{.per_million = {1'000'000'000'000'000, 0, 0, 0, 0}}}});
  std::vector<listed_price> rows;
  for (const char* name :
       {"\"q\"", "#x", "*", "1", "2026-01-01", "a:b", "a\\n", "gpt-4o", "null", "on", "true", "yes", "~", "${env:X}", "{x}"})
    rows.push_back({"openai", name, card});
  rows.push_back({"xai", "grok-9", card});
  const auto made = read_back(price_file_text("v-1", rows));
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->version == "v-1");
  CHECK(made.value->rows.size() == rows.size());
  for (const auto& row : rows) {
    const auto* found = made.value->find(row.provider, row.model);
    REQUIRE_MESSAGE(found, row.model);
    CHECK_MESSAGE(same_prices(found->price, row.price), row.model);
  }
}

TEST_CASE("the list of genai-prices loads after its import, and agrees with our own where both have a model") {
  const auto folder = data_folder("SALLYPORT_PRICES", "prices");
  if (!folder) return say_skipped("prices: the list of genai-prices is not there");
  const auto made = import_prices(whole_file(*folder / "data.json"), {});
  REQUIRE_MESSAGE(made, made.error().sentence);
  CHECK(made->rows.size() > 800);

  const auto back = read_back(price_file_text("today", made->rows));
  REQUIRE_MESSAGE(back.value, lines_of(back.problems));
  REQUIRE(back.value->rows.size() == made->rows.size());
  std::map<std::string, bool> different;
  std::size_t both = 0;
  for (const auto& row : made->rows) {
    CHECK_MESSAGE(same_prices(back.value->find(row.provider, row.model)->price, row.price), row.model);
    for (const auto& own : price_list()) {
      if (own.provider != row.provider || own.model != row.model) continue;
      ++both;
      if (!same_prices(own.price, row.price)) different[row.provider + "/" + row.model] = true;
    }
  }
  CHECK(both > 150);
  MESSAGE(both << " models stand in both lists, " << different.size() << " differ");
  for (const auto& [name, _] : different) CHECK_MESSAGE(known_differences.contains(name), name);
  for (const auto& [name, why] : known_differences) CHECK_MESSAGE(different.contains(name), name << " differs no longer: " << why);
}

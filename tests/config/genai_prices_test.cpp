#include "config/price_import.hpp"
#include "imported.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;
using namespace sallyport::tests;

namespace {

imported_prices imported(const std::string& models, const std::string& provider = "openai") {
  auto made = import_prices("[{\"id\": \"" + provider + "\", \"models\": [" + models + "]}]", {});
  REQUIRE_MESSAGE(made, made.error().sentence);
  CHECK(made->from == price_format::genai_prices);
  return *std::move(made);
}

std::string a_model(const std::string& id, const std::string& prices) {
  return "{\"id\": \"" + id + "\", \"match\": {\"equals\": \"" + id + "\"}, \"prices\": " + prices + "}";
}

std::chrono::sys_days day(int year, unsigned month, unsigned of_month) {
  return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(of_month);
}

}  // namespace

TEST_CASE("rates by the million are exact, also where they have no exact binary form") {
  const auto made = imported(a_model(
      "m", R"({"input_mtok": 0.0028, "cache_read_mtok": 0.1, "cache_write_mtok": 6.25, "output_mtok": 3, "output_reasoning_mtok": 2})"));
  CHECK(tiers_of_row(made, "openai", "m").at(0).per_million == token_prices{.input = 2'800'000,
                                                                            .cached_input = 100'000'000,
                                                                            .cache_write = 6'250'000'000,
                                                                            .output = 3'000'000'000,
                                                                            .reasoning = 2'000'000'000});
}

TEST_CASE("every exact name is taken and no looser one") {
  const auto made = imported(
      R"({"id": "a", "match": {"or": [{"equals": "a-1"}, {"equals": "a-2"}, {"starts_with": "a-"}]}, "prices": {"input_mtok": 1}},
         {"id": "b-latest", "match": {"starts_with": "b"}, "prices": {"input_mtok": 1}},
         {"id": "c", "match": {"and": [{"contains": "c"}, {"ends_with": "c"}]}, "prices": {"input_mtok": 1}},
         {"id": "d", "match": {"regex": "^d$"}, "prices": {"input_mtok": 1}})");
  CHECK(made.rows.size() == 4);
  for (const char* name : {"a-1", "a-2", "b-latest", "c"}) CHECK_MESSAGE(card_of(made, "openai", name), name);
  CHECK(count_of(made.skipped, "pattern alone") == 1);
}

TEST_CASE("tiers of the single rates are put together, and a rate without one stays") {
  const auto made =
      imported(a_model("m", R"({"input_mtok": {"base": 0.2, "tiers": [{"start": 128000, "price": 0.4}, {"start": 256000, "price": 0.8}]},
    "cache_read_mtok": 0.05, "output_mtok": {"base": 0.5, "tiers": [{"start": 128000, "price": 1}]}})"));
  const auto& tiers = tiers_of_row(made, "openai", "m");
  REQUIRE(tiers.size() == 3);
  CHECK(tiers[1].above == 128'000);
  CHECK(tiers[1].per_million == token_prices{400'000'000, 50'000'000, 400'000'000, 1'000'000'000, 1'000'000'000});
  CHECK(tiers[2].per_million == token_prices{800'000'000, 50'000'000, 800'000'000, 1'000'000'000, 1'000'000'000});
}

TEST_CASE("dates are kept, and of the hours of a day the dearest rate") {
  const auto made = imported(a_model("m",
                                     R"([{"prices": {"input_mtok": 2, "output_mtok": 4}},
                       {"constraint": {"start_date": "2026-09-01"}, "prices": {"input_mtok": 3, "output_mtok": 6}}])") +
                             "," +
                             a_model("n",
                                     R"([{"prices": {"input_mtok": 1, "output_mtok": 1}},
                       {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
                        "prices": {"input_mtok": 2, "output_mtok": 2}}])") +
                             "," +
                             a_model("o",
                                     R"([{"prices": {"input_mtok": 2, "output_mtok": 2}},
                       {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
                        "prices": {"input_mtok": 1, "output_mtok": 1}}])"));
  const auto* dated = card_of(made, "openai", "m");
  REQUIRE(dated);
  REQUIRE(dated->periods.size() == 2);
  CHECK(dated->periods[0].from == std::chrono::sys_days::min());
  CHECK(dated->periods[1].from == day(2026, 9, 1));
  CHECK(dated->periods[1].tiers.at(0).per_million.input == 3'000'000'000);
  CHECK(tiers_of_row(made, "openai", "n")[0].per_million.input == 2'000'000'000);
  CHECK(tiers_of_row(made, "openai", "o")[0].per_million.input == 2'000'000'000);
  CHECK(count_of(made.left_out, "hours of the day") == 2);
}

TEST_CASE("what cannot be priced is skipped and counted by its reason, and fees beside tokens are told") {
  const std::string good =
      a_model("good", R"({"input_mtok": 1, "output_mtok": 2, "web_searches_kcount": 10, "input_audio_mtok": 4, "cache_write_1h_mtok": 2})");
  const auto made = imported(
      good + "," + a_model("free", "{}") + "," + a_model("sound", R"({"input_audio_mtok": 6})") + "," +
      a_model("odd", R"({"input_mtok": "1"})") + "," + a_model("below", R"({"input_mtok": -1})") + "," +
      a_model("tier", R"({"input_mtok": {"base": 1, "tiers": [{"start": 0, "price": 1}]}})") + "," +
      a_model("back", R"([{"constraint": {"start_date": "2026-02-01"}, "prices": {"input_mtok": 1}}, {"prices": {"input_mtok": 1}}])") +
      "," + good);
  CHECK(made.rows.size() == 1);
  CHECK(count_of(made.skipped, "no price by tokens") == 6);
  CHECK(count_of(made.skipped, "its name came before") == 1);
  CHECK(count_of(made.left_out, "audio") == 2);
  CHECK(count_of(made.left_out, "fees by request") == 2);
}

TEST_CASE("providers have our names, and Claude at Google is not the kind gemini") {
  CHECK(card_of(imported(a_model("m", R"({"input_mtok": 1})"), "x-ai"), "xai", "m"));
  const auto google = imported(a_model("gemini-9", R"({"input_mtok": 1})") + "," + a_model("claude-9", R"({"input_mtok": 1})"), "google");
  CHECK(google.rows.size() == 1);
  CHECK(card_of(google, "gemini", "gemini-9"));
  const auto nobody = import_prices(R"([{"id": "avian", "models": [)" + a_model("m", R"({"input_mtok": 1})") + "]}]", {});
  CHECK(!nobody);
}

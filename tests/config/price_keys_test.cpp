#include "config/price_keys.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using std::chrono::sys_days;

namespace {

const fake_world world{{{"KEY", "k"}}, {}};

std::string priced(const std::string& model, const std::string& price) {
  return "version: 1\nproviders: {openai: {kind: openai, key: \"${env:KEY}\"}}\ndeployments:\n  d:\n    provider: openai\n    model: " +
         model + "\n    price: " + price + "\n";
}

config::price_card card(const std::string& price, const std::string& model = "m") {
  const auto loaded = load(priced(model, price), world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  REQUIRE(loaded.value->deployments.at("d")->price);
  return *loaded.value->deployments.at("d")->price;
}

std::string said(const std::string& price) { return problems_of(priced("m", price), world); }

sys_days day(int year, unsigned month, unsigned of_month) {
  return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(of_month);
}

}  // namespace

TEST_CASE("tiers stand behind the price of ordinary prompts, each with what it does not name from its own rates") {
  const auto made =
      card("{input: 3, cached_input: 0.3, output: 15, tiers: [{above: 200k, input: 6, output: 22.5}, {above: 1M, input: 9, output: 30}]}");
  REQUIRE(made.periods.size() == 1);
  const auto& tiers = made.periods[0].tiers;
  REQUIRE(tiers.size() == 3);
  CHECK(tiers[0].above == 0);
  CHECK(tiers[0].per_million.cached_input == 300'000'000);
  CHECK(tiers[1].above == 200'000);
  CHECK(tiers[1].per_million.cached_input == 6'000'000'000);
  CHECK(tiers[1].per_million.reasoning == 22'500'000'000);
  CHECK(tiers[2].above == 1'000'000);
}

TEST_CASE("a batch has a price of its own, in a tier too") {
  const auto made = card(
      "{input: 2, output: 8, batch: {input: 1, output: 4}, tiers: [{above: 1k, input: 3, output: 9, batch: {input: 1.5, output: 4.5}}]}");
  const auto& tiers = made.periods.at(0).tiers;
  REQUIRE(tiers.size() == 2);
  REQUIRE(tiers[0].in_batch);
  CHECK(tiers[0].in_batch->cache_write == 1'000'000'000);
  REQUIRE(tiers[1].in_batch);
  CHECK(tiers[1].in_batch->output == 4'500'000'000);
}

TEST_CASE("a list of prices is dated, and each date stands in the version") {
  const auto made = card("[{input: 1, output: 2}, {from: 2026-09-01, input: 3, output: 4}]");
  REQUIRE(made.periods.size() == 2);
  CHECK(made.periods[0].from == sys_days::min());
  CHECK(made.periods[0].version == "contract");
  CHECK(made.periods[1].from == day(2026, 9, 1));
  CHECK(made.periods[1].version == "contract:2026-09-01");
  CHECK(made.periods[1].tiers.at(0).per_million.output == 4'000'000'000);
}

TEST_CASE("before the first day of its own price a deployment costs what the list says, if it says anything") {
  const auto listed = card("{from: 2026-09-01, input: 3, output: 4}", "gpt-4o-mini");
  REQUIRE(listed.periods.size() == 2);
  CHECK(listed.periods[0].basis == config::price_basis::list);
  CHECK(listed.periods[0].tiers.at(0).per_million.input == 150'000'000);
  CHECK(listed.periods[1].basis == config::price_basis::contract);

  const auto unlisted = card("{from: 2026-09-01, input: 3, output: 4}");
  REQUIRE(unlisted.periods.size() == 1);
  CHECK(unlisted.periods[0].from == day(2026, 9, 1));

  const auto replaced = card("{from: 2020-01-01, input: 3, output: 4}", "gpt-5.6-terra");   // the list's is dated later
  REQUIRE(replaced.periods.size() == 2);
  CHECK(replaced.periods[1].version == "contract:2020-01-01");
}

TEST_CASE("tiers rise and prices follow each other, or it is said where not") {
  CHECK(holds(said("{input: 1, output: 1, tiers: [{input: 1, output: 1}]}"), "price.tiers[0].above: is missing"));
  CHECK(holds(said("{input: 1, output: 1, tiers: [{above: 2k, input: 1, output: 1}, {above: 2k, input: 1, output: 1}]}"),
              "s.yaml:7:84: deployments.d.price.tiers[1].above: is not more than that of the tier before"));
  CHECK(holds(said("{input: 1, output: 1, tiers: []}"), "is empty"));
  CHECK(holds(said("{input: 1, output: 1, tiers: [{above: 0, input: 1, output: 1}]}"), "is too small"));
  CHECK(holds(said("[{input: 1, output: 1}, {input: 1, output: 1}]"), "deployments.d.price[1].from: is missing"));
  CHECK(holds(said("[{from: 2026-02-01, input: 1, output: 1}, {from: 2026-01-01, input: 1, output: 1}]"),
              "deployments.d.price[1].from: is not later than that of the price before"));
  CHECK(holds(said("[]"), "is empty"));
  CHECK(holds(said("{from: 2026-02-30, input: 1, output: 1}"), "\"2026-02-30\" is not a day; write it as 2026-01-31"));
  CHECK(holds(said("{input: 1, output: 1, batch: {input: 1}}"), "price.batch.output: is missing"));
  std::string many = "{input: 1, output: 1, tiers: [";
  for (int i = 1; i <= 17; ++i) many += "{above: " + std::to_string(i) + ", input: 1, output: 1}, ";
  CHECK(holds(said(many + "]}"), "price.tiers[16]: is one tier too many"));
}

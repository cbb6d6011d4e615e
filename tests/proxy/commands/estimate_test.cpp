#include "proxy/commands/estimate.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using commands::estimate_of;
using commands::in_words;

namespace {

constexpr nano_usd dollar = nano_per_usd;
const std::chrono::sys_days new_year = std::chrono::year(2026) / 1 / 1;

/// A dollar a million, from new year's day on, and two dollars above 200,000 tokens.
config::deployment priced() {
  config::deployment made{.name = "d"};
  made.price.emplace(token_prices{dollar, dollar, dollar, dollar, dollar}, config::price_basis::contract, "contract:2026-01-01");
  auto& period = made.price->periods.front();
  period.from = new_year;
  period.tiers.push_back({.above = 200'000, .per_million = {2 * dollar, 2 * dollar, 2 * dollar, 2 * dollar, 2 * dollar}});
  return made;
}

}  // namespace

TEST_CASE("an estimate says basis, version, day and tier of the price that it used") {
  CHECK(in_words(estimate_of(priced(), 1'000, 1'000, new_year)) == "0.002 USD (contract, contract:2026-01-01, valid from 2026-01-01)");
  CHECK(in_words(estimate_of(priced(), 300'000, 0, new_year)) ==
        "0.6 USD (contract, contract:2026-01-01, valid from 2026-01-01, rates for prompts above 200000 tokens)");
}

TEST_CASE("machines that are paid by the hour are estimated, and it is said how") {
  config::deployment house{.name = "house"};
  house.price.emplace().by_hour = config::hourly_price{.per_hour = dollar * 36 / 10};
  CHECK(in_words(estimate_of(house, 1'000, 100, new_year)) ==
        "0.002 USD (gpu_used, contract, machines at 3.6 an hour, alone on them and at 50 tokens a second)");
}

TEST_CASE("where no price is valid the estimate is unknown") {
  CHECK(in_words(estimate_of(priced(), 1, 1, new_year - std::chrono::days(1))) == "unknown");
  CHECK(in_words(estimate_of(config::deployment{.name = "d"}, 1, 1, new_year)) == "unknown");
}

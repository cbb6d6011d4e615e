#include "proxy/stages/price_attempt.hpp"
#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using stages::price_attempt;

namespace {

attempt priced_attempt(attempt_outcome outcome) {
  auto deployment = std::make_shared<config::deployment>(*tests::make_deployment("a"));
  deployment->price = config::price_card{{.input = 1'000'000'000, .cached_input = 1, .cache_write = 1, .output = 2'000'000'000, .reasoning = 2'000'000'000}, config::price_basis::contract, "contract"};
  attempt made;
  made.to = deployment;
  made.outcome = outcome;
  made.status = 200;
  made.head_at = instant{};
  return made;
}

const wall_time noon = std::chrono::sys_days(std::chrono::year(2026) / 6 / 1) + std::chrono::hours(12);

call asked_for(std::int64_t prompt_tokens) {
  call asked;
  asked.prompt_tokens_estimate = prompt_tokens;
  return asked;
}

}  // namespace

TEST_CASE("reported usage is priced as reported") {
  auto ended = priced_attempt(attempt_outcome::answered);
  ended.tokens = {.input = 10, .output = 5, .basis = usage_basis::reported};
  price_attempt(ended, asked_for(99), noon);
  CHECK(ended.tokens.basis == usage_basis::reported);
  CHECK(ended.cost == 10 * 1'000 + 5 * 2'000);
}

TEST_CASE("missing usage is estimated from prompt and delivered text, and labelled so") {
  auto ended = priced_attempt(attempt_outcome::answered);
  ended.text_bytes = 40;
  price_attempt(ended, asked_for(7), noon);
  CHECK(ended.tokens == usage{.input = 7, .output = 10, .basis = usage_basis::estimated});
  CHECK(ended.cost == 7 * 1'000 + 10 * 2'000);
}

TEST_CASE("a failed attempt has used nothing; a broken or left one has") {
  auto failed = priced_attempt(attempt_outcome::failed);
  failed.tokens = {.input = 10, .output = 5, .basis = usage_basis::reported};
  price_attempt(failed, asked_for(7), noon);
  CHECK(failed.cost == 0);
  CHECK(failed.tokens.basis == usage_basis::none);

  for (const auto outcome : {attempt_outcome::broken, attempt_outcome::abandoned}) {
    auto ended = priced_attempt(outcome);
    ended.text_bytes = 4;
    price_attempt(ended, asked_for(7), noon);
    CHECK(ended.cost == 9'000);
  }
  auto left_early = priced_attempt(attempt_outcome::abandoned);
  left_early.head_at.reset();
  price_attempt(left_early, asked_for(7), noon);
  CHECK(left_early.cost == 0);
}

TEST_CASE("an unknown price is unknown, never zero, once tokens were used") {
  auto ended = priced_attempt(attempt_outcome::answered);
  ended.to = tests::make_deployment("unpriced");
  ended.text_bytes = 4;
  price_attempt(ended, asked_for(7), noon);
  CHECK_FALSE(ended.cost.has_value());
}

TEST_CASE("the price of the moment of the send is taken, and its version is kept") {
  auto ended = priced_attempt(attempt_outcome::answered);
  auto deployment = std::make_shared<config::deployment>(*ended.to);
  auto later = deployment->price->periods.front();
  later.from = std::chrono::sys_days(std::chrono::year(2026) / 6 / 2);
  later.version = "contract:2026-06-02";
  later.tiers[0].per_million.input *= 2;
  deployment->price->periods.push_back(later);
  ended.to = deployment;
  ended.tokens = {.input = 10, .basis = usage_basis::reported};

  price_attempt(ended, asked_for(1), noon);
  CHECK(ended.cost == 10'000);
  CHECK(ended.basis == config::price_basis::contract);
  CHECK(ended.price_version == "contract");
  price_attempt(ended, asked_for(1), noon + std::chrono::hours(12));
  CHECK(ended.cost == 20'000);
  CHECK(ended.price_version == "contract:2026-06-02");
}

TEST_CASE("where machines are paid by the hour the cost is the attempt's share, also when it failed") {
  for (const auto outcome : {attempt_outcome::answered, attempt_outcome::failed, attempt_outcome::abandoned}) {
    auto ended = priced_attempt(outcome);
    auto deployment = std::make_shared<config::deployment>(*ended.to);
    deployment->price = config::price_card();
    deployment->price->by_hour = config::hourly_price{.per_hour = 1};
    ended.to = deployment;
    ended.text_bytes = 4;
    ended.machine_cost = 17;
    price_attempt(ended, asked_for(7), noon);
    CHECK(ended.cost == 17);
    CHECK(ended.basis == config::price_basis::gpu_used);
    CHECK(ended.price_version == "contract");
    CHECK(ended.tokens.output == (outcome == attempt_outcome::failed ? 0 : 1));
  }
}

TEST_CASE("before the first price the cost is unknown") {
  auto ended = priced_attempt(attempt_outcome::answered);
  auto deployment = std::make_shared<config::deployment>(*ended.to);
  deployment->price->periods.front().from = std::chrono::sys_days(std::chrono::year(2026) / 6 / 2);
  ended.to = deployment;
  ended.text_bytes = 4;
  price_attempt(ended, asked_for(7), noon);
  CHECK_FALSE(ended.cost);
  CHECK_FALSE(ended.basis);
}

TEST_CASE("only an answer teaches what machines cost by the token") {
  config::settings settings;
  auto house = std::make_shared<config::deployment>(*tests::make_deployment("house"));
  house->price.emplace().by_hour = config::hourly_price{.per_hour = 3'600 * nano_per_usd};
  settings.deployments["house"] = house;
  const auto machines = ledger::gpu_meters{}.adopt(settings, instant{}, noon);
  const auto expected = [&] { return machines.at("house")->with([](ledger::gpu_meter& meter) { return meter.expected_cost(100); }); };
  const auto guess = expected();

  auto ended = priced_attempt(attempt_outcome::failed);
  ended.to = house;
  ended.tokens = {.output = 6, .reasoning = 4, .basis = usage_basis::reported};
  stages::learn_cost(ended, machines);
  ended.machine_cost = 1'000;
  stages::learn_cost(ended, machines);
  CHECK(expected() == guess);
  ended.outcome = attempt_outcome::answered;
  stages::learn_cost(ended, machines);
  CHECK(expected() == 10'000);
  stages::learn_cost(ended, {});
}

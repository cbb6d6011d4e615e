#include "proxy/ledger/price.hpp"

#include <doctest/doctest.h>

#include <limits>
#ifdef SALLYPORT_RAPIDCHECK
#include <rapidcheck.h>
#endif

using namespace sallyport;
using sallyport::ledger::cost_of;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr nano_usd dollar = nano_per_usd;

usage tokens(std::int64_t input, std::int64_t output) { return {.input = input, .output = output, .basis = usage_basis::reported}; }
token_prices prices(nano_usd input, nano_usd output) { return {.input = input, .output = output}; }

}  // namespace

TEST_CASE("a million tokens of each kind cost the sum of the prices") {
  const usage used{1'000'000, 1'000'000, 1'000'000, 1'000'000, 1'000'000, usage_basis::reported};
  CHECK(cost_of(used, {.input = 1, .cached_input = 20, .cache_write = 300, .output = 4'000, .reasoning = 50'000}) == 54'321);
}

TEST_CASE("1,234 in and 567 out at 2.50 and 10 dollars a million cost 8,755,000 nano-dollars") {
  // 1234 * 2.5e9 / 1e6 = 3,085,000; 567 * 10e9 / 1e6 = 5,670,000
  CHECK(cost_of(tokens(1'234, 567), prices(dollar * 5 / 2, 10 * dollar)) == 8'755'000);
}

TEST_CASE("each kind of token has its own price") {
  const token_prices five{
      .input = 1'000'000, .cached_input = 2'000'000, .cache_write = 3'000'000, .output = 4'000'000, .reasoning = 5'000'000};
  CHECK(cost_of({.input = 1}, five) == 1);
  CHECK(cost_of({.cached = 1}, five) == 2);
  CHECK(cost_of({.cache_write = 1}, five) == 3);
  CHECK(cost_of({.output = 1}, five) == 4);
  CHECK(cost_of({.reasoning = 1}, five) == 5);
}

TEST_CASE("the sum is rounded once, half up") {
  CHECK(cost_of(tokens(1, 0), prices(499'999, 0)) == 0);
  CHECK(cost_of(tokens(1, 0), prices(500'000, 0)) == 1);
  CHECK(cost_of(tokens(1, 1), prices(300'000, 300'000)) == 1);   // rounded apart it were 0
  CHECK(cost_of(tokens(1, 1), prices(500'000, 500'000)) == 1);   // rounded apart it were 2
}

TEST_CASE("no tokens and no price cost nothing") {
  CHECK(cost_of({}, prices(dollar, dollar)) == 0);
  CHECK(cost_of(tokens(most, most), {}) == 0);
}

TEST_CASE("the largest counts and prices stay at the largest amount") {
  CHECK(cost_of(tokens(most, most), prices(most, most)) == most);
  const usage all{most, most, most, most, most, usage_basis::reported};
  CHECK(cost_of(all, {most, most, most, most, most}) == most);
  CHECK(cost_of(tokens(most, 0), prices(1'000'000, 0)) == most);
  CHECK(cost_of(tokens(most, 0), prices(999'999, 0)) < most);
}

TEST_CASE("products whose sum passes 128 bits do not come out small") {
  // Four times (2^63-1)^2 plus 2^66 is 2^128 + 4: cut to 128 bits it were 4.
  constexpr std::int64_t rest = std::int64_t{1} << 33;
  const usage all{most, most, most, most, rest, usage_basis::reported};
  CHECK(cost_of(all, {most, most, most, most, rest}) == most);
}

TEST_CASE("a negative count or price counts as nothing") {
  CHECK(cost_of(tokens(-5, 1'000'000), prices(dollar, dollar)) == dollar);
  CHECK(cost_of(tokens(1'000'000, 1'000'000), prices(-dollar, dollar)) == dollar);
  CHECK(cost_of(tokens(std::numeric_limits<std::int64_t>::min(), 0), prices(dollar, 0)) == 0);
}

namespace {

using std::chrono::sys_days;

const sys_days new_year = std::chrono::year(2026) / 1 / 1;

/// Input at 1 and output at 10 dollars a million, twice that above 200,000 prompt tokens, half in a batch; all of it ten times from 2026
/// on.
config::price_card dated_and_tiered() {
  config::price_period old{.basis = config::price_basis::contract, .version = "contract"};
  old.tiers = {{.per_million = {dollar, dollar, dollar, 10 * dollar, 10 * dollar},
                .in_batch = token_prices{dollar / 2, dollar / 2, dollar / 2, 5 * dollar, 5 * dollar}},
               {.above = 200'000, .per_million = {2 * dollar, 2 * dollar, 2 * dollar, 20 * dollar, 20 * dollar}}};
  auto fresh = old;
  fresh.from = new_year;
  for (auto& tier : fresh.tiers) tier.per_million.input *= 10;
  config::price_card card;
  card.periods = {old, fresh};
  return card;
}

constexpr auto an_hour = std::chrono::hours(1);

}  // namespace

TEST_CASE("the tier of a prompt is priced for the whole request, from the first token above it") {
  const auto card = dated_and_tiered();
  const wall_time before = new_year - an_hour;
  CHECK(cost_of(tokens(200'000, 1'000), card, before) == 200'000'000 + 10'000'000);
  CHECK(cost_of(tokens(200'001, 1'000), card, before) == 400'002'000 + 20'000'000);
}

TEST_CASE("what a cache served counts for the tier, completion tokens do not") {
  const auto card = dated_and_tiered();
  const wall_time before = new_year - an_hour;
  const auto cost = cost_of(usage{.input = 1, .cached = 100'000, .cache_write = 100'000, .basis = usage_basis::reported}, card, before);
  CHECK(cost == 2 * 200'001 * 1'000);
  CHECK(cost_of(tokens(1, 1'000'000), card, before) == 1'000 + 10 * dollar);
}

TEST_CASE("a price begins with its day in UTC, to the nanosecond") {
  const auto card = dated_and_tiered();
  CHECK(cost_of(tokens(1, 0), card, new_year - std::chrono::nanoseconds(1)) == 1'000);
  CHECK(cost_of(tokens(1, 0), card, new_year) == 10'000);
}

TEST_CASE("before the first day a price is unknown, also for no tokens") {
  auto card = dated_and_tiered();
  card.periods.erase(card.periods.begin());
  CHECK_FALSE(cost_of(tokens(1, 0), card, new_year - an_hour));
  CHECK_FALSE(cost_of(tokens(0, 0), card, new_year - an_hour));
  CHECK_FALSE(ledger::expected_cost(card, 1, 1, new_year - an_hour));
  CHECK(cost_of(tokens(1, 0), card, new_year) == 10'000);
}

TEST_CASE("a batch costs its own price where it has one") {
  const auto card = dated_and_tiered();
  const wall_time before = new_year - an_hour;
  CHECK(cost_of(tokens(1'000, 1'000), card, before, ledger::sent_as::in_batch) == 500'000 + 5'000'000);
  CHECK(cost_of(tokens(300'000, 0), card, before, ledger::sent_as::in_batch) == 600'000'000);
}

TEST_CASE("what is expected is reckoned at the dearest price that a token may come to have") {
  const config::price_card card({.input = 4, .cached_input = 1, .cache_write = 5, .output = 6, .reasoning = 7}, config::price_basis::list,
                                "v");
  CHECK(ledger::expected_cost(card, 1'000'000, 1'000'000, new_year) == 12);
  CHECK(ledger::expected_cost(dated_and_tiered(), 200'001, 0, new_year - an_hour) == 400'002'000);
}

TEST_CASE("machines that are paid by the hour have no price of tokens, and cost what their meter has learned or else a guess") {
  config::price_card card;
  card.by_hour = config::hourly_price{.per_hour = dollar * 36 / 10};
  CHECK_FALSE(cost_of(tokens(1, 1), card, new_year));
  CHECK(ledger::expected_cost(card, 1'000, 50, new_year) == dollar / 1'000);
  ledger::shared_gpu_meter machines(ledger::gpu_meter(*card.by_hour, instant{}, new_year));
  CHECK(ledger::expected_cost(card, 1'000, 50, new_year, &machines) == dollar / 1'000);
  machines.with([](ledger::gpu_meter& meter) { meter.learn(1'000, 10); });
  CHECK(ledger::expected_cost(card, 1'000, 50, new_year, &machines) == 5'000);
}

#ifdef SALLYPORT_RAPIDCHECK
namespace {

usage any_usage() {
  const auto count = [] { return *rc::gen::inRange<std::int64_t>(0, 4'000'000); };
  return {count(), count(), count(), count(), count(), usage_basis::reported};
}

token_prices any_prices() {
  const auto price = [] { return *rc::gen::inRange<nano_usd>(0, 200 * dollar); };
  return {price(), price(), price(), price(), price()};
}

usage sum(const usage& a, const usage& b) {
  return {a.input + b.input, a.cached + b.cached, a.cache_write + b.cache_write, a.output + b.output, a.reasoning + b.reasoning, a.basis};
}

}  // namespace

TEST_CASE("property: tokens priced apart and together differ by one nano-dollar at most") {
  CHECK(rc::check([] {
    const auto a = any_usage(), b = any_usage();
    const auto at = any_prices();
    const auto apart = cost_of(a, at) + cost_of(b, at), together = cost_of(sum(a, b), at);
    RC_ASSERT(apart - together <= 1);
    RC_ASSERT(together - apart <= 1);
  }));
}

TEST_CASE("property: more tokens never cost less, whatever the numbers") {
  CHECK(rc::check([] {
    const auto any = [] { return *rc::gen::arbitrary<std::int64_t>(); };
    const token_prices at{any(), any(), any(), any(), any()};
    usage used{any(), any(), any(), any(), any(), usage_basis::reported};
    const auto before = cost_of(used, at);
    RC_ASSERT(before >= 0);
    if (used.output < most) ++used.output;
    RC_ASSERT(cost_of(used, at) >= before);
  }));
}

TEST_CASE("property: what was expected covers what it comes to, however the tokens turn out") {
  CHECK(rc::check([] {
    const auto used = any_usage();
    config::price_card card(any_prices(), config::price_basis::list, "v");
    card.periods[0].tiers.push_back({.above = 2'000'000, .per_million = any_prices()});
    const auto expected = ledger::expected_cost(card, used.prompt_total(), used.completion_total(), new_year);
    RC_ASSERT(*expected >= *cost_of(used, card, new_year));
  }));
}
#endif

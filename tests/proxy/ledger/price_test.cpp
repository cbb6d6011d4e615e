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
#endif

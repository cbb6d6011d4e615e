#include "proxy/ledger/price.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace sallyport::ledger {
namespace {

__extension__ typedef unsigned __int128 wide;   // NOLINT(modernize-use-using): `using` takes no __extension__ with g++

constexpr wide per_price = 1'000'000;
constexpr wide money_max = static_cast<wide>(std::numeric_limits<nano_usd>::max());

// Capped, because five products of the largest values would not fit into 128 bits either.
wide product(std::int64_t tokens, nano_usd price) {
  if (tokens <= 0 || price <= 0) return 0;
  return std::min(static_cast<wide>(tokens) * static_cast<wide>(price), money_max * per_price);
}

}  // namespace

nano_usd cost_of(const usage& tokens, const token_prices& per_million) {
  const wide sum = product(tokens.input, per_million.input) + product(tokens.cached, per_million.cached_input) +
                   product(tokens.cache_write, per_million.cache_write) + product(tokens.output, per_million.output) +
                   product(tokens.reasoning, per_million.reasoning);
  return static_cast<nano_usd>(std::min((sum + per_price / 2) / per_price, money_max));
}

const token_prices& applied_price::rates(sent_as how) const {
  return how == sent_as::in_batch && tier.in_batch ? *tier.in_batch : tier.per_million;
}

std::optional<applied_price> price_at(const config::price_card& card, std::int64_t prompt_tokens, wall_time when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const auto later = std::find_if(card.periods.begin(), card.periods.end(), [&](const auto& period) { return period.from > day; });
  if (later == card.periods.begin()) return std::nullopt;
  const auto& period = *std::prev(later);
  const auto longer =
      std::find_if(period.tiers.begin() + 1, period.tiers.end(), [&](const auto& tier) { return tier.above >= prompt_tokens; });
  return applied_price{period, *std::prev(longer)};
}

std::optional<nano_usd> cost_of(const usage& tokens, const config::price_card& card, wall_time when, sent_as how) {
  const auto applied = price_at(card, tokens.prompt_total(), when);
  return applied ? std::optional(cost_of(tokens, applied->rates(how))) : std::nullopt;
}

std::optional<nano_usd> expected_cost(const config::price_card& card, std::int64_t prompt_tokens, std::int64_t output_tokens,
                                      wall_time when, shared_gpu_meter* machines) {
  if (card.by_hour && machines) return machines->with([&](const gpu_meter& meter) { return meter.expected_cost(output_tokens); });
  if (card.by_hour) return assumed_cost(*card.by_hour, output_tokens);
  const auto applied = price_at(card, prompt_tokens, when);
  if (!applied) return std::nullopt;
  const auto& rates = applied->rates();
  const token_prices dearest{.input = std::max({rates.input, rates.cached_input, rates.cache_write}),
                             .output = std::max(rates.output, rates.reasoning)};
  return cost_of({.input = prompt_tokens, .output = output_tokens, .basis = usage_basis::estimated}, dearest);
}

}  // namespace sallyport::ledger

#pragma once
/// Price arithmetic: tokens x price -> money, exact to the last nano-dollar.

#include "adapters/words/money.hpp"
#include "adapters/words/usage.hpp"
#include "config/settings.hpp"
#include "proxy/ledger/gpu_meters.hpp"
#include "proxy/words/clock.hpp"

#include <cstdint>
#include <optional>

namespace sallyport::ledger {

/// What these tokens cost at these prices per million tokens. The sum is exact and divided by a million once, rounded half up; so two
/// attempts priced apart differ from the same tokens priced together by at most one nano-dollar. A negative count or price counts as
/// zero, and a sum beyond the range of nano_usd (9.2 billion dollars) stays at its upper end.
nano_usd cost_of(const usage& tokens, const token_prices& per_million);

/// How the provider was asked. Nothing sends batches yet, so the gateway itself always says alone.
enum class sent_as : std::uint8_t { alone, in_batch };

/// The part of a card that prices one request. Points into the card.
struct applied_price {
  const config::price_period& period;
  const config::price_tier& tier;

  const token_prices& rates(sent_as how = sent_as::alone) const;
};

/// The period that holds `when`, the moment of the send, and in it the tier of a prompt of that many tokens (with what a cache served of
/// it). Nothing before the first period, for then the price is unknown, and nothing where machines are paid and not tokens.
std::optional<applied_price> price_at(const config::price_card& card, std::int64_t prompt_tokens, wall_time when);

/// What this usage costs at that card; nothing as for price_at.
std::optional<nano_usd> cost_of(const usage& tokens, const config::price_card& card, wall_time when, sent_as how = sent_as::alone);

/// What a request that is still to be sent will cost with so many tokens; nothing while the price is unknown. Each token is taken at the
/// dearest price that it may come to have (a prompt may be written to the cache, an answer may be reasoning): money is reserved by it.
/// Machines that are paid by the hour are asked what their meter has learned; without one (null) the price is a guess, assumed_cost.
std::optional<nano_usd> expected_cost(const config::price_card& card, std::int64_t prompt_tokens, std::int64_t output_tokens,
                                      wall_time when, shared_gpu_meter* machines = nullptr);

}  // namespace sallyport::ledger

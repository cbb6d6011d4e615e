#pragma once
/// usage -> cost of one attempt.

#include "adapters/words/call.hpp"
#include "proxy/ledger/gpu_meters.hpp"
#include "proxy/words/attempt.hpp"
#include "proxy/words/clock.hpp"

namespace sallyport::stages {

/// Fills in what the provider did not report, as an estimate that is labelled so, and the cost with where it comes from, at the price of
/// the moment of the send. A failed attempt has used nothing; one whose client left has used the prompt and what was delivered. Where
/// machines are paid by the hour the cost is the attempt's share of their time, also when it failed: it held them.
void price_attempt(attempt& ended, const call& asked, wall_time sent_at);

/// What a send to that deployment is reckoned to cost; nothing when its price is unknown.
std::optional<nano_usd> expected_cost(const config::deployment& to, const ledger::gpu_fleet& machines, std::int64_t prompt_tokens, std::int64_t output_tokens,
                                      wall_time when);

/// Tells the meter of the attempt's machines, if they are paid by the hour, what its answer came to: the next ones are expected to cost as much.
void learn_cost(const attempt& ended, const ledger::gpu_fleet& machines);

}  // namespace sallyport::stages

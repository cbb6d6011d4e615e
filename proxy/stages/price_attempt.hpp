#pragma once
/// usage -> cost of one attempt.

#include "adapters/words/call.hpp"
#include "proxy/words/attempt.hpp"
#include "proxy/words/clock.hpp"

namespace sallyport::stages {

/// Fills in what the provider did not report, as an estimate that is labelled so, and the cost with where it comes from, at the price of
/// the moment of the send. A failed attempt has used nothing; one whose client left has used the prompt and what was delivered.
void price_attempt(attempt& ended, const call& asked, wall_time sent_at);

/// What a send to that deployment is reckoned to cost; nothing when its price is unknown.
std::optional<nano_usd> expected_cost(const config::deployment& to, std::int64_t prompt_tokens, std::int64_t output_tokens, wall_time when);

}  // namespace sallyport::stages

#include "proxy/stages/price_attempt.hpp"

#include "adapters/token_estimate.hpp"
#include "proxy/ledger/price.hpp"

namespace sallyport::stages {
namespace {

bool used_something(const attempt& ended) {
  if (ended.outcome == attempt_outcome::answered || ended.outcome == attempt_outcome::broken) return true;
  return ended.outcome == attempt_outcome::abandoned && ended.head_at && ended.status < 300;
}

void estimate(usage& tokens, const attempt& ended, const call& asked) {
  tokens.input = asked.prompt_tokens_estimate;
  tokens.output = estimate_tokens(ended.text_bytes);
  tokens.basis = usage_basis::estimated;
}

}  // namespace

void price_attempt(attempt& ended, const call& asked) {
  if (!used_something(ended))
    ended.tokens = usage{};
  else if (ended.tokens.basis == usage_basis::none)
    estimate(ended.tokens, ended, asked);
  const bool nothing_used = ended.tokens.prompt_total() + ended.tokens.completion_total() == 0;
  if (nothing_used)
    ended.cost = 0;
  else if (ended.to->price)
    ended.cost = ledger::cost_of(ended.tokens, ended.to->price->per_million);
}

std::optional<nano_usd> expected_cost(const config::deployment& to, std::int64_t prompt_tokens, std::int64_t output_tokens, wall_time) {
  if (!to.price) return std::nullopt;
  return ledger::cost_of({.input = prompt_tokens, .output = output_tokens, .basis = usage_basis::estimated}, to.price->per_million);
}

}  // namespace sallyport::stages

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

void price_attempt(attempt& ended, const call& asked, wall_time sent_at) {
  if (!used_something(ended))
    ended.tokens = usage{};
  else if (ended.tokens.basis == usage_basis::none)
    estimate(ended.tokens, ended, asked);
  const bool nothing_used = ended.tokens.prompt_total() + ended.tokens.completion_total() == 0;
  if (nothing_used) ended.cost = 0;
  if (!ended.to->price) return;
  const auto applied = ledger::price_at(*ended.to->price, ended.tokens.prompt_total(), sent_at);
  if (!applied) return;
  ended.basis = applied->period.basis;
  ended.price_version = applied->period.version;
  ended.cost = ledger::cost_of(ended.tokens, applied->rates());
}

std::optional<nano_usd> expected_cost(const config::deployment& to, std::int64_t prompt_tokens, std::int64_t output_tokens, wall_time when) {
  if (!to.price) return std::nullopt;
  return ledger::expected_cost(*to.price, prompt_tokens, output_tokens, when);
}

}  // namespace sallyport::stages

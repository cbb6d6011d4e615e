#include "proxy/stages/price_attempt.hpp"

#include "adapters/token_estimate.hpp"
#include "proxy/ledger/price.hpp"

namespace sallyport::stages {
namespace {

bool used_something(const attempt& ended) {
  if (ended.outcome == attempt_outcome::answered || ended.outcome == attempt_outcome::broken) return true;
  // It answered, and we had no use for it.
  if (ended.why && ended.why->kind == failure_kind::answer_differs) return true;
  return ended.outcome == attempt_outcome::abandoned && ended.head_at && ended.status < 300;
}

void estimate(usage& tokens, const attempt& ended, const call& asked) {
  tokens.input = asked.prompt_tokens_estimate;
  tokens.output = estimate_tokens(ended.text_bytes);
  tokens.basis = usage_basis::estimated;
}

void price_tokens(attempt& ended, wall_time sent_at) {
  const bool nothing_used = ended.tokens.prompt_total() + ended.tokens.completion_total() == 0;
  if (nothing_used) ended.cost = 0;
  if (!ended.to->price) return;
  const auto applied = ledger::price_at(*ended.to->price, ended.tokens.prompt_total(), sent_at);
  if (!applied) return;
  ended.basis = applied->period.basis;
  ended.price_version = applied->period.version;
  ended.cost = ledger::cost_of(ended.tokens, applied->rates());
}

void price_machines(attempt& ended) {
  ended.cost = ended.machine_cost;
  ended.basis = config::price_basis::gpu_used;
  if (ended.to->price && ended.to->price->by_hour) ended.price_version = ended.to->price->by_hour->version;
}

}  // namespace

void price_attempt(attempt& ended, const call& asked, wall_time sent_at) {
  if (!used_something(ended))
    ended.tokens = usage{};
  else if (ended.tokens.basis == usage_basis::none)
    estimate(ended.tokens, ended, asked);
  price_tokens(ended, sent_at);
  if (ended.machine_cost) price_machines(ended);
}

void learn_cost(const attempt& ended, const ledger::gpu_fleet& machines) {
  if (!ended.machine_cost || ended.outcome != attempt_outcome::answered) return;
  const auto found = machines.find(ended.to->name);
  if (found == machines.end()) return;
  found->second->with([&](ledger::gpu_meter& meter) { meter.learn(*ended.machine_cost, ended.tokens.completion_total()); });
}

std::optional<nano_usd> expected_cost(const config::deployment& to, const ledger::gpu_fleet& machines, std::int64_t prompt_tokens,
                                      std::int64_t output_tokens, wall_time when) {
  if (!to.price) return std::nullopt;
  if (const auto found = machines.find(to.name); found != machines.end()) {
    std::optional<nano_usd> expected;
    found->second->with([&](ledger::gpu_meter& meter) { expected = meter.expected_cost(output_tokens); });
    return expected;
  }
  return ledger::expected_cost(*to.price, prompt_tokens, output_tokens, when);
}

}  // namespace sallyport::stages

#include "proxy/commands/estimate.hpp"

#include "config/scalar.hpp"
#include "proxy/ledger/price.hpp"
#include "proxy/observe/usd_text.hpp"

namespace sallyport::commands {

estimate estimate_of(const config::deployment& at, std::int64_t prompt_tokens, std::int64_t output_tokens, wall_time when) {
  estimate made;
  if (!at.price) return made;
  const auto cost = ledger::expected_cost(*at.price, prompt_tokens, output_tokens, when);
  if (!cost) return made;
  made.cost = observe::usd_text(*cost);
  if (const auto& machines = at.price->by_hour) {
    made.basis = name_of(config::price_basis::gpu_used);
    made.version = machines->version;
    made.per_hour = observe::usd_text(machines->per_hour);
    return made;
  }
  const auto applied = ledger::price_at(*at.price, prompt_tokens, when);
  made.basis = name_of(applied->period.basis);
  made.version = applied->period.version;
  if (applied->period.from != std::chrono::sys_days::min()) made.from = config::text_of(applied->period.from);
  made.above = applied->tier.above;
  return made;
}

std::string in_words(const estimate& what) {
  if (what.version.empty()) return what.cost;
  std::string text = what.cost + " USD (" + what.basis + ", " + what.version;
  if (!what.per_hour.empty()) text += ", machines at " + what.per_hour + " an hour, alone on them and at 50 tokens a second";
  if (!what.from.empty()) text += ", valid from " + what.from;
  if (what.above > 0) text += ", rates for prompts above " + std::to_string(what.above) + " tokens";
  return text + ")";
}

}  // namespace sallyport::commands

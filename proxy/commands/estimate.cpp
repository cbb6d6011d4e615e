#include "proxy/commands/estimate.hpp"

#include "config/scalar.hpp"
#include "proxy/ledger/price.hpp"
#include "proxy/observe/usd_text.hpp"

namespace sallyport::commands {

estimate estimate_of(const config::deployment& at, std::int64_t prompt_tokens, std::int64_t output_tokens, wall_time when) {
  estimate made;
  if (!at.price) return made;
  const auto applied = ledger::price_at(*at.price, prompt_tokens, when);
  const auto cost = ledger::expected_cost(*at.price, prompt_tokens, output_tokens, when);
  if (!applied || !cost) return made;
  made.cost = observe::usd_text(*cost);
  made.basis = name_of(applied->period.basis);
  made.version = applied->period.version;
  if (applied->period.from != std::chrono::sys_days::min()) made.from = config::text_of(applied->period.from);
  made.above = applied->tier.above;
  return made;
}

std::string in_words(const estimate& what) {
  if (what.version.empty()) return what.cost;
  std::string text = what.cost + " USD (" + what.basis + ", " + what.version;
  if (!what.from.empty()) text += ", valid from " + what.from;
  if (what.above > 0) text += ", rates for prompts above " + std::to_string(what.above) + " tokens";
  return text + ")";
}

}  // namespace sallyport::commands

#include "adapters/anthropic_messages_thinking.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::int64_t budget_min = 1'024, budget_max = 1'000'000'000;

std::int64_t budget_of(const reasoning_wish& wish) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> words{
      {{"minimal", 1'024}, {"low", 1'024}, {"medium", 4'096}, {"high", 16'384}, {"xhigh", 32'000}, {"max", 32'000}}};
  if (wish.budget) return std::clamp(*wish.budget, budget_min, budget_max);
  for (const auto& [word, tokens] : words)
    if (word == wish.effort) return tokens;
  return 4'096;
}

std::string effort_of(const reasoning_wish& wish, const model_facts& facts) {
  if (wish.effort == "minimal") return "low";
  if (wish.effort == "xhigh" && !facts.takes_xhigh) return "max";
  if (!wish.effort.empty() || !wish.budget) return wish.effort;
  return *wish.budget <= 2'048 ? "low" : *wish.budget <= 8'192 ? "medium" : "high";
}

bool is_wished(const reasoning_wish& wish) {
  return wish.is == reasoning_wish::mode::on || wish.is == reasoning_wish::mode::adaptive || !wish.effort.empty() || wish.budget;
}

bool is_off(const reasoning_wish& wish) { return wish.is == reasoning_wish::mode::off || wish.effort == "none"; }

void turn_off(const model_facts& facts, thinking_plan& plan, warning_list& warnings) {
  if (facts.thinking == thinking_form::none) return;
  if (facts.thinking != thinking_form::always) {
    plan.is = thinking_plan::mode::off;
    return;
  }
  plan.effort = "low";
  warnings.add(severity::warn, "reasoning", "this model always thinks, so it is told to think little");
}

// The budget is part of the answer's limit and below it.
void set_budget(const chat& said, const model_facts& facts, bool is_claude, thinking_plan& plan) {
  plan.is = thinking_plan::mode::budget;
  plan.budget = budget_of(said.reasoning);
  if (is_claude) plan.budget = std::min(plan.budget, facts.tokens_max / 2);
  if (plan.tokens_max <= plan.budget) plan.tokens_max += plan.budget;
  if (is_claude) plan.tokens_max = std::max(std::min(plan.tokens_max, facts.tokens_max), plan.budget + 1);
}

void turn_on(const chat& said, const model_facts& facts, bool is_claude, thinking_plan& plan, warning_list& warnings) {
  plan.shows = !said.reasoning.summary.empty();
  if (facts.thinking == thinking_form::budget) {
    set_budget(said, facts, is_claude, plan);
    // The client may have set it for its money's sake.
    if (said.max_tokens.value_or(0) > 0 && plan.tokens_max > *said.max_tokens)
      warnings.add(severity::warn, "max_tokens", "raised so that thoughts have room");
    return;
  }
  plan.is = thinking_plan::mode::adaptive;
  plan.effort = effort_of(said.reasoning, facts);
}

}  // namespace

thinking_plan plan_of(const chat& said, const model_facts& facts, bool is_claude, std::string_view why_not, warning_list& warnings) {
  thinking_plan plan;
  plan.tokens_max = said.max_tokens.value_or(facts.tokens_max);
  if (is_off(said.reasoning)) {
    turn_off(facts, plan, warnings);
    return plan;
  }
  if (!is_wished(said.reasoning)) return plan;
  if (facts.thinking == thinking_form::none) {
    warnings.add(severity::warn, "reasoning", "this model does not think");
  } else if (!why_not.empty()) {
    warnings.add(severity::warn, "reasoning", std::string(why_not));
    if (facts.thinking != thinking_form::budget) plan.effort = effort_of(said.reasoning, facts);
  } else {
    turn_on(said, facts, is_claude, plan, warnings);
  }
  return plan;
}

}  // namespace sallyport::anthropic_messages

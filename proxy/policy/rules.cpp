#include "proxy/policy/rules.hpp"

namespace sallyport::policy {

config::condition_facts condition_facts_of(const facts& of_call, const config::time_zone& zone, wall_time now) {
  const auto local = zone.local(now);
  return {.model = of_call.model,
          .team = of_call.team,
          .key = of_call.key,
          .sensitivity = of_call.sensitivity,
          .prompt_tokens = of_call.prompt_tokens,
          .max_tokens = of_call.max_tokens,
          .stream = of_call.stream,
          .has_tools = of_call.has_tools,
          .has_images = of_call.has_images,
          .tags = of_call.tags,
          .hour = local.hour,
          .weekday = local.weekday(),
          .budget_left = of_call.budget_left};
}

const config::team_rule* rule_for(const config::team& team, const config::condition_facts& of_call) {
  for (const auto& rule : team.rules)
    if (!rule.when || rule.when->holds(of_call)) return &rule;
  return nullptr;
}

std::vector<rule_verdict> verdicts(const config::team& team, const config::condition_facts& of_call) {
  const auto* met = rule_for(team, of_call);
  std::vector<rule_verdict> made;
  bool behind = false;
  for (const auto& rule : team.rules) {
    rule_verdict one{.rule = &rule};
    if (!behind) {
      one.is = &rule == met ? rule_verdict::state::met : rule_verdict::state::not_met;
      if (rule.when) one.why = rule.when->why(of_call);
    }
    behind = behind || &rule == met;
    made.push_back(std::move(one));
  }
  return made;
}

}  // namespace sallyport::policy

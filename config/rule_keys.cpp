#include "config/rule_keys.hpp"

#include "config/condition_keys.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr std::size_t rules_max = 100;

void check_reached(const cursor& at, const team_rule& rule, const std::vector<team_rule>& before) {
  for (const auto& earlier : before) {
    if (!earlier.when) return at.refuse("is never reached: " + earlier.name + " before it has no condition and takes every call");
    if (rule.when && rule.when->implies(*earlier.when))
      return at.refuse("is never reached: every call that it is for meets " + earlier.name + " before it");
  }
}

}  // namespace

section<rule_draft> rule_keys() {
  using r = rule_draft;
  return {
      value_key("name", &r::name, line_of_text(64), "", "What the rule is called in reasons. Default: its place."),
      value_key("when", &r::when, written_condition(), "",
                "The condition, as in 'prompt_tokens > 8000 && tags.project == \"atlas\"'. Default: every call; on the last rule only."),
      try_key(&r::try_in_order, "What serves a call that meets the condition, in this order, instead of its model's own try.",
              "is missing; list what serves these calls, as in try: [qwen]"),
      section_key("fallbacks", &r::fallbacks, fallback_keys(), "Who is asked instead when such a call is refused for what it is; its model's own are not."),
      affinity_key(&r::affinity),
      value_key("data_class", &r::floor, class_of_data(), "", "The least data class of the calls that meet it."),
  };
}

std::vector<team_rule> made_rules(const std::string& team, const std::vector<std::string>& models,
                                  const std::vector<located<rule_draft>>& from, deployment_names& deployments) {
  std::vector<team_rule> rules;
  const auto names = names_in_rules(team, models);
  if (from.size() > rules_max) from[rules_max].at.refuse("is one of more than 100 rules");
  for (const auto& one : from) {
    team_rule made;
    const auto place = "rules[" + std::to_string(&one - from.data()) + "]";
    made.name = one.value.name.empty() ? place : one.value.name;
    auto tried = resolved_try(one.at.below("try"), one.value.try_in_order, deployments);
    made.try_in_order = std::move(tried.all);
    made.strategy = std::move(tried.strategy);
    made.fallbacks = resolved_fallbacks(one.value.fallbacks, deployments);
    made.affinity = read_affinity(one.at.below("affinity"), one.value.affinity, made.strategy);
    made.floor = one.value.floor.value_or(data_class::public_);
    made.when = compiled_at(one.at.below("when"), one.value.when, names);
    if (!made.when && one.at.has("when")) continue;   // its problems are said
    check_reached(one.at, made, rules);
    if (std::any_of(rules.begin(), rules.end(), [&](const team_rule& other) { return other.name == made.name; }))
      one.at.below("name").refuse("another rule of this team has the name " + in_quotes(made.name));
    rules.push_back(std::move(made));
  }
  return rules;
}

}  // namespace sallyport::config

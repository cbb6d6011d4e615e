#include "config/policy_keys.hpp"

#include "config/condition_keys.hpp"
#include "config/policies.hpp"

#include <algorithm>
#include <set>

namespace sallyport::config {
namespace {

constexpr std::size_t policies_max = 100;

template <class Map>
std::vector<std::string> names_in(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, one] : map) names.push_back(name);
  return names;
}

known_targets targets_in(const settings& in) {
  std::set<std::string> locations, certifications;
  for (const auto& [name, one] : in.providers) {
    if (!one->location.empty()) locations.insert(one->location);
    certifications.insert(one->certifications.begin(), one->certifications.end());
  }
  known_targets known{{locations.begin(), locations.end()}, {certifications.begin(), certifications.end()}, names_in(in.providers), {}};
  if (!in.any_provider_model) known.deployments = names_in(in.deployments);
  return known;
}

bool is_met_by_any(const condition& require, const settings& in) {
  return std::any_of(in.deployments.begin(), in.deployments.end(), [&](const auto& one) {
    condition_facts target;
    describe(*one.second, target);
    return require.holds(target);
  });
}

void check_name(const cursor& at, const std::string& name, const std::vector<policy>& before) {
  if (name.empty()) return;   // its problem is said already
  if (const auto wrong = plain_name(name)) at.refuse(*wrong);
  if (std::any_of(before.begin(), before.end(), [&](const policy& one) { return one.name == name; }))
    at.refuse("another policy has the name " + in_quotes(name));
}

void check_replacement(const cursor& at, const policy& made) {
  if (made.name != built_in_policy_name || is_for_all(made, {.sensitivity = data_class::restricted})) return;
  at.refuse("a policy named restricted takes the place of the built-in one, so it has to be for every restricted call; write when: "
            "'data_class == \"restricted\"', or give it another name");
}

}  // namespace

section<policy_draft> policy_keys() {
  using p = policy_draft;
  return {
      required(value_key("name", &p::name, line_of_text(64), "", "What refusals and explain call it."), "is missing; write name: NAME"),
      value_key("when", &p::when, written_condition(), "",
                "Which calls it is for, as in 'data_class >= \"confidential\"'. Default: every call. Its hour and weekday are those of UTC."),
      required(value_key("require", &p::require, written_condition(), "",
                         "What a deployment has to be to serve them, as in 'class == \"in_house\"'. It can name class, location, retention, "
                         "trains_on_data, certifications.NAME, provider and deployment."),
               "is missing; write what a deployment has to be, as in require: 'class == \"in_house\"'"),
  };
}

std::vector<policy> made_policies(const std::vector<located<policy_draft>>& from, const settings& in) {
  std::vector<policy> made;
  if (from.size() > policies_max) from[policies_max].at.refuse("is one of more than 100 policies");
  const auto of_calls = names_in_policies(names_in(in.teams), in.any_provider_model ? std::vector<std::string>() : names_in(in.models));
  const auto of_targets = names_in_requirements(targets_in(in));
  for (const auto& one : from) {
    check_name(one.at.below("name"), one.value.name, made);
    policy next = built_in_policy();
    next.name = one.value.name;
    next.built_in = false;
    next.when = compiled_at(one.at.below("when"), one.value.when, of_calls);
    auto require = compiled_at(one.at.below("require"), one.value.require, of_targets);
    if ((!next.when && !one.value.when.empty()) || !require) continue;
    next.require = std::move(*require);
    const bool can_be_met = in.deployments.empty() || in.any_provider_model || is_met_by_any(next.require, in);
    if (!can_be_met) one.at.below("require").refuse("no deployment of this configuration meets it, so its calls would all be refused");
    check_replacement(one.at.below("when"), next);
    made.push_back(std::move(next));
  }
  if (std::none_of(made.begin(), made.end(), [](const policy& one) { return one.name == built_in_policy_name; })) made.push_back(built_in_policy());
  return made;
}

}  // namespace sallyport::config

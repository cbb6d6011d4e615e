#include "config/class_checks.hpp"

#include "config/policies.hpp"

#include <algorithm>
#include <span>

namespace sallyport::config {
namespace {

using deployments = std::span<const std::shared_ptr<const deployment>>;

/// Null when a call of that kind may reach one of these; else a policy that is in the way of the first.
const policy* obstacle_to_all(deployments targets, const kind_of_call& calls, const settings& in) {
  const policy* first = nullptr;
  for (const auto& one : targets) {
    const auto* obstacle = certain_obstacle(in.policies, calls, *one);
    if (!obstacle) return nullptr;
    if (!first) first = obstacle;
  }
  return first;
}

std::string refusal(const policy& by, const kind_of_call& calls, const std::string& whom) {
  return whom + " may serve a call of class " + std::string(name_of(calls.sensitivity)) + ": policy " + by.name +
         (by.built_in ? " (built in)" : "") + " requires " + by.require.text();
}

std::vector<std::shared_ptr<const deployment>> all_of(const settings& in) {
  std::vector<std::shared_ptr<const deployment>> all;
  for (const auto& [name, one] : in.deployments) all.push_back(one);
  return all;
}

void check_anywhere(const cursor& at, const kind_of_call& calls, const settings& in) {
  if (in.any_provider_model) return;   // what may be asked for is not known before it is
  const auto all = all_of(in);
  if (const auto* by = obstacle_to_all(all, calls, in)) at.refuse(refusal(*by, calls, "no deployment"));
}

void check_team(const named<team_draft>& from, const team& made, const settings& in) {
  const kind_of_call calls{made.floor, made.name};
  if (made.floor != data_class::public_) check_anywhere(from.at.below("data_class"), calls, in);
  for (const auto& listed : from.value.models) {
    const auto found = in.models.find(listed.value);
    if (found == in.models.end()) continue;
    if (const auto* by = obstacle_to_all(found->second->try_in_order, calls, in))
      listed.at.refuse(refusal(*by, calls, "no deployment of this model"));
  }
  for (const auto& key : from.value.keys)
    if (key.value.floor && *key.value.floor > made.floor) check_anywhere(key.at.below("data_class"), {*key.value.floor, made.name}, in);
  for (const auto& rule : from.value.rules) {
    const auto index = static_cast<std::size_t>(&rule - from.value.rules.data());
    if (index >= made.rules.size()) break;
    const kind_of_call of_rule{std::max(made.floor, made.rules[index].floor), made.name};
    if (const auto* by = obstacle_to_all(made.rules[index].try_in_order, of_rule, in))
      rule.at.below("try").refuse(refusal(*by, of_rule, "none of these"));
  }
}

}  // namespace

void check_classes(const cursor& root, const root_draft& from, const settings& made) {
  for (const auto& one : from.teams)
    if (const auto found = made.teams.find(one.name); found != made.teams.end()) check_team(one, *found->second, made);
  if (!root.has("privacy")) return;
  const auto at = root.below("privacy");
  for (const auto& [key, which] : {std::pair("raise_to", made.privacy.raise_to), std::pair("unscanned", made.privacy.unscanned),
                                   std::pair("attachments", made.privacy.attachments)})
    if (which != data_class::public_ && (at.has(key) || at.has("detect") || at.has("patterns"))) check_anywhere(at.below(key), {which, {}}, made);
}

}  // namespace sallyport::config

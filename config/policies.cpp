#include "config/policies.hpp"

#include "config/condition_term.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::config {
namespace {

using kind = condition_term::kind;

condition_term equal(fact which, fixed_value to) {
  return {.is = kind::compares, .name = {which, to.type, {}}, .by = comparison::equal, .values = {std::move(to)}};
}

condition_term is_of_class(data_class which) {
  return equal(fact::data_class, {value_type::data_class, static_cast<std::int64_t>(which), {}});
}

condition condition_of(const kind_of_call& calls) {
  auto of_class = is_of_class(calls.sensitivity);
  if (calls.team.empty()) return condition(std::move(of_class));
  return condition(joined(kind::all, {std::move(of_class), equal(fact::team, {value_type::text, 0, calls.team})}));
}

}  // namespace

policy built_in_policy() {
  return {.name = std::string(built_in_policy_name),
          .when = condition(is_of_class(data_class::restricted)),
          .require = condition(equal(fact::runs_as, {value_type::text, 0, std::string(name_of(deployment_class::in_house))})),
          .built_in = true};
}

void describe(const deployment& to, condition_facts& into) {
  const auto& at = *to.at;
  const bool ours = at.runs_as == deployment_class::in_house;
  into.runs_as = name_of(at.runs_as);
  into.location = at.location;
  into.retention_days = ours ? at.retention_days.value_or(0) : at.retention_days;
  into.trains_on_data = ours ? at.trains_on_data.value_or(false) : at.trains_on_data;
  into.certifications = &at.certifications;
  into.provider = at.name;
  into.deployment = to.name;
}

bool is_for_all(const policy& one, const kind_of_call& calls) { return !one.when || condition_of(calls).implies(*one.when); }

const policy* certain_obstacle(std::span<const policy> policies, const kind_of_call& calls, const deployment& to) {
  condition_facts target;
  describe(to, target);
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [&](const policy& one) { return is_for_all(one, calls) && !one.require.holds(target); });
  return found == policies.end() ? nullptr : &*found;
}

}  // namespace sallyport::config

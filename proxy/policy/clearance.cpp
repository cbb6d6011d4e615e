#include "proxy/policy/clearance.hpp"

#include "config/policies.hpp"
#include "proxy/policy/rules.hpp"

#include <algorithm>

namespace sallyport::policy {
namespace {

/// Why the deployment does not meet it: what was asked of it, and what it has.
std::string reason_of(const config::policy& by, const config::condition_facts& target) {
  std::string reason = "policy " + by.name + " requires " + by.require.text();
  std::string saw;
  for (const auto& part : by.require.why(target)) saw += (saw.empty() ? "" : ", ") + part.saw;
  return reason + ", and its " + saw;
}

bool asks_for_class(const config::policy& one) { return one.when && one.when->mentions(config::fact::data_class); }

}  // namespace

clearance::clearance(std::span<const config::policy> policies, const facts& of_call, wall_time now) {
  if (policies.empty()) return;
  const auto known = condition_facts_of(of_call, config::time_zone(), now);
  for (const auto& one : policies)
    if (!one.when || one.when->holds(known)) in_force_.push_back(&one);
}

eligible_set clearance::clear(std::span<const std::shared_ptr<const config::deployment>> wanted) const {
  eligible_set set;
  set.members.reserve(wanted.size());
  for (const auto& deployment : wanted) {
    config::condition_facts target;
    if (!in_force_.empty()) config::describe(*deployment, target);
    const auto is_unmet = [&](const config::policy* one) { return !one->require.holds(target); };
    const auto unmet = std::find_if(in_force_.begin(), in_force_.end(), is_unmet);
    if (unmet == in_force_.end()) {
      set.members.push_back(cleared(deployment, content_form::as_it_came));
      continue;
    }
    const bool whatever_its_class = std::any_of(unmet, in_force_.end(), [&](const auto* one) { return is_unmet(one) && !asks_for_class(*one); });
    set.excluded.push_back({deployment->name, reason_of(**unmet, target), (*unmet)->name, whatever_its_class});
  }
  return set;
}

}  // namespace sallyport::policy

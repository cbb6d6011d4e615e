#include "proxy/policy/route.hpp"

#include <string>

namespace sallyport::policy {

namespace {

/// Their places in that list are the reasons.
plan in_order_of(const std::string& list, eligible_set eligible) {
  std::vector<candidate> candidates;
  candidates.reserve(eligible.members.size());
  for (auto& target : eligible.members) {
    std::string reason = "place " + std::to_string(candidates.size() + 1) + " in " + list;
    candidates.push_back({std::move(target), std::move(reason)});
  }
  return plan(std::move(candidates), std::move(eligible.excluded));
}

}  // namespace

plan make_plan(const config::model& asked, eligible_set eligible) { return in_order_of("try of model " + asked.name, std::move(eligible)); }

plan make_plan_by_rule(const config::team& team, const config::team_rule& rule, eligible_set eligible) {
  return in_order_of("try of rule " + rule.name + " of team " + team.name, std::move(eligible));
}

plan make_plan_at_limit(const config::team& team, eligible_set eligible) {
  std::vector<candidate> candidates;
  for (auto& target : eligible.members)
    candidates.push_back({std::move(target), "at_limit of the budget of team " + team.name + ", which has no room for this call"});
  return plan(std::move(candidates), std::move(eligible.excluded));
}

void leave_out_unpriced(const config::team& team, eligible_set& eligible) {
  const std::string reason = "its price is unknown, and the budget of team " + team.name + " has unknown_price: deny";
  std::vector<cleared> priced;
  for (auto& target : eligible.members) {
    if (target.deployment().price)
      priced.push_back(std::move(target));
    else
      eligible.excluded.push_back({target.deployment().name, reason});
  }
  eligible.members = std::move(priced);
}

}  // namespace sallyport::policy

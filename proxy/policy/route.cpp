#include "proxy/policy/route.hpp"

#include <string>

namespace sallyport::policy {

plan make_plan(const config::model& asked, eligible_set eligible) {
  std::vector<candidate> candidates;
  candidates.reserve(eligible.members.size());
  const std::string of_model = " in try of model " + asked.name;
  for (auto& target : eligible.members) {
    std::string reason = "place " + std::to_string(candidates.size() + 1) + of_model;
    candidates.push_back({std::move(target), std::move(reason)});
  }
  return plan(std::move(candidates), std::move(eligible.excluded));
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

#include "proxy/policy/route.hpp"

#include <algorithm>
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

plan by_strategy(const std::string& list, const config::branch& tree, config::affinity affinity, eligible_set eligible,
                 const balancing_facts& by) {
  const auto member = [&](const config::deployment& one) {
    return std::find_if(eligible.members.begin(), eligible.members.end(), [&](const cleared& c) { return &c.deployment() == &one; });
  };
  const auto order = rank(tree, [&](const config::deployment& one) { return member(one) != eligible.members.end(); }, by, affinity);
  std::vector<candidate> candidates;
  candidates.reserve(order.size());
  for (const auto& one : order) {
    const auto place = "place " + std::to_string(candidates.size() + 1) + " in " + list;
    candidates.push_back({*member(*one.one), one.reason.empty() ? place : place + ": " + one.reason});
  }
  return plan(std::move(candidates), std::move(eligible.excluded));
}

/// Of a model, or a team's rule.
template <class Chooser>
plan ordered(const std::string& list, const Chooser& of, eligible_set eligible, const balancing_facts& by) {
  return of.strategy ? by_strategy(list, *of.strategy, of.affinity, std::move(eligible), by) : in_order_of(list, std::move(eligible));
}

}  // namespace

plan make_plan(const config::model& asked, eligible_set eligible, const balancing_facts& by) {
  return ordered("try of model " + asked.name, asked, std::move(eligible), by);
}

plan make_plan_by_rule(const config::team& team, const config::team_rule& rule, eligible_set eligible, const balancing_facts& by) {
  return ordered("try of rule " + rule.name + " of team " + team.name, rule, std::move(eligible), by);
}

plan with_fallbacks(const plan& made, failure_kind refused_for, eligible_set eligible) {
  auto candidates = made.candidates();
  auto excluded = made.excluded();
  std::size_t number = 0;
  for (auto& target : eligible.members)
    candidates.push_back({std::move(target), "fallback " + std::to_string(++number) + " for " + std::string(traits(refused_for).name), refused_for});
  for (auto& one : eligible.excluded) {
    excluded.push_back(std::move(one));
    excluded.back().only_for = refused_for;
  }
  return plan(std::move(candidates), std::move(excluded));
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

#pragma once
/// Eligible set -> plan: in which order the deployments are tried, and why.

#include "proxy/policy/balancing.hpp"
#include "proxy/policy/clearance.hpp"
#include "proxy/words/plan.hpp"

namespace sallyport::policy {

/// Orders the eligible deployments by the model's `try`, and the strategies in it.
plan make_plan(const config::model& asked, eligible_set eligible, const balancing_facts& by = {});

/// The plan of a call that meets a rule of its team: by the rule's `try`.
plan make_plan_by_rule(const config::team& team, const config::team_rule& rule, eligible_set eligible, const balancing_facts& by = {});

/// The same plan with what is asked when a deployment refuses the call in that way.
plan with_fallbacks(const plan& made, failure_kind refused_for, eligible_set eligible);

/// The plan of a call whose team has spent its budget: what is eligible of the budget's route_to, nothing behind it.
plan make_plan_at_limit(const config::team& team, eligible_set eligible);

/// Leaves out what has no price, for a team whose budget wants every cost known.
void leave_out_unpriced(const config::team& team, eligible_set& eligible);

}  // namespace sallyport::policy

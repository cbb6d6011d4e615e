#pragma once
/// Eligible set -> plan: in which order the deployments are tried, and why.

#include "proxy/policy/clearance.hpp"
#include "proxy/words/plan.hpp"

namespace sallyport::policy {

/// Orders the eligible deployments by the model's strategy. Today's only strategy is the order of `try`.
plan make_plan(const config::model& asked, eligible_set eligible);

}  // namespace sallyport::policy

#pragma once
/// plan: model -> eligible set -> plan. 403, 404, 503. After classify, since the class decides who is eligible.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/policy/balancing.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/facts.hpp"
#include "proxy/words/plan.hpp"

namespace sallyport::stages {

struct exchange;

result<void> make_plan(exchange& x);

/// The decision itself, which explain shares: the rule of the team that the call meets, or its model's `try`; of that what policies let it
/// reach. A rule may raise the data class. `team` is null while the gateway is open; `by` is what strategies go by.
plan route_of(const config::settings& in, const config::model& asked, const config::team* team, facts& known, wall_time now,
              const policy::balancing_facts& by);

/// What a client is told when that plan is empty, with the policy and what would make it pass: no_eligible_deployment, or policy_forbids
/// where every deployment is kept from it by a policy that does not ask for its class.
failure why_no_plan(const config::settings& in, const config::model& asked, const facts& known, const plan& route);

/// What it is told when all that policies left to it have failed, the last one so: with others out of reach, no_eligible_deployment.
failure why_none_could(const plan& route, const facts& known, const failure& last);

/// The policy that left out the first deployment; empty when none did.
std::string_view policy_in_the_way(const plan& route);

}  // namespace sallyport::stages

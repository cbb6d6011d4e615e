#pragma once
/// plan: model -> eligible set -> plan. 403, 404, 503. After classify, since the class decides who is eligible.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/facts.hpp"
#include "proxy/words/plan.hpp"

namespace sallyport::stages {

struct exchange;

result<void> make_plan(exchange& x);

/// The decision itself, which explain shares: the rule of the team that the call meets, or its model's `try`; of that what is eligible.
/// `team` is null while the gateway is open.
plan route_of(const config::model& asked, const config::team* team, const facts& known, wall_time now);

}  // namespace sallyport::stages

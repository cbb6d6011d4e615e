#include "proxy/stages/make_plan.hpp"

#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/policy/rules.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/find_model.hpp"

namespace sallyport::stages {

plan route_of(const config::model& asked, const config::team* team, const facts& known, wall_time now) {
  const auto* rule = team && !team->rules.empty() ? policy::rule_for(*team, policy::condition_facts_of(known, *team, now)) : nullptr;
  auto eligible = policy::clearance{}.clear(rule ? rule->try_in_order : asked.try_in_order, known);
  if (team && team->money && team->money->refuse_unknown_price) policy::leave_out_unpriced(*team, eligible);
  return rule ? policy::make_plan_by_rule(*team, *rule, std::move(eligible)) : policy::make_plan(asked, std::move(eligible));
}

result<void> make_plan(exchange& x) {
  if (const auto* books = x.of->books.of(x.who.team.get())) x.known.budget_left = budget_left(*books->account, *x.who.team, x.with.time.wall());
  auto found = find_model(*x.of->settings, x.who, x.asked.model);
  if (found.has_error()) return std::move(found).error();
  x.model = std::move(*found);
  x.route = route_of(*x.model, x.who.team.get(), x.known, x.with.time.wall());
  if (!x.route.current()) return fail(failure_kind::no_eligible_deployment);
  x.deadline = x.began + x.model->timeouts.total;
  return {};
}

}  // namespace sallyport::stages

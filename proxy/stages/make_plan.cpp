#include "proxy/stages/make_plan.hpp"

#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/find_model.hpp"

namespace sallyport::stages {

result<void> make_plan(exchange& x) {
  auto found = find_model(*x.of->settings, x.who, x.asked.model);
  if (found.has_error()) return std::move(found).error();
  x.model = std::move(*found);
  auto eligible = policy::clearance{}.clear(*x.model, x.known);
  const auto* team = x.who.team.get();
  if (team && team->money && team->money->refuse_unknown_price) policy::leave_out_unpriced(*team, eligible);
  x.route = policy::make_plan(*x.model, std::move(eligible));
  if (!x.route.current()) return fail(failure_kind::no_eligible_deployment);
  x.deadline = x.began + x.model->timeouts.total;
  return {};
}

}  // namespace sallyport::stages

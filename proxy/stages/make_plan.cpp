#include "proxy/stages/make_plan.hpp"

#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/find_model.hpp"

namespace sallyport::stages {

result<void> make_plan(exchange& x) {
  auto found = find_model(*x.of->settings, x.team.get(), x.asked.model);
  if (found.has_error()) return std::move(found).error();
  x.model = std::move(*found);
  x.route = policy::make_plan(*x.model, policy::clearance{}.clear(*x.model, x.known));
  if (!x.route.current()) return fail(failure_kind::no_eligible_deployment);
  x.deadline = x.began + x.model->timeouts.total;
  return {};
}

}  // namespace sallyport::stages

#include "proxy/stages/outcome.hpp"

namespace sallyport::stages {

std::string_view outcome_of(const maybe_failure& why) {
  if (!why) return "ok";
  switch (why->kind) {
    case failure_kind::client_gone:
      return "client_gone";
    case failure_kind::key_missing:
    case failure_kind::key_invalid:
    case failure_kind::too_many_wrong_keys:
    case failure_kind::too_many_connections:
    case failure_kind::model_not_allowed:
    case failure_kind::no_eligible_deployment:
    case failure_kind::requests_limited:
    case failure_kind::tokens_limited:
    case failure_kind::concurrency_limited:
    case failure_kind::call_above_limit:
    case failure_kind::budget_exhausted:
    case failure_kind::overloaded:
    case failure_kind::deployments_full:
    case failure_kind::journal_full:
    case failure_kind::shutting_down:
      return "refused";
    case failure_kind::connect_timed_out:
    case failure_kind::first_token_timed_out:
    case failure_kind::idle_timed_out:
    case failure_kind::attempt_timed_out:
    case failure_kind::total_timed_out:
      return "timeout";
    default:
      break;
  }
  if (why->whose() == fault::client) return "client_error";
  return why->whose() == fault::gateway ? "gateway_error" : "upstream_error";
}

}  // namespace sallyport::stages

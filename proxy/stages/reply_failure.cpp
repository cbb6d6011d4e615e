#include "proxy/stages/reply_failure.hpp"

#include "adapters/dialect.hpp"

#include <algorithm>
#include <chrono>

namespace sallyport::stages {
namespace {

using namespace std::chrono_literals;

/// Without a hint of the provider's: long enough not to hammer, short enough not to be an outage.
constexpr std::chrono::milliseconds retry_after_default = 1s;

/// Our own failover is used up, or trying again cannot help: the SDKs' own retries would only multiply the load.
bool must_stop_retries(const failure& why) {
  constexpr std::array by_decision{failure_kind::no_eligible_deployment, failure_kind::policy_forbids, failure_kind::protected_content,
                                   failure_kind::call_above_limit};
  if (std::find(by_decision.begin(), by_decision.end(), why.kind) != by_decision.end()) return true;
  const bool came_from_upstream = traits(why.kind).openai_type == "upstream_error" || why.kind == failure_kind::rate_limited;
  return came_from_upstream;
}

std::string whole_seconds(std::chrono::milliseconds wait) {
  return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count()));
}

}  // namespace

failure_reply reply_failure(const failure& why, dialect_id client_speaks, std::string_view request_id) {
  failure_reply reply;
  reply.start.status = why.said ? why.said->status : traits(why.kind).status;
  auto& headers = reply.start.headers;
  headers.add_if_fit("content-type", "application/json");
  headers.add_if_fit("x-request-id", request_id);
  if (client_speaks == dialect_id::anthropic_messages) headers.add_if_fit("request-id", request_id);   // where its SDKs look for it
  if (reply.start.status == 429 || reply.start.status == 503)
    headers.add_if_fit("retry-after", whole_seconds(why.retry_after.value_or(retry_after_default)));
  // The SDKs of OpenAI read it before the other; whole seconds would make a team wait longer than its limit asks.
  if (reply.start.status == 429 && why.retry_after) headers.add_if_fit("retry-after-ms", std::to_string(why.retry_after->count()));
  if (must_stop_retries(why)) headers.add_if_fit("x-should-retry", "false");
  reply.body = dialect_of(client_speaks).write_failure(why);
  return reply;
}

}  // namespace sallyport::stages

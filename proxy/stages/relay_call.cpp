#include "proxy/stages/relay_call.hpp"

#include "proxy/stages/admit.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/make_plan.hpp"
#include "proxy/stages/record_attempt.hpp"
#include "proxy/stages/served_by.hpp"

namespace sallyport::stages {

task<void> relay_call(exchange& x, reply_sink& sink) {
  relay loop({.asked = x.asked,
              .route = x.route,
              .attempts = x.attempts,
              .client_headers = x.head.headers,
              .request_id = x.head.request_id,
              .timeouts = x.model->timeouts,
              .sends_max = x.of->settings->attempts_max,
              .deadline = x.deadline,
              .afford = [&x](const candidate& next) { return afford(x, next.target.deployment()); },
              .judged_as = judgement_of(x.known),
              .dice = x.with.dice,
              .attempt_ended = [&x](attempt& ended) { record_attempt(x, ended); },
              .machines = x.of->machines},
             x.with.transport, sink, x.with.time);
  x.reply = co_await loop.run();
  if (!x.reply.why) co_return;
  x.why = sink.is_open() ? *x.reply.why : why_none_could(x.route, x.known, *x.reply.why);
  if (x.why->kind == failure_kind::no_eligible_deployment) x.denied_by = policy_in_the_way(x.route);
}

}  // namespace sallyport::stages

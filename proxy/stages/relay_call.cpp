#include "proxy/stages/relay_call.hpp"

#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/stages/admit.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/make_plan.hpp"
#include "proxy/stages/record_attempt.hpp"
#include "proxy/stages/served_by.hpp"

#include <algorithm>
#include <functional>

namespace sallyport::stages {
namespace {

void log_turn(exchange& x, const candidate& one, const policy::breaker_news& news) {
  using policy::breaker_turn;
  const auto& to = one.target.deployment();
  const std::string_view what = news.of_credential ? (news.turn == breaker_turn::closed ? "credential works again" : "credential refused")
                                : news.turn == breaker_turn::closed ? "breaker closed"
                                                                    : "breaker opened";
  const auto level = news.turn == breaker_turn::closed   ? observe::level::info
                     : news.turn == breaker_turn::opened ? observe::level::warn
                                                         : observe::level::debug;   // its probe failed: it stays as it is known to be
  x.with.log.write(level, what,
                   {{"deployment", to.name},
                    {"provider", to.at->name},
                    {"cool_down_ms", std::chrono::ceil<std::chrono::milliseconds>(news.rests).count()},
                    {"request_id", x.head.request_id}});
}

policy::fleet_view fleet_of(exchange& x) {
  return {.standing_of = [&x](const candidate& one) { return x.of->health.of(one.target.deployment()); },
          .turned = [&x](const candidate& one, const policy::breaker_news& news) { log_turn(x, one, news); },
          .queued = [&x](const candidate& one, duration waited) {
            x.with.metrics.queued(one.target.deployment().name, std::chrono::duration<double>(waited).count());
          }};
}

/// A call that refers to a response goes to the provider that holds it. One that nobody here has seen goes where only one provider could.
maybe_failure not_the_holder(const exchange& x, const config::deployment& to) {
  const auto& id = x.asked.previous_response;
  if (id.empty()) return std::nullopt;
  const auto holder = x.with.sessions.origins_of_turns().of(x.known.team, id);
  if (holder && *holder == to.at->name) return std::nullopt;
  const auto& all = x.route.candidates();
  const bool only_one = std::all_of(all.begin(), all.end(), [&](const candidate& one) { return one.target.deployment().at == to.at; });
  if (!holder && only_one) return std::nullopt;
  const std::string why = holder ? "is held by a provider that cannot be asked now" : "is not known to this gateway";
  return fail_with(failure_kind::not_supported, "The response named by 'previous_response_id' " + why + ". Send the whole conversation as input instead.",
                   "previous_response_id");
}

/// None of the plan can count: what we reckon with is better than nothing.
bool must_be_estimated(const exchange& x) {
  if (x.asked.asks != operation::count_tokens) return false;
  const auto& all = x.route.candidates();
  return std::none_of(all.begin(), all.end(), [&](const candidate& one) {
    return dialect_of(one.target.deployment().at->spoken_for(x.asked.dialect)).serves(x.asked.asks);
  });
}

void answer_with_estimate(exchange& x) {
  x.reply.body = R"({"input_tokens":)" + std::to_string(x.asked.prompt_tokens_estimate) + "}";
  x.reply.start.status = 200;
  add_warnings(x.reply.start.headers, {{.how = severity::info, .field = "input_tokens", .reason = "an estimate of four bytes a token"}});
}

void forget_call(exchange& x) {
  std::string().swap(x.asked.body);
  x.head.headers = {};
  x.room.body.end();
}

void note_origins(exchange& x) {
  const auto* last = x.last_attempt();
  if (!last) return;
  for (const auto& one : last->brought) x.with.sessions.origins_of_turns().note(x.known.team, one, last->to->at->name);
}

}  // namespace

task<void> relay_call(exchange& x, reply_sink& sink) {
  if (must_be_estimated(x)) {
    answer_with_estimate(x);
    co_return;
  }
  relay loop({.asked = x.asked,
              .route = x.route,
              .attempts = x.attempts,
              .client_headers = x.head.headers,
              .request_id = x.head.request_id,
              .timeouts = x.model->timeouts,
              .limits = {.sends_max = x.of->settings->attempts_max, .deadline = x.deadline, .streamed = x.asked.stream, .duplicate_ok = x.model->duplicate_ok},
              .hedge = x.model->hedge,
              .afford_hedge = [&x](const candidate& first, const candidate& second) {
                return afford_hedge(x, first.target.deployment(), second.target.deployment());
              },
              .resume = x.model->resume,
              .call_may_go = [&x] { forget_call(x); },
              .fleet = fleet_of(x),
              .afford = [&x](const candidate& next, bool overflows) { return afford(x, next.target.deployment(), overflows); },
              .judged_as = judgement_of(x.known),
              .dice = std::cref(x.with.dice),
              .post = std::cref(x.with.post),
              .maker_of = [&x](std::string_view state) { return x.with.sessions.origins_of_turns().of(x.known.team, state); },
              .stands_in_the_way = [&x](const config::deployment& to) { return not_the_holder(x, to); },
              .attempt_ended = [&x](attempt& ended) { record_attempt(x, ended); },
              .machines = x.of->machines},
             x.with.transport, sink, x.with.time);
  co_await loop.run(x.reply);
  if (!x.reply.why) note_origins(x);
  if (!x.reply.why) co_return;
  x.why = sink.is_open() ? *x.reply.why : why_none_could(x.route, x.known, *x.reply.why);
  if (x.why->kind == failure_kind::no_eligible_deployment) x.denied_by = policy_in_the_way(x.route);
}

}  // namespace sallyport::stages

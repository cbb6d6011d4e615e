#include "proxy/stages/settle.hpp"

#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/stages/admit.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/outcome.hpp"
#include "proxy/stages/price_attempt.hpp"
#include "proxy/stages/record_attempt.hpp"

#include <algorithm>

namespace sallyport::stages {
namespace {

using std::chrono::milliseconds;

milliseconds between(instant from, instant to) { return std::chrono::duration_cast<milliseconds>(to - from); }
double seconds_between(instant from, instant to) { return std::chrono::duration<double>(to - from).count(); }

std::string_view name_of(attempt_outcome outcome) {
  switch (outcome) {
    case attempt_outcome::answered: return "answered";
    case attempt_outcome::failed: return "failed";
    case attempt_outcome::broken: return "broken";
    case attempt_outcome::abandoned: return "abandoned";
    default: return "pending";
  }
}

std::string_view reason_of(const attempt& ended) { return ended.why ? ended.why->name() : std::string_view(); }

void count_attempts(exchange& x) {
  for (const auto& ended : x.attempts) {
    x.with.metrics.record(observe::attempt_record{.to = *ended.to,
                                                  .outcome = name_of(ended.outcome),
                                                  .reason = reason_of(ended),
                                                  .team = x.known.team,
                                                  .model = x.known.model,
                                                  .tokens = ended.tokens,
                                                  .cost = ended.cost,
                                                  .basis = ended.basis,
                                                  .asks = x.known.asks});
  }
  bool mid_stream = false;
  if (x.attempts.empty()) return;
  for (auto before = x.attempts.begin(), next = std::next(before); next != x.attempts.end(); before = next++) {
    mid_stream = mid_stream || before->outcome == attempt_outcome::broken;
    const bool saw_head = before->head_at && before->status < 300;
    if (before->why && before->why->kind == failure_kind::outrun) continue;
    const bool helped = next->outcome == attempt_outcome::answered;
    x.with.metrics.failover(x.known.model, mid_stream ? "mid_stream" : saw_head ? "before_first_token" : "before_headers", helped ? "ok" : "failed");
  }
}

/// When the client had the first of what it kept.
std::optional<instant> first_content(const attempt_list& attempts) {
  for (const auto& one : attempts)
    if (one.outcome != attempt_outcome::failed && one.first_token_at) return one.first_token_at;
  return std::nullopt;
}

bool has_failed_attempt(const exchange& x) {
  return std::any_of(x.attempts.begin(), x.attempts.end(), [](const attempt& one) {
    return one.outcome == attempt_outcome::failed || one.outcome == attempt_outcome::broken;
  });
}

/// One that had two sends at once: the one that was outrun says who was first.
void count_hedge(exchange& x) {
  const auto outrun = std::find_if(x.attempts.begin(), x.attempts.end(), [](const attempt& one) { return one.why && one.why->kind == failure_kind::outrun; });
  if (outrun == x.attempts.end()) return;
  const bool by_the_second = std::any_of(x.attempts.begin(), x.attempts.end(), [&](const attempt& one) {
    return one.number == outrun->number + 1 && one.sent_at < outrun->ended_at;
  });
  x.with.metrics.hedged(x.known.model, by_the_second ? "won" : "lost");
}

void count_request(exchange& x, instant now) {
  observe::request_record record;
  record.team = x.known.team;
  record.model = x.known.model;
  record.outcome = outcome_of(x.why);
  record.total_s = seconds_between(x.head.began, now);
  record.asks = x.where.asks;
  record.rescued = !x.why && has_failed_attempt(x);
  if (const auto* last = x.last_attempt()) {
    record.cls = last->to->at->runs_as;
    record.provider_kind = last->to->at->kind;
    if (const auto first = first_content(x.attempts); x.known.stream && first) {
      record.ttft_s = seconds_between(x.head.began, *first);
      const auto further = last->tokens.completion_total() - 1;
      if (further > 0 && last->first_token_at) record.per_output_token_s = seconds_between(*last->first_token_at, last->ended_at) / static_cast<double>(further);
    }
    x.with.metrics.overhead("before_send", seconds_between(x.began, x.attempts.front().sent_at));
    x.with.metrics.overhead("after_last_byte", seconds_between(last->ended_at, now));
  } else if (x.why) {
    x.with.metrics.refused(x.known.team, x.why->name());
  }
  x.with.metrics.record(record);
}

/// What security wants to know, and nothing of the content: counted, and told in a line of its own.
void count_privacy_refusal(exchange& x) {
  if (x.denied_by.empty()) return;
  x.with.metrics.privacy_refused(name_of(x.known.sensitivity), x.denied_by);
  x.with.log.write(observe::level::warn, "kept in the house",
                   {{"request_id", x.head.request_id},
                    {"team", x.known.team},
                    {"key_id", x.known.key},
                    {"model", x.known.model},
                    {"data_class", name_of(x.known.sensitivity)},
                    {"raised_by", x.known.raised_by},
                    {"rule", x.denied_by},
                    {"generation", x.of->number},
                    {"reason", x.why ? x.why->name() : std::string_view()}});
}

void log_failed_attempts(exchange& x) {
  for (const auto& ended : x.attempts) {
    if (!ended.why || ended.why->kind == failure_kind::client_gone) continue;
    x.with.log.write(observe::level::warn, "attempt failed",
                     {{"request_id", x.head.request_id},
                      {"model", x.known.model},
                      {"deployment", ended.to->name},
                      {"provider", ended.to->at->name},
                      {"attempt", ended.number},
                      {"reason", ended.why->name()},
                      {"http.response.status_code", ended.status},
                      {"duration_ms", between(ended.sent_at, ended.ended_at).count()},
                      {"detail", ended.why->detail}});
  }
}

void log_budget_warnings(exchange& x) {
  for (const int percent : x.held.warnings()) {
    const auto books = x.held.books();
    x.with.log.write(observe::level::warn, "budget passed a share of its limit",
                     {{"team", x.known.team},
                      {"percent", percent},
                      {"spent_usd", observe::usd{books.spent}},
                      {"limit_usd", observe::usd{x.who.team->money->limit}}});
  }
}

/// house/qwen: it rests for 3.2 s more; ...
std::string left_aside(const plan& route) {
  std::string all;
  for (const auto& one : route.left_aside())
    all += (all.empty() ? "" : "; ") + route.candidates()[one.place].target.deployment().name + ": " + one.reason;
  return all;
}

void log_request(exchange& x, instant now) {
  const bool ours = x.why && x.why->whose() != fault::client;
  const auto level = ours ? observe::level::warn : observe::level::info;
  if (!x.with.log.is_on(level)) return;
  std::vector<observe::field> fields{{"request_id", x.head.request_id}, {"team", x.known.team},       {"key_id", x.known.key},
                                     {"model", x.known.model},          {"data_class", name_of(x.known.sensitivity)}, {"outcome", outcome_of(x.why)}, {"attempt", x.attempts.size()},
                                     {"duration_ms", between(x.head.began, now).count()}};
  if (const auto* last = x.last_attempt()) {
    fields.push_back({"deployment", last->to->name});
    fields.push_back({"provider", last->to->at->name});
    fields.push_back({"tokens", last->tokens.prompt_total() + last->tokens.completion_total()});
    if (const auto first = first_content(x.attempts)) fields.push_back({"ttft_ms", between(x.head.began, *first).count()});
    if (last->cost) fields.push_back({"cost_usd", observe::usd{*last->cost}});
  }
  const std::string aside = left_aside(x.route);
  if (!aside.empty()) fields.push_back({"passed_over", aside});
  if (x.why) {
    fields.push_back({"reason", x.why->name()});
    fields.push_back({"detail", x.why->detail});
  }
  x.with.log.write(level, "request", std::span<const observe::field>(fields));
}

}  // namespace

void settle(exchange& x) {
  record_last_attempt(x);
  for (const auto& ended : x.attempts) learn_cost(ended, x.of->machines);
  settle_leases(x);
  const instant now = x.with.time.now();
  count_attempts(x);
  count_hedge(x);
  count_request(x, now);
  count_privacy_refusal(x);
  log_failed_attempts(x);
  log_request(x, now);
  log_budget_warnings(x);
}

void record_refusal(worker_parts& with, const generation&, const request_head& head, const failure& why) {
  with.metrics.refused({}, why.name());
  // Whoever guesses keys, or opens connections without end, must not fill the log: beyond the limit they are counted.
  const bool is_connection = why.kind == failure_kind::too_many_connections || (why.kind == failure_kind::overloaded && head.method.empty());
  const bool may_be_many = is_connection || why.kind == failure_kind::too_many_wrong_keys;
  const auto level = may_be_many ? observe::level::debug : observe::level::info;
  with.log.write(level, "refused",
                 {{"request_id", head.request_id}, {"reason", why.name()}, {"detail", why.detail}, {"client", head.client}});
}

}  // namespace sallyport::stages

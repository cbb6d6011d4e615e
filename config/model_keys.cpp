#include "config/model_keys.hpp"

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

section<timeouts> timeout_keys() {
  using t = timeouts;
  return {
      value_key("connect", &t::connect, duration(1ms, 5min), "3s", "To a connection with the provider, TLS included."),
      value_key("first_token", &t::first_token, duration(1ms, 1h), "30s", "Streams: from the send to the first content."),
      value_key("idle", &t::idle, duration(1ms, 1h), "1m", "Streams: between two events with content; comments do not count."),
      value_key("attempt", &t::attempt, duration(1ms, 24h), "5m", "Unstreamed requests: one whole send."),
      value_key("total", &t::total, duration(1ms, 24h), "10m", "The whole request, all attempts."),
  };
}

section<hedge_draft> hedge_keys() {
  using h = hedge_draft;
  return {required(value_key("after", &h::after, duration(1ms, 1h), "", "How long after the first send, if no content has come."),
                   "is missing; write when the second send goes out, as in after: 2s"),
          required(value_key("max_cost", &h::max_cost, money(), "",
                             "What the second send may be expected to cost, in USD; a dearer deployment, or one without a price, is not sent to."),
                   "is missing; write what a second send may cost, as in max_cost: 0.01")};
}

}  // namespace

section<model_draft> model_keys() {
  using d = model_draft;
  return {try_key(&d::try_in_order,
                  "What serves the model, in the order in which it is tried; at most 32, none twice. A strategy chooses for each call: "
                  "`{split: {qwen: 90, mini: 10}}`, `{cheapest: [...]}`, `{fastest: [...]}`, `{least_busy: [...]}`; they nest.",
                  "is missing; list what serves the model, as in try: [openai/gpt-4o-mini]"),
          affinity_key(&d::affinity),
          section_key("timeouts", &d::timeouts, timeout_keys(), "How long each step may take."),
          section_key("fallbacks", &d::fallbacks, fallback_keys(), "Who is asked instead when a request is refused for what it is."),
          section_key("hedge", &d::hedge, hedge_keys(),
                      "A stream whose first content does not come goes to the next deployment too; the first of both to begin answers, the other is ended. "
                      "Default: never."),
          value_key("overflow_max_cost", &d::overflow_max_cost, money(), "",
                    "What a call may be expected to cost at a deployment that it comes to only because one before has no place; a dearer one, or one "
                    "without a price, is left out for it. Default: no limit."),
          value_key("duplicate_ok", &d::duplicate_ok, yes_or_no(), "false",
                    "Whether a request that failed may be sent to the same deployment once more, although it may have arrived there."),
          value_key("resume", &d::resume, yes_or_no(), "false",
                    "Whether a stream that breaks after content may be continued by another deployment of the list, in the way its "
                    "`continuation` says. Plain text only; the client sees one stream.")};
}

std::shared_ptr<const model> made_model(const named<model_draft>& from, deployment_names& deployments) {
  model made;
  made.name = from.name;
  made.timeouts = from.value.timeouts;
  made.fallbacks = resolved_fallbacks(from.value.fallbacks, deployments);
  made.overflow_max_cost = from.value.overflow_max_cost;
  if (from.value.hedge.after && from.value.hedge.max_cost) made.hedge = hedging{*from.value.hedge.after, *from.value.hedge.max_cost};
  made.resume = from.value.resume;
  made.duplicate_ok = from.value.duplicate_ok;
  auto tried = resolved_try(from.at.below("try"), from.value.try_in_order, deployments);
  made.try_in_order = std::move(tried.all);
  made.strategy = std::move(tried.strategy);
  made.affinity = read_affinity(from.at.below("affinity"), from.value.affinity, made.strategy);
  return std::make_shared<const model>(std::move(made));
}

}  // namespace sallyport::config

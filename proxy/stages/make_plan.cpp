#include "proxy/stages/make_plan.hpp"

#include "adapters/prompt_head.hpp"
#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/policy/rules.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/find_model.hpp"
#include "proxy/stages/price_attempt.hpp"
#include "proxy/words/keyed_hash.hpp"

#include <algorithm>
#include <functional>

namespace sallyport::stages {
namespace {

const exclusion* first_by_policy(const plan& route) {
  const auto& excluded = route.excluded();
  const auto found = std::find_if(excluded.begin(), excluded.end(), [](const exclusion& one) { return !one.policy.empty() && !one.only_for; });
  return found == excluded.end() ? nullptr : &*found;
}

std::string requirement_of(const config::settings& in, const std::string& policy) {
  const auto found = std::find_if(in.policies.begin(), in.policies.end(), [&](const config::policy& one) { return one.name == policy; });
  return found == in.policies.end() ? std::string() : found->require.text();
}

/// Nobody else learns it. Of the same team and session, or of prompts that begin alike, it is the same.
std::optional<policy::affine_key> affine_key_of(const exchange& x, config::affinity by) {
  const auto& key = x.with.sessions.affinity_key();
  if (by == config::affinity::session && !x.session.empty())
    return policy::affine_key{keyed_hash(key, x.known.team + '\0' + x.session), config::affinity::session};
  const auto head = prompt_head(x.asked);
  if (head.empty()) return std::nullopt;
  return policy::affine_key{keyed_hash(key, head), config::affinity::prompt};
}

/// The exchange outlives the plan that is made by it.
policy::balancing_facts balancing_of(const exchange& x) {
  return {.dice = std::cref(x.with.dice),
          .cost_of =
              [&x](const config::deployment& to) {
                const auto output = x.known.max_tokens.value_or(x.of->settings->reserve_output_tokens);
                return expected_cost(to, x.of->machines, x.known.prompt_tokens, output, x.with.time.wall());
              },
          .load_of = [&x](const config::deployment& to) { return x.of->health.of(to).load; },
          .now = x.with.time.now(),
          .key_of = [&x](config::affinity by) { return affine_key_of(x, by); }};
}

}  // namespace

plan route_of(const config::settings& in, const config::model& asked, const config::team* team, facts& known, wall_time now,
              const policy::balancing_facts& by) {
  const auto* rule = team && !team->rules.empty() ? policy::rule_for(*team, policy::condition_facts_of(known, team->zone, now)) : nullptr;
  if (rule) known.raise(rule->floor, "floor of rule " + rule->name);
  const policy::clearance gate(in.policies, known, now);
  const auto cleared = [&](const std::vector<std::shared_ptr<const config::deployment>>& list) {
    auto eligible = gate.clear(list);
    if (team && team->money && team->money->refuse_unknown_price) policy::leave_out_unpriced(*team, eligible);
    return eligible;
  };
  auto made = rule ? policy::make_plan_by_rule(*team, *rule, cleared(rule->try_in_order), by) : policy::make_plan(asked, cleared(asked.try_in_order), by);
  const auto& fallbacks = rule ? rule->fallbacks : asked.fallbacks;
  if (!fallbacks.context_length.empty()) made = policy::with_fallbacks(made, failure_kind::context_length, cleared(fallbacks.context_length));
  if (!fallbacks.content_filter.empty()) made = policy::with_fallbacks(made, failure_kind::content_filter, cleared(fallbacks.content_filter));
  return made;
}

failure why_no_plan(const config::settings& in, const config::model& asked, const facts& known, const plan& route) {
  const auto* by = first_by_policy(route);
  if (!by) return fail(failure_kind::no_eligible_deployment);
  const bool whatever_its_class = std::all_of(route.excluded().begin(), route.excluded().end(), [](const exclusion& one) { return one.only_for || one.whatever_its_class; });
  const std::string what = whatever_its_class ? "a request of your team" : "a request of data class " + std::string(name_of(known.sensitivity));
  return fail_with(whatever_its_class ? failure_kind::policy_forbids : failure_kind::no_eligible_deployment,
                   "No deployment of model '" + asked.name + "' may serve " + what + ": policy '" + by->policy + "' requires " +
                       requirement_of(in, by->policy) + ". Ask for a model that has such a deployment.");
}

failure why_none_could(const plan& route, const facts& known, const failure& last) {
  const auto* by = first_by_policy(route);
  const bool all_failed = last.may_try_elsewhere() || last.kind == failure_kind::none_available;
  if (!by || !all_failed) return last;
  auto why = fail_with(failure_kind::no_eligible_deployment,
                       "The deployments that policy '" + by->policy + "' leaves to a request of data class " + std::string(name_of(known.sensitivity)) +
                           " could not serve it (" + std::string(last.name()) + "). Try again later.");
  why.detail = last.detail;
  why.retry_after = last.retry_after;
  return why;
}

std::string_view policy_in_the_way(const plan& route) {
  const auto* by = first_by_policy(route);
  return by ? std::string_view(by->policy) : std::string_view();
}

result<void> make_plan(exchange& x) {
  if (const auto* books = x.of->books.of(x.who.team.get())) x.known.budget_left = budget_left(*books->account, *x.who.team, x.with.time.wall());
  auto found = find_model(*x.of->settings, x.who, x.asked.model);
  if (found.has_error()) return std::move(found).error();
  x.model = std::move(*found);
  const auto& settings = *x.of->settings;
  const auto now = x.with.time.wall();
  x.route = route_of(settings, *x.model, x.who.team.get(), x.known, now, balancing_of(x));
  x.with.sessions.raise(x.known.team, x.session, x.known.sensitivity, now, settings.privacy.session_memory);
  if (!x.route.current()) x.denied_by = policy_in_the_way(x.route);
  if (!x.route.current()) return why_no_plan(settings, *x.model, x.known, x.route);
  x.deadline = x.began + x.model->timeouts.total;
  return {};
}

}  // namespace sallyport::stages

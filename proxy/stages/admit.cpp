#include "proxy/stages/admit.hpp"

#include "proxy/ledger/journal.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/price_attempt.hpp"

#include <algorithm>
#include <numeric>

namespace sallyport::stages {
namespace {

both_clocks clocks_of(const exchange& x) { return {x.with.time.now(), x.with.time.wall()}; }

std::int64_t output_reckoned(const exchange& x, const account_book::entry& books) {
  if (!writes_tokens(x.known.asks)) return 0;
  const auto one_answer = books.forecast(x.known.model).reserve(x.known.max_tokens, x.of->settings->reserve_output_tokens);
  return one_answer * std::max(x.asked.choices, 1);
}

void count_shadow(exchange& x, std::size_t already) {
  const auto& kinds = x.held.in_shadow();
  for (auto i = already; i < kinds.size(); ++i) x.with.metrics.refused_in_shadow(x.known.team, traits(kinds[i]).name);
}

/// Whether the call may cost money: any deployment of its plan may come to serve it, and its budget's route_to.
bool may_be_billed(const exchange& x) {
  const auto has_price = [](const candidate& one) { return one.target.deployment().price.has_value(); };
  const auto& all = x.route.candidates();
  if (std::any_of(all.begin(), all.end(), has_price)) return true;
  const auto* team = x.who.team.get();
  return team && team->money && team->money->route_to && team->money->route_to->price;
}

/// Without an unknown price, nothing: what cannot be reckoned is not reserved.
nano_usd money_for(const exchange& x, const config::deployment& to) {
  if (x.known.asks == operation::count_tokens) return 0;
  return expected_cost(to, x.of->machines, x.known.prompt_tokens, x.output_reckoned, x.with.time.wall()).value_or(0);
}

/// By the attempts that have ended.
nano_usd spent_so_far(const exchange& x) {
  return std::accumulate(x.attempts.begin(), x.attempts.end(), nano_usd{0}, [](nano_usd sum, const attempt& one) { return sum + one.cost.value_or(0); });
}

/// Whether there is a budget or not; nothing: its price is unknown.
std::optional<nano_usd> reckoned_cost(const exchange& x, const config::deployment& to) {
  const auto output = x.known.max_tokens.value_or(x.of->settings->reserve_output_tokens);
  return expected_cost(to, x.of->machines, x.known.prompt_tokens, output, x.with.time.wall());
}

bool within_overflow_cost(const exchange& x, const config::deployment& to) {
  const auto& most = x.model->overflow_max_cost;
  if (!most) return true;
  const auto cost = reckoned_cost(x, to);
  return cost && *cost <= *most;
}

/// The plan becomes the budget's route_to, where it has one and policy lets the call go there.
bool turns_to_route_at_limit(exchange& x, const failure& why) {
  if (why.kind != failure_kind::budget_exhausted || !x.who.team->money->route_to) return false;
  auto at_limit = policy::make_plan_at_limit(*x.who.team, policy::clearance(x.of->settings->policies, x.known, x.with.time.wall())
                                                                   .clear({&x.who.team->money->route_to, 1}));
  if (!at_limit.current()) return false;
  x.route = std::move(at_limit);
  x.beyond_budget = true;
  return true;
}

}  // namespace

result<void> admit(exchange& x) {
  if (may_be_billed(x)) {
    x.row_room = x.with.journal.promise(x.of->settings->attempts_max);
    if (!x.row_room) return fail(failure_kind::journal_full);
  }
  const auto* books = x.of->books.of(x.who.team.get());
  if (!books) return {};
  x.output_reckoned = output_reckoned(x, *books);
  const lease_wish wish{.tokens = x.known.prompt_tokens + x.output_reckoned, .money = money_for(x, x.route.current()->target.deployment())};
  auto taken = team_leases::take(books->account, x.who.team, wish, clocks_of(x));
  if (taken.has_error() && turns_to_route_at_limit(x, taken.error()))
    taken = team_leases::take(books->account, x.who.team, {.tokens = wish.tokens, .money = 0}, clocks_of(x));
  if (taken.has_error()) return std::move(taken).error();
  x.held = std::move(*taken);
  x.known.budget_quarter = x.held.quarter();
  count_shadow(x, 0);
  return {};
}

result<void> afford(exchange& x, const config::deployment& to, bool overflows) {
  if (overflows && !within_overflow_cost(x, to)) return fail(failure_kind::deployments_full, to.name + " is dearer than overflow_max_cost");
  const auto amount = spent_so_far(x) + money_for(x, to);
  if (x.beyond_budget) {
    x.held.reserve_money_anyway(amount);
    return {};
  }
  const auto already = x.held.in_shadow().size();
  auto reserved = x.held.reserve_money(amount, clocks_of(x));
  count_shadow(x, already);
  return reserved;
}

bool afford_hedge(exchange& x, const config::deployment& first, const config::deployment& second) {
  if (!x.model->hedge) return false;
  const auto cost = reckoned_cost(x, second);
  if (!cost || *cost > x.model->hedge->max_cost || x.beyond_budget) return false;
  const auto amount = spent_so_far(x) + money_for(x, first) + money_for(x, second);
  const auto already = x.held.in_shadow().size();
  const bool reserved = x.held.reserve_money(amount, clocks_of(x)).has_value();
  count_shadow(x, already);
  return reserved;
}

void settle_leases(exchange& x) {
  lease_wish used;
  for (const auto& ended : x.attempts) {
    used.tokens += ended.tokens.prompt_total() + ended.tokens.completion_total();
    used.money += ended.cost.value_or(0);
  }
  x.held.settle(used, x.with.time.now());
  const auto* last = x.last_attempt();
  const auto* books = x.of->books.of(x.who.team.get());
  // Only whole answers teach: what a client or a failure cut short is no measure of the next one.
  if (books && last && last->outcome == attempt_outcome::answered && writes_tokens(x.known.asks))
    books->forecast(x.known.model).learn(last->tokens.completion_total() / std::max(x.asked.choices, 1));
}

}  // namespace sallyport::stages

#include "proxy/stages/team_leases.hpp"

#include "proxy/ledger/quarter_hour.hpp"
#include "proxy/observe/usd_text.hpp"
#include "proxy/policy/budget_period.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sallyport::stages {
namespace {

using std::chrono::milliseconds;

/// When a slot becomes free nobody knows; a call ends in seconds rather than in minutes.
constexpr milliseconds concurrency_wait{1'000};

/// 1.234 s, rounded up.
std::string seconds_text(milliseconds wait) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03d s", static_cast<long long>(wait.count() / 1'000), static_cast<int>(wait.count() % 1'000));
  return text;
}

failure limited(failure_kind kind, const config::rate& limit, std::string_view of, const policy::rate_refusal& refusal) {
  if (refusal.never)
    return fail_with(failure_kind::call_above_limit,
                     "This request alone reckons with more " + std::string(of) + " than your team's limit of " + limit.text +
                         " ever lets through. Send a shorter one, or one with a smaller max_tokens.");
  auto why = fail(kind, std::string(of) + " " + limit.text);
  why.retry_after = std::chrono::ceil<milliseconds>(refusal.wait);
  why.sentence = "Your team's limit of " + limit.text + " " + std::string(of) + " is reached. Try again in " +
                 seconds_text(*why.retry_after) + ".";
  return why;
}

std::string utc_text(std::chrono::sys_seconds at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

/// A team without a budget has a day of UTC: what it spends there is known to the budget that a reload gives it.
ledger::budget_window& window_at(team_account& account, const config::team& team, wall_time wall) {
  const auto span = team.money ? policy::period_at(team.money->per, team.money->zone, wall)
                               : policy::period_at(config::budget_period::day, config::time_zone(), wall);
  return account.money.window({span.begins.time_since_epoch().count(), span.ends.time_since_epoch().count()});
}

}  // namespace

result<team_leases> team_leases::take(std::shared_ptr<team_account> account, std::shared_ptr<const config::team> team, lease_wish wish,
                                      both_clocks at) {
  team_leases made;
  made.account_ = std::move(account);
  made.team_ = std::move(team);
  made.taken_at_ = at.now;
  made.quarter_ = ledger::quarter_hour_of(at.wall);
  if (auto taken = made.take_call(); taken.has_error()) return std::move(taken).error();
  if (auto taken = made.take_requests(at.now); taken.has_error()) return std::move(taken).error();
  if (auto taken = made.take_tokens(wish.tokens, at.now); taken.has_error()) return std::move(taken).error();
  made.window_ = &window_at(*made.account_, *made.team_, at.wall);
  if (auto taken = made.reserve_money(wish.money, at); taken.has_error()) return std::move(taken).error();
  return made;
}

/// In shadow a breach is noted and the call passes.
result<void> team_leases::may_pass(bool shadow, failure why) {
  if (!shadow) return why;
  in_shadow_.push_back(why.kind);
  return {};
}

result<void> team_leases::take_call() {
  const int limit = team_->limits.concurrency;
  if (limit > 0 && !account_->calls.take(limit)) {
    auto why = fail_with(failure_kind::concurrency_limited, "Your team's limit of " + std::to_string(limit) +
                                                                " requests at once is reached. Try again when one has ended.");
    why.retry_after = concurrency_wait;
    if (auto passed = may_pass(team_->limits.shadow, std::move(why)); passed.has_error()) return passed;
  }
  // Without a limit, and in shadow beyond it, the call counts too: a limit that a reload brings finds the truth.
  if (limit == 0 || !in_shadow_.empty()) account_->calls.take_anyway();
  holds_call_ = true;
  return {};
}

result<void> team_leases::take_requests(instant now) {
  const auto& limit = team_->limits.requests;
  if (!limit) return {};
  auto taken = account_->requests.take(1, *limit, now);
  if (taken) {
    request_ = *taken;
    return {};
  }
  auto passed = may_pass(team_->limits.shadow, limited(failure_kind::requests_limited, *limit, "requests", taken.error()));
  if (passed) request_ = account_->requests.take_anyway(1, *limit, now);
  return passed;
}

result<void> team_leases::take_tokens(std::int64_t tokens, instant now) {
  const auto& limit = team_->limits.tokens;
  if (!limit) return {};
  auto taken = account_->tokens.take(tokens, *limit, now);
  if (taken) {
    tokens_ = *taken;
    return {};
  }
  auto passed = may_pass(team_->limits.shadow, limited(failure_kind::tokens_limited, *limit, "tokens", taken.error()));
  if (passed) tokens_ = account_->tokens.take_anyway(tokens, *limit, now);
  return passed;
}

result<void> team_leases::reserve_money(nano_usd amount, both_clocks at) {
  if (!has_budget() || amount <= reserved_) return {};
  const auto& budget = *team_->money;
  if (window_->reserve(amount - reserved_, budget.limit)) {
    reserved_ = amount;
    return {};
  }
  auto passed = may_pass(budget.shadow, exhausted(amount - reserved_, at));
  if (passed) reserve_money_anyway(amount);
  return passed;
}

void team_leases::reserve_money_anyway(nano_usd amount) {
  if (!has_budget() || amount <= reserved_) return;
  window_->reserve_anyway(amount - reserved_);
  reserved_ = amount;
}

failure team_leases::exhausted(nano_usd amount, both_clocks at) const {
  const auto& budget = *team_->money;
  const auto books = window_->books();
  const auto text = [](nano_usd money) { return observe::usd_text(money); };
  const auto ends = policy::period_at(budget.per, budget.zone, at.wall).ends;
  auto why = fail_with(failure_kind::budget_exhausted,
                       "Your team's budget has no room for this request: " + text(books.spent) + " USD spent and " + text(books.reserved) +
                           " reserved by requests under way, of " + text(budget.limit) + "; this one reckons with " + text(amount) +
                           ". A new window begins at " + utc_text(ends) + ".");
  why.figures = {{"spent_usd", text(books.spent)}, {"reserved_usd", text(books.reserved)}, {"limit_usd", text(budget.limit)}};
  return why;
}

void team_leases::settle(lease_wish used, instant now) {
  if (settled_ || !account_) return;
  settled_ = true;
  if (tokens_) account_->tokens.correct(*tokens_, used.tokens, *team_->limits.tokens, now);
  if (!window_) return;
  const auto before = window_->settle(std::exchange(reserved_, 0), used.money, quarter_);
  if (has_budget()) note_warnings(before, before + used.money);
}

void team_leases::note_warnings(nano_usd before, nano_usd after) {
  const auto limit = team_->money->limit;
  for (const int percent : team_->money->warn_at) {
    const auto threshold = limit / 100 * percent;
    if (before < threshold && after >= threshold) warnings_.push_back(percent);
  }
}

void team_leases::give_back() {
  if (!account_) return;
  if (!settled_) {
    if (request_) account_->requests.give_back(*request_, *team_->limits.requests, taken_at_);
    if (tokens_) account_->tokens.give_back(*tokens_, *team_->limits.tokens, taken_at_);
    if (window_) window_->settle(reserved_, 0, quarter_);
  }
  if (holds_call_) account_->calls.give_back();
  account_.reset();
}

void team_leases::swap(team_leases& other) noexcept {
  std::swap(account_, other.account_);
  std::swap(team_, other.team_);
  std::swap(taken_at_, other.taken_at_);
  std::swap(holds_call_, other.holds_call_);
  std::swap(request_, other.request_);
  std::swap(tokens_, other.tokens_);
  std::swap(window_, other.window_);
  std::swap(quarter_, other.quarter_);
  std::swap(reserved_, other.reserved_);
  std::swap(settled_, other.settled_);
  std::swap(warnings_, other.warnings_);
  std::swap(in_shadow_, other.in_shadow_);
}

std::optional<ledger::money_books> budget_books(team_account& account, const config::team& team, wall_time wall) {
  if (!team.money) return std::nullopt;
  return window_at(account, team, wall).books();
}

std::optional<nano_usd> budget_left(team_account& account, const config::team& team, wall_time wall) {
  const auto books = budget_books(account, team, wall);
  if (!books) return std::nullopt;
  return std::max<nano_usd>(team.money->limit - books->spent - books->reserved, 0);
}

}  // namespace sallyport::stages

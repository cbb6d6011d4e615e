#pragma once
/// What one call holds of its team's limits and budget. All of it is taken together or none; what was taken by estimate is settled to the
/// truth; and its end gives the rest back, whatever became of the call.

#include "adapters/words/money.hpp"
#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/stages/team_account.hpp"
#include "proxy/words/clock.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace sallyport::stages {

/// What a call reckons with.
struct lease_wish {
  std::int64_t tokens = 0;   ///< prompt and answer
  nano_usd money = 0;
};

/// Both clocks, read once: rates run by the first, calendars by the second.
struct both_clocks {
  instant now{};
  wall_time wall{};
};

/// Owned by the exchange. One thread.
class team_leases {
 public:
  team_leases() = default;
  /// requests_limited, tokens_limited, concurrency_limited (each with the exact wait, as far as there is one), call_above_limit or
  /// budget_exhausted. In that order: what is most easily given back is taken first, money last. Between the taking of one and the refusal
  /// of another, a second call may find the first one's place taken and be refused for it; it is never let through for it.
  static result<team_leases> take(std::shared_ptr<team_account> account, std::shared_ptr<const config::team> team, lease_wish wish,
                                  both_clocks at);
  ~team_leases() { give_back(); }
  team_leases(team_leases&& other) noexcept { swap(other); }
  team_leases& operator=(team_leases&& other) noexcept {
    swap(other);
    return *this;
  }

  /// Reserves up to `amount` in all, before an attempt that may cost that much. budget_exhausted when there is no room for it.
  result<void> reserve_money(nano_usd amount, both_clocks at);
  /// The same without a limit: what the budget's route_to serves is spent, and counted.
  void reserve_money_anyway(nano_usd amount);

  /// The call has ended and used that much. Later calls do nothing.
  void settle(lease_wish used, instant now);

  /// The percentages of warn_at that this call's settlement passed.
  const std::vector<int>& warnings() const { return warnings_; }
  /// What limits in shadow would have refused.
  const std::vector<failure_kind>& in_shadow() const { return in_shadow_; }
  /// Start of the quarter-hour that admitted the call, under which the ledger keeps its money; seconds since 1970. 0 when nothing is held.
  std::int64_t quarter() const { return quarter_; }
  nano_usd reserved_money() const { return reserved_; }
  /// What was spent and reserved in the budget's window; zero without a budget.
  ledger::money_books books() const { return has_budget() ? window_->books() : ledger::money_books{}; }

 private:
  bool has_budget() const { return window_ && team_->money; }
  result<void> take_call();
  result<void> take_requests(instant now);
  result<void> take_tokens(std::int64_t tokens, instant now);
  result<void> may_pass(bool shadow, failure why);
  failure exhausted(nano_usd amount, both_clocks at) const;
  void note_warnings(nano_usd before, nano_usd after);
  void give_back();
  void swap(team_leases& other) noexcept;

  std::shared_ptr<team_account> account_;
  std::shared_ptr<const config::team> team_;
  instant taken_at_{};
  bool holds_call_ = false;
  std::optional<policy::rate_share> request_;
  std::optional<policy::rate_share> tokens_;
  ledger::budget_window* window_ = nullptr;   ///< the budget's; without one a day of UTC
  std::int64_t quarter_ = 0;
  nano_usd reserved_ = 0;
  bool settled_ = false;
  std::vector<int> warnings_;
  std::vector<failure_kind> in_shadow_;
};

/// What was spent and reserved in the present window of the team's budget; nothing without one.
std::optional<ledger::money_books> budget_books(team_account& account, const config::team& team, wall_time wall);
/// What the team may still spend: nothing without a budget; never below zero.
std::optional<nano_usd> budget_left(team_account& account, const config::team& team, wall_time wall);

}  // namespace sallyport::stages

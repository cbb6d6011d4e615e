#pragma once
/// What a team uses, over all workers: the state behind its limits and its budget. Outlives reloads; what the limits are is an argument.

#include "proxy/ledger/budget_account.hpp"
#include "proxy/policy/output_forecast.hpp"
#include "proxy/policy/rate.hpp"
#include "proxy/policy/slots.hpp"
#include "proxy/words/clock.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace sallyport::stages {

/// Any thread; nothing of it takes a lock on a request's way.
struct team_account {
  policy::rate requests;
  policy::rate tokens;
  policy::slots calls;              ///< under way at once
  ledger::budget_account money;
};

/// Every team's account and every forecast by name, as long as the process lives. A generation looks up what it needs once, when it is built.
class accounts {
 public:
  std::shared_ptr<team_account> of_team(const std::string& team);
  std::shared_ptr<policy::output_forecast> forecast_of(const std::string& team, const std::string& model);
  /// See budget_account::carry().
  void carry_money(wall_time now);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<team_account>> teams_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<policy::output_forecast>> forecasts_;
};

/// One generation's view: the accounts of its teams, and the forecasts of its teams and models. Immutable.
class account_book {
 public:
  account_book() = default;
  account_book(accounts& all, const config::settings& settings);

  struct entry {
    std::shared_ptr<team_account> account;
    std::map<std::string, std::shared_ptr<policy::output_forecast>, std::less<>> forecasts;   ///< by public model
    std::shared_ptr<policy::output_forecast> other;   ///< of models that no configuration names
    policy::output_forecast& forecast(std::string_view model) const;
  };

  /// Null for a team that the generation does not have, and while the gateway is open.
  const entry* of(const config::team* team) const;
  const std::map<std::string, entry>& all() const { return entries_; }

 private:
  std::map<std::string, entry> entries_;
};

}  // namespace sallyport::stages

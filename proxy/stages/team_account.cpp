#include "proxy/stages/team_account.hpp"

namespace sallyport::stages {

std::shared_ptr<team_account> accounts::of_team(const std::string& team) {
  const std::lock_guard held(mutex_);
  auto& found = teams_[team];
  if (!found) found = std::make_shared<team_account>();
  return found;
}

std::shared_ptr<policy::output_forecast> accounts::forecast_of(const std::string& team, const std::string& model) {
  const std::lock_guard held(mutex_);
  auto& found = forecasts_[{team, model}];
  if (!found) found = std::make_shared<policy::output_forecast>();
  return found;
}

void accounts::carry_money(wall_time now) {
  const auto at = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::lock_guard held(mutex_);
  for (const auto& [name, account] : teams_) account->money.carry(at);
}

account_book::account_book(accounts& all, const config::settings& settings) {
  for (const auto& [name, team] : settings.teams) {
    auto& made = entries_[name];
    made.account = all.of_team(name);
    made.other = all.forecast_of(name, {});
    for (const auto& [model, ignored] : settings.models) made.forecasts.emplace(model, all.forecast_of(name, model));
  }
}

policy::output_forecast& account_book::entry::forecast(std::string_view model) const {
  const auto found = forecasts.find(model);
  return found == forecasts.end() ? *other : *found->second;
}

const account_book::entry* account_book::of(const config::team* team) const {
  if (!team) return nullptr;
  const auto found = entries_.find(team->name);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace sallyport::stages

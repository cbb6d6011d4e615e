#include "proxy/recall.hpp"

#include <algorithm>
#include <utility>

namespace sallyport {

bool has_spent_to_recall(const config::settings& of, stages::accounts& accounts) {
  return std::any_of(of.teams.begin(), of.teams.end(), [&](const auto& team) { return !accounts.of_team(team.first)->money.has_begun(); });
}

result<void> recall_spent(ledger::store_reader& from, const config::settings& of, stages::accounts& into, wall_time now) {
  for (const auto& [name, team] : of.teams) {
    auto& money = into.of_team(name)->money;
    if (money.has_begun()) continue;
    auto earlier = from.quarters_of(name, ledger::quarter_hour_of(now - ledger::quarters_kept));
    if (earlier.has_error()) return std::move(earlier).error();
    money.begin_with(std::move(*earlier));
  }
  return {};
}

}  // namespace sallyport

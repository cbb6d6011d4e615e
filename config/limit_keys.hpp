#pragma once
/// A team's `limits` and `budget`.

#include "config/deployment_keys.hpp"
#include "config/key_table.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sallyport::config {

struct budget_draft {
  nano_usd usd = 0;
  std::string per;
  std::optional<time_zone> zone;
  std::vector<located<int>> warn_at;
  std::string at_limit;
  std::optional<located<std::string>> route_to;
  std::string unknown_price;
  bool shadow = false;
};

section<team_limits> limit_keys();
section<budget_draft> budget_keys();

/// `of_team` is the zone of a budget without one of its own.
budget made_budget(const cursor& at, const budget_draft& from, const time_zone& of_team, deployment_names& deployments);

}  // namespace sallyport::config

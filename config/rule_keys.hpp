#pragma once
/// A team's `rules`.

#include "config/deployment_keys.hpp"
#include "config/key_table.hpp"
#include "config/settings.hpp"
#include "config/try_list.hpp"

#include <string>
#include <vector>

namespace sallyport::config {

struct rule_draft {
  std::string name;
  std::string when;
  written_try try_in_order;
  written_fallbacks fallbacks;
  std::string affinity;
  std::optional<data_class> floor;
};

section<rule_draft> rule_keys();

/// The rules of that team, in order; a problem for each that is wrong or that no call can reach. `models`: what the team may ask for.
std::vector<team_rule> made_rules(const std::string& team, const std::vector<std::string>& models,
                                  const std::vector<located<rule_draft>>& from, deployment_names& deployments);

}  // namespace sallyport::config

#pragma once
/// `policies`: what may leave the house.

#include "config/key_table.hpp"
#include "config/settings.hpp"

#include <string>
#include <vector>

namespace sallyport::config {

struct policy_draft {
  std::string name;
  std::string when;
  std::string require;
};

section<policy_draft> policy_keys();

/// The policies in order, the built-in one behind them unless one has its name. `in` has everything else by now. A problem for each that is
/// wrong, and for each whose requirement no deployment meets.
std::vector<policy> made_policies(const std::vector<located<policy_draft>>& from, const settings& in);

}  // namespace sallyport::config

#pragma once
/// The configuration that a drill works on: it needs no credential, so a variable that is not set and would hold one is no problem.

#include "config/load.hpp"

#include <string>
#include <vector>

namespace sallyport::commands {

struct drill_configuration {
  config::loaded read;
  std::vector<std::string> placeholders;  ///< variables that a placeholder stands for
};

/// As read_configuration(); variables that are not set and stand for nothing but credentials (of providers, teams, the admin side) are
/// filled with placeholders.
drill_configuration read_drill_configuration(const std::string& file);

/// The variables that these problems say are not set, where they say it of nothing but credentials. `asked`: variables that were not set.
std::vector<std::string> unset_credentials(const std::vector<std::string>& asked, const std::vector<config::problem>& problems);

}  // namespace sallyport::commands

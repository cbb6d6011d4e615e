#pragma once
/// The names that may become metric labels: those of the configuration. Anything else is counted as `other`.

#include "config/settings.hpp"

#include <set>
#include <string>

namespace sallyport::observe {

struct known_names {
  using set = std::set<std::string, std::less<>>;
  set teams;
  set models;
  set deployments;
  set providers;
  set kinds;   ///< of providers: the presets
};

known_names known_names_of(const config::settings& settings);

}  // namespace sallyport::observe

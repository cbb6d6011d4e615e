#include "proxy/observe/known_names.hpp"

namespace sallyport::observe {

known_names known_names_of(const config::settings& settings) {
  known_names known;
  for (const auto& [name, team] : settings.teams) known.teams.insert(name);
  for (const auto& [name, model] : settings.models) known.models.insert(name);
  for (const auto& [name, deployment] : settings.deployments) known.deployments.insert(name);
  for (const auto& [name, provider] : settings.providers) {
    known.providers.insert(name);
    known.kinds.insert(provider->kind);
  }
  return known;
}

}  // namespace sallyport::observe

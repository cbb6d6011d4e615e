#include "proxy/stages/fleet_health.hpp"

#include "proxy/stages/keyring.hpp"

namespace sallyport::stages {
namespace {

/// Where a provider is, and as whom we come. The key is known by its hash only.
std::string identity_of(const config::provider& at) {
  const auto digest = sha256_of(at.key.reveal());
  return at.base.text + '\n' + std::string(digest.begin(), digest.end());
}

}  // namespace

std::shared_ptr<deployment_health> fleet_health::of_deployment(const std::string& name, const config::provider& at,
                                                               std::string_view model) {
  const auto identity = at.base.text + '\n' + std::string(model);
  const std::lock_guard held(mutex_);
  auto& found = deployments_[name];
  if (!found.health || found.identity != identity) found = {identity, std::make_shared<deployment_health>()};
  return found.health;
}

std::shared_ptr<policy::health> fleet_health::of_credential(const config::provider& at) {
  const auto identity = identity_of(at);
  const std::lock_guard held(mutex_);
  auto& found = credentials_[at.name];
  if (!found.health || found.identity != identity) found = {identity, std::make_shared<policy::health>(policy::credential_limits())};
  return found.health;
}

health_book::health_book(fleet_health& all, const config::settings& settings) {
  for (const auto& [name, one] : settings.deployments)
    deployments_[name] = {all.of_deployment(name, *one->at, one->model), all.of_credential(*one->at), one->max_concurrency};
  for (const auto& [name, one] : settings.providers)
    if (settings.any_provider_model) others_[name] = {all.of_deployment(name + "/*", *one, {}), all.of_credential(*one), 0};
}

policy::standing health_book::of(const config::deployment& one) const {
  if (const auto found = deployments_.find(one.name); found != deployments_.end()) return found->second.standing();
  const auto found = others_.find(one.at->name);
  return found == others_.end() ? policy::standing{} : found->second.standing();
}

std::vector<health_reading> health_book::read(instant now) const {
  std::vector<health_reading> all;
  for (const auto& [name, one] : deployments_)
    all.push_back({name, one.deployment->breaker.state(now), policy::is_closed(one.standing(), now)});
  return all;
}

}  // namespace sallyport::stages

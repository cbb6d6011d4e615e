#include "proxy/stages/fleet_health.hpp"

#include "proxy/stages/keyring.hpp"

namespace sallyport::stages {
namespace {

/// Where a provider is, and as whom we come. The key is known by its hash only.
std::string identity_of(const config::provider& at, const secret& key) {
  const auto digest = sha256_of(key.reveal());
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

std::vector<std::shared_ptr<policy::health>> fleet_health::of_credentials(const config::provider& at) {
  std::map<std::string, std::shared_ptr<policy::health>> present;
  std::vector<std::shared_ptr<policy::health>> in_order;
  const std::lock_guard held(mutex_);
  auto& known = credentials_[at.name];
  for (std::size_t place = 0; place < at.key_count(); ++place) {
    const auto identity = identity_of(at, at.key_at(place));
    const auto found = known.find(identity);
    auto& one = present[identity];
    if (!one) one = found != known.end() ? found->second : std::make_shared<policy::health>(policy::credential_limits());
    in_order.push_back(one);
  }
  known = std::move(present);   // a key that is gone, and comes back, begins anew
  return in_order;
}

health_book::entry health_book::entry_of(fleet_health& all, std::shared_ptr<deployment_health> deployment, const config::provider& at) {
  entry made{.deployment = std::move(deployment), .kept = all.of_credentials(at), .credentials = {}};
  made.provider = at.name;
  for (const auto& one : made.kept) made.credentials.push_back(one.get());
  return made;
}

health_book::health_book(fleet_health& all, const config::settings& settings) {
  for (const auto& [name, one] : settings.deployments) {
    auto& made = deployments_[name] = entry_of(all, all.of_deployment(name, *one->at, one->model), *one->at);
    made.sends_max = one->max_concurrency;
    made.queue_max = one->max_queue;
    made.queue_wait_max = one->queue_timeout;
  }
  for (const auto& [name, one] : settings.providers)
    if (settings.any_provider_model) others_[name] = entry_of(all, all.of_deployment(name + "/*", *one, {}), *one);
}

policy::standing health_book::of(const config::deployment& one) const {
  if (const auto found = deployments_.find(one.name); found != deployments_.end()) return found->second.standing();
  const auto found = others_.find(one.at->name);
  return found == others_.end() ? policy::standing{} : found->second.standing();
}

std::vector<health_reading> health_book::read(instant now) const {
  std::vector<health_reading> all;
  for (const auto& [name, one] : deployments_)
    all.push_back({name, one.deployment->breaker.state(now), one.deployment->load.waiting(), policy::is_closed(one.standing(), now)});
  return all;
}

std::vector<probed_deployment> health_book::at_provider(const std::string& name) const {
  std::vector<probed_deployment> found;
  const auto add = [&](const std::string& deployment, const entry& one) {
    if (one.provider == name) found.push_back({deployment, {one.deployment, &one.deployment->breaker}, {one.deployment, &one.deployment->load}});
  };
  for (const auto& [deployment, one] : deployments_) add(deployment, one);
  for (const auto& [provider, one] : others_) add(provider + "/*", one);
  return found;
}

}  // namespace sallyport::stages

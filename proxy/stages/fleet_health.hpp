#pragma once
/// How every deployment and every provider's credential does, over all workers. Outlives reloads, by name: a deployment that is down is
/// down under the next configuration too, unless that points it elsewhere.

#include "config/settings.hpp"
#include "proxy/policy/send_permits.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::stages {

/// Any thread; nothing of it takes a lock on a request's way.
struct deployment_health {
  policy::health breaker;
  policy::retry_budget retries;
  policy::load load;
};

/// All of them, as long as the process lives. A generation looks up what it needs once, when it is built.
class fleet_health {
 public:
  /// A new one where the name is new, or stands for another model or address than before.
  std::shared_ptr<deployment_health> of_deployment(const std::string& name, const config::provider& at, std::string_view model);
  /// One for each key, in the order of the keys; new ones for what is new, or at another address than before.
  std::vector<std::shared_ptr<policy::health>> of_credentials(const config::provider& at);

 private:
  template <class Health>
  struct entry {
    std::string identity;
    std::shared_ptr<Health> health;
  };

  std::mutex mutex_;
  std::map<std::string, entry<deployment_health>> deployments_;
  std::map<std::string, std::map<std::string, std::shared_ptr<policy::health>>> credentials_;   ///< by provider, and by address and key
};

/// A deployment at this moment, for the metrics.
struct health_reading {
  std::string deployment;
  policy::breaker_state breaker;
  int waiting;   ///< calls in its line
  bool is_up;   ///< it takes sends, and its provider our credential
};

/// A deployment's breaker, for who asks its provider for its health. Lives as long as the fleet.
struct probed_deployment {
  std::string deployment;
  std::shared_ptr<policy::health> breaker;
  std::shared_ptr<policy::load> load;   ///< what its engine says of itself
};

/// One generation's view. Immutable.
class health_book {
 public:
  health_book() = default;
  health_book(fleet_health& all, const config::settings& settings);

  /// Models that no configuration names (an open gateway's PROVIDER/MODEL) share one state a provider: clients cannot make it grow.
  policy::standing of(const config::deployment& one) const;
  /// Those that the configuration names, by name.
  std::vector<health_reading> read(instant now) const;
  /// Those of that provider, and what its models that no configuration names share.
  std::vector<probed_deployment> at_provider(const std::string& name) const;

 private:
  struct entry {
    std::shared_ptr<deployment_health> deployment;
    std::vector<std::shared_ptr<policy::health>> kept;   ///< what `credentials` points to
    std::vector<policy::health*> credentials;
    int sends_max = 0;
    int queue_max = 0;
    duration queue_wait_max{};
    std::string provider = {};
    policy::standing standing() const {
      return {&deployment->breaker, credentials, &deployment->retries, &deployment->load, sends_max, queue_max, queue_wait_max};
    }
  };
  static entry entry_of(fleet_health& all, std::shared_ptr<deployment_health> deployment, const config::provider& at);

  std::map<std::string, entry, std::less<>> deployments_;
  std::map<std::string, entry, std::less<>> others_;   ///< by provider
};

}  // namespace sallyport::stages

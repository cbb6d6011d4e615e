#pragma once
/// One immutable configuration and all that was built from it. Built beside the running one, published to each worker, ended with its
/// last request. What must outlive a reload (counters, connections, the journal) is not in it.

#include "config/settings.hpp"
#include "proxy/ledger/gpu_meters.hpp"
#include "proxy/stages/fleet_health.hpp"
#include "proxy/stages/inspect.hpp"
#include "proxy/stages/keyring.hpp"
#include "proxy/stages/team_account.hpp"

#include <cstdint>
#include <memory>

namespace sallyport::stages {

struct generation {
  generation(std::uint64_t n, std::shared_ptr<const config::settings> from, accounts& all, fleet_health& fleet,
             ledger::gpu_fleet paid_by_the_hour = {})
      : number(n),
        settings(std::move(from)),
        keys(*settings),
        books(all, *settings),
        health(fleet, *settings),
        machines(std::move(paid_by_the_hour)),
        guards(lookout_of(settings->privacy)) {}

  std::uint64_t number;
  std::shared_ptr<const config::settings> settings;
  keyring keys;
  account_book books;   ///< what its teams use; the accounts themselves outlive it
  health_book health;   ///< how its deployments do; the states themselves outlive it
  ledger::gpu_fleet machines;   ///< the meters themselves outlive it
  lookout guards;               ///< detectors of protected data
};

}  // namespace sallyport::stages

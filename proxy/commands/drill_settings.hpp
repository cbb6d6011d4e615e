#pragma once
/// The operator's configuration with built-in upstreams in place of the providers: nothing of it can leave the machine. Pure.

#include "config/settings.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::commands {

inline constexpr config::milliseconds drill_wait_max{2'000};  ///< for `first_token`, `idle` and `attempt`

struct drill_stage {
  std::map<std::string, std::uint16_t> ports;  ///< of the upstream that stands for each provider
  std::string journal;                         ///< a folder of the drill's own
};

/// How the built-in upstreams behave in one case; see rehearsal/fault_catalogue.hpp.
struct drill_case {
  int number = 0;
  std::string conduct;  ///< of the first deployment
  std::string others;   ///< of the others
};

using deployment_list = std::vector<std::shared_ptr<const config::deployment>>;

/// Whom the drill stands in for: the deployments of `try`, then those of the fallbacks that are not among them.
deployment_list drill_cast(const config::model& which);

/// What the provider's upstream is asked for in place of the model of the deployment at `place` in the cast.
std::string drilled_model(const drill_case& one, std::size_t place);

/// One model with its deployments in the order of `try`; the first one's upstream misbehaves. No teams, no key, loopback only, plain HTTP;
/// every upstream speaks OpenAI's wire. Policies, classes, prices, attempts, fallbacks and detectors stay.
std::shared_ptr<const config::settings> drill_settings(const config::settings& own, const config::model& which, const drill_stage& stage,
                                                       const drill_case& one);

}  // namespace sallyport::commands

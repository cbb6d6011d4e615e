#pragma once
/// The operator's configuration with built-in upstreams in place of the providers: nothing of it can leave the machine. Pure.

#include "config/settings.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace sallyport::commands {

inline constexpr config::milliseconds drill_wait_max{2'000};  ///< for `first_token` and `idle`

struct drill_stage {
  std::map<std::string, std::uint16_t> ports;  ///< of the upstream that stands for each provider
  std::string journal;                         ///< a folder of the drill's own
};

/// What the provider's upstream is asked for in place of the model of the deployment at `place` in the plan of case `number`.
std::string drilled_model(int number, std::size_t place, const std::string& conduct);

/// One model with these deployments in this order; the first one's upstream misbehaves as `conduct` says. No teams, no key, loopback
/// only, plain HTTP; every upstream speaks OpenAI's wire. Policies, classes, prices, attempts and detectors stay.
std::shared_ptr<const config::settings> drill_settings(const config::settings& own, const config::model& which, const drill_stage& stage,
                                                       int number, const std::string& conduct);

}  // namespace sallyport::commands

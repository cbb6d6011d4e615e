#pragma once
/// GET /v1/models and GET /v1/models/MODEL, filtered by the key's team.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/stages/caller.hpp"

#include <cstdint>
#include <string>

namespace sallyport::stages {

/// The body of a list, in OpenAI's shape. `created` is seconds since 1970 of the generation's start.
std::string list_models(const config::settings& settings, const caller& who, std::int64_t created);

/// The body for one model, or unknown_model / model_not_allowed.
result<std::string> show_model(const config::settings& settings, const caller& who, const std::string& name, std::int64_t created);

}  // namespace sallyport::stages

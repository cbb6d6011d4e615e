#pragma once
/// The public models of a generation, as one team and key sees them.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/stages/caller.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::stages {

/// The model of that name, if the team and its key may ask for it.
/// Fails with unknown_model (404) or model_not_allowed (403), with the nearest names in the sentence.
result<std::shared_ptr<const config::model>> find_model(const config::settings& settings, const caller& who, std::string_view name);

/// Names that GET /v1/models lists, sorted.
std::vector<std::string> visible_models(const config::settings& settings, const caller& who);

}  // namespace sallyport::stages

#pragma once
/// What an engine's own metrics (Prometheus text) say of how busy it is. Pure.

#include "adapters/words/engine_metrics.hpp"

#include <optional>
#include <string_view>

namespace sallyport {

/// Nothing when the text does not have the metric of what waits: missing is not zero. Where samples carry a `model_name`, those of `model` count
/// alone, if there are any; else all do.
std::optional<engine_load> read_engine_load(std::string_view text, const engine_metrics& names, std::string_view model);

}  // namespace sallyport

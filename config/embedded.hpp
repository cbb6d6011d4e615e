#pragma once
/// The data files that are part of the binary.

#include <string_view>

namespace sallyport::config {

std::string_view presets_yaml();  ///< presets.yaml
std::string_view prices_yaml();   ///< prices.yaml

}  // namespace sallyport::config

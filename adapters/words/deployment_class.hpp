#pragma once
/// `class` in configuration, headers and metrics: who runs the model.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

enum class deployment_class : std::uint8_t {
  in_house,  ///< you run it: data stays
  hosted,    ///< a host of open models
  managed,   ///< a vendor's own model
};

inline constexpr std::array<std::string_view, 3> deployment_class_names{"in_house", "hosted", "managed"};

inline constexpr std::string_view name_of(deployment_class which) { return deployment_class_names[static_cast<std::size_t>(which)]; }

inline constexpr std::optional<deployment_class> deployment_class_named(std::string_view name) {
  for (std::size_t i = 0; i < deployment_class_names.size(); ++i)
    if (deployment_class_names[i] == name) return static_cast<deployment_class>(i);
  return std::nullopt;
}

}  // namespace sallyport

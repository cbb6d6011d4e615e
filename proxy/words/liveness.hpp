#pragma once
/// What the health endpoint of a provider said. It speaks of the process, not of a model in it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport {

enum class liveness : std::uint8_t {
  up,       ///< 2xx
  down,     ///< no connection, no answer in time, or 5xx
  unclear,  ///< anything else: it may be there, and this path is not what was meant
};

constexpr std::string_view name_of(liveness which) {
  constexpr std::array<std::string_view, 3> names{"up", "down", "unclear"};
  return names[static_cast<std::size_t>(which)];
}

}  // namespace sallyport

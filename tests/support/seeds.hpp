#pragma once
/// Which random worlds a simulation runs. A world is named by its seed, and every failure names it; SALLYPORT_SEED=N runs that one again,
/// alone and the same way, in each simulation that the test filter leaves.

#include <cstdint>
#include <cstdlib>
#include <ranges>

namespace sallyport::tests {

using seed_range = std::ranges::iota_view<std::uint64_t, std::uint64_t>;

inline std::uint64_t seed_number(const char* variable, std::uint64_t otherwise) {
  const char* said = std::getenv(variable);
  return said != nullptr && *said != '\0' ? std::strtoull(said, nullptr, 10) : otherwise;
}

/// From 1, as many as `variable` says, else `otherwise`, so many times; SALLYPORT_SEED goes before all of it.
inline seed_range seeds_of(const char* variable, std::uint64_t otherwise, std::uint64_t times = 1) {
  if (const auto only = seed_number("SALLYPORT_SEED", 0)) return {only, only + 1};
  return {1, seed_number(variable, otherwise) * times + 1};
}

}  // namespace sallyport::tests

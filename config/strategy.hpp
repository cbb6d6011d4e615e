#pragma once
/// In which order the deployments of a `try` are tried, where that is more than the order in which they are written.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sallyport::config {

struct deployment;

enum class strategy : std::uint8_t {
  in_order,
  split,       ///< by weight, drawn for each call
  cheapest,    ///< by what the call is expected to cost
  fastest,     ///< by the time to the first content that was seen lately
  least_busy,  ///< by what is under way: the better of two drawn ones
};

constexpr std::string_view name_of(strategy which) {
  constexpr std::array<std::string_view, 5> names{"in_order", "split", "cheapest", "fastest", "least_busy"};
  return names[static_cast<std::size_t>(which)];
}

/// What draws (`split`, `least_busy`) may go by instead of chance, so that a conversation stays where its prompt is cached.
enum class affinity : std::uint8_t {
  none,
  session,  ///< the session that the client names; a call without one: as `prompt`
  prompt,   ///< the beginning of the prompt
};

constexpr std::string_view name_of(affinity which) {
  constexpr std::array<std::string_view, 3> names{"none", "session", "prompt"};
  return names[static_cast<std::size_t>(which)];
}

/// A tree whose leaves are deployments. Immutable once loaded.
struct branch {
  strategy by = strategy::in_order;
  std::shared_ptr<const deployment> leaf;   ///< set: a deployment, and nothing below
  std::vector<branch> below;
  std::vector<int> weights;                 ///< of a split, one for each below; 0: only when the others fail
};

/// Whether anything in it is drawn.
bool draws(const branch& tree);

}  // namespace sallyport::config

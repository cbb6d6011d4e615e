#pragma once
/// The strategies: in which order the eligible deployments of a `try` are tried for one call.

#include "adapters/words/money.hpp"
#include "config/settings.hpp"
#include "proxy/policy/load.hpp"
#include "proxy/words/clock.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::policy {

/// What all calls of a conversation have in common, as a number, and what it was made of.
struct affine_key {
  std::uint64_t number = 0;
  config::affinity of = config::affinity::none;
};

/// What strategies ask; each may be empty, and then its strategy keeps to what is left to go by.
struct balancing_facts {
  std::function<double()> dice = {};   ///< uniform in [0, 1); empty: nothing is drawn, the heaviest part of a split goes first
  std::function<std::optional<nano_usd>(const config::deployment&)> cost_of = {};   ///< of this call there; nothing: unknown
  std::function<load*(const config::deployment&)> load_of = {};
  instant now = {};
  /// The call's key; nothing: it has none, and what is drawn is drawn. Empty: nobody here can know. Asked once at most, by an affinity.
  std::function<std::optional<affine_key>(config::affinity)> key_of = {};
};

/// A deployment at its place, and why it stands there.
struct ranked {
  const config::deployment* one;
  std::string reason;
};

/// Every deployment of the tree that `is_eligible`, once. What is not eligible has no part in a strategy: its weight is gone too.
/// - split: drawn by weight, and those behind it drawn from the rest. With an affinity: by rendezvous_order() of the call's key.
/// - cheapest: by the expected cost; an unknown one last.
/// - fastest: by the time to the first content; unmeasured ones last, but for one call now and then that measures.
/// - least_busy: of two drawn the one with fewer sends under way, then the rest by the same. With an affinity: by bounded_order().
/// A strategy within another one is judged by its own first choice. Ties stay in the order in which they are written.
std::vector<ranked> rank(const config::branch& tree, const std::function<bool(const config::deployment&)>& is_eligible,
                         const balancing_facts& by, config::affinity affinity = config::affinity::none);

}  // namespace sallyport::policy

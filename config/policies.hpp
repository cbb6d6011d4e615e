#pragma once
/// Policies as values: the built-in one, what a requirement is asked about a deployment, and what is certain of them at load.

#include "config/condition.hpp"
#include "config/settings.hpp"

#include <span>
#include <string>

namespace sallyport::config {

inline constexpr std::string_view built_in_policy_name = "restricted";

/// Restricted calls reach in_house deployments only.
policy built_in_policy();

/// What a requirement can name of that deployment. What its provider does not declare is missing, but for in_house: that keeps nothing and
/// trains nobody unless it says so. Views point into `to`.
void describe(const deployment& to, condition_facts& into);

/// A kind of call that a configuration speaks of: those of a data class, of one team or of all.
struct kind_of_call {
  data_class sensitivity = data_class::public_;
  std::string team;   ///< empty: any
};

/// The first policy that is certain to keep every such call from that deployment; null when none is.
const policy* certain_obstacle(std::span<const policy> policies, const kind_of_call& calls, const deployment& to);

/// Whether the policy is for every call of that kind, as far as can be seen.
bool is_for_all(const policy& one, const kind_of_call& calls);

}  // namespace sallyport::config

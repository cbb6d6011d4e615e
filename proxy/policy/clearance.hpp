#pragma once
/// Which deployments a call may reach. The only place where a `cleared` comes into being; whatever comes later can only leave some out.

#include "proxy/words/cleared.hpp"
#include "proxy/words/facts.hpp"
#include "proxy/words/plan.hpp"

#include <memory>
#include <span>
#include <vector>

namespace sallyport::policy {

/// The eligible set of one call, in the order in which the model lists its deployments, and what was left out with the reason.
struct eligible_set {
  std::vector<cleared> members;
  std::vector<exclusion> excluded;
};

class clearance {
 public:
  /// Computed once for a call, before any strategy looks at it. The configuration has no rule that excludes yet, so that all of a
  /// model's deployments are cleared as the call came.
  eligible_set clear(const config::model& asked, const facts& of_call) const { return clear(asked.try_in_order, of_call); }
  /// The same of deployments that no model of the call lists: what a team's budget or rule names.
  eligible_set clear(std::span<const std::shared_ptr<const config::deployment>> wanted, const facts& of_call) const;
};

}  // namespace sallyport::policy

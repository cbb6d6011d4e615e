#pragma once
/// Which deployments a call may reach. The only place where a `cleared` comes into being; whatever comes later can only leave some out.

#include "config/settings.hpp"
#include "proxy/words/cleared.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/facts.hpp"
#include "proxy/words/plan.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sallyport::policy {

/// The eligible set of one call, in the order in which its list has the deployments, and what was left out with the reason.
struct eligible_set {
  std::vector<cleared> members;
  std::vector<exclusion> excluded;
};

/// The policies that are for one call. Computed once for it, before any strategy looks at deployments; asked again only of further lists for
/// the same call (what its budget's route_to names).
class clearance {
 public:
  /// The policies outlive it. Without one everything is cleared as it came.
  clearance(std::span<const config::policy> policies, const facts& of_call, wall_time now);

  eligible_set clear(std::span<const std::shared_ptr<const config::deployment>> wanted) const;

 private:
  std::vector<const config::policy*> in_force_;
};

}  // namespace sallyport::policy

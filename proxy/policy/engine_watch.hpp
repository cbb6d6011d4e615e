#pragma once
/// When an engine is asked how busy it is, and what its answers mean for its deployments.

#include "adapters/words/engine_metrics.hpp"
#include "config/settings.hpp"
#include "proxy/policy/load.hpp"
#include "proxy/words/clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::policy {

/// What it says is over one of the limits.
bool is_full(const engine_load& said, const config::saturation_limits& limits);

/// The deployments of one engine that have limits. One thread; time is an argument.
class engine_watch {
 public:
  /// Nobody asks while it is empty.
  void add(std::shared_ptr<const config::deployment> one, std::shared_ptr<load> counts);
  bool is_empty() const { return all_.empty(); }

  /// Whether to ask now. If so nobody asks again before answered().
  bool is_due(instant now);
  /// What it said of each model; where it said nothing, what it said before holds for three periods, and no longer.
  void answered(const std::function<std::optional<engine_load>(const std::string& model)>& said_of, instant now);

 private:
  struct watched {
    std::shared_ptr<const config::deployment> one;
    std::shared_ptr<load> counts;
  };

  std::vector<watched> all_;
  duration every_ = duration::max();
  instant next_ = instant::min();
  bool is_asking_ = false;
};

}  // namespace sallyport::policy

#pragma once
/// When the health endpoint of one provider is asked, and what its answers do to the breakers of its deployments.
///
/// While all is well nobody asks: calls tell more, sooner, and of the model. While a breaker is open, and behind that until a first answer is
/// there, it is asked about once a period. That it is up brings the next call forward, once: when that call fails the endpoint has nothing to
/// say of the model, until it was down itself. That it is down keeps the deployment resting, so that no call is risked.

#include "proxy/policy/health.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/liveness.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace sallyport::policy {

/// One thread. Time and dice (uniform in [0, 1)) are arguments.
class probing {
 public:
  /// How long one probe may take.
  static constexpr duration probe_max = std::chrono::seconds(2);

  /// The breakers of the provider's deployments; they outlive it.
  probing(duration every, const std::vector<health*>& of);

  /// Whether to ask now. If so nobody asks again before answered().
  bool is_due(instant now, double dice);
  /// What it said: the places of the breakers whose next call is brought forward.
  std::vector<std::size_t> answered(liveness said, instant now, double dice);
  /// The last answer since a breaker opened.
  std::optional<liveness> last() const { return last_; }

 private:
  struct watched {
    health* breaker;
    bool was_brought_forward = false;
  };

  bool wants_answer(instant now);

  duration every_;
  std::vector<watched> all_;
  std::optional<instant> next_;
  std::optional<liveness> last_;
  bool is_asking_ = false;
};

}  // namespace sallyport::policy

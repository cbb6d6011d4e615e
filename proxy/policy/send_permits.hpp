#pragma once
/// What a send needs of those who know how its deployment does: that the deployment takes it and has a place for it, and the provider our
/// credential.

#include "adapters/words/failure.hpp"
#include "proxy/policy/health.hpp"
#include "proxy/policy/load.hpp"
#include "proxy/policy/retry_budget.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace sallyport::policy {

/// What is known of one deployment over all calls; not owned. Null: nothing, and everything may go.
struct standing {
  health* deployment = nullptr;
  std::span<health* const> credentials = {};   ///< of its provider, in the order of its keys
  retry_budget* retries = nullptr;
  policy::load* load = nullptr;
  int sends_max = 0;              ///< at once; 0: no limit
  int queue_max = 0;              ///< calls that wait for a place
  duration queue_wait_max{};      ///< each of them
};

/// Credentials that a call is not to use again, one bit each.
using credential_set = std::uint32_t;

/// Limits of a credential: refusals have nothing to do with load, and only people mend them.
constexpr health_limits credential_limits() {
  return {.failures_max = 3, .cool_down = std::chrono::seconds(5), .cool_down_max = std::chrono::seconds(60), .slow_start = duration{}};
}

/// A breaker opened or closed.
struct breaker_news {
  breaker_turn turn = breaker_turn::none;
  bool of_credential = false;
  duration rests{};   ///< opened: until a probe may go
};

/// From when on the deployment and one of its credentials take a send as usual, or a probe; `now` if they do.
instant rests_until(const standing& of, instant now);
/// The worse of the deployment and its best credential: whoever is likelier to answer goes before.
outlook likely(const standing& of, instant now);
/// It, and one of its credentials, take sends as ever, or in a slow start.
bool is_closed(const standing& of, instant now);
/// Every place is taken, and nobody may just go.
bool is_full(const standing& of);

/// Permits of one send. Destroying it gives them back and judges nothing.
class send_permits {
 public:
  using hear = std::function<void(const breaker_news&)>;

  /// A send as usual. Nothing: it may go, and the permits are here; else why not, as a clause. `place`: one that it was handed; without it one
  /// is looked for. Of several credentials that are well the dice choose; those of `but` are left out.
  std::optional<std::string> take(const standing& of, instant now, double dice, bool may_probe, policy::load::hold place = {}, credential_set but = 0);
  /// A send of a call that has no other deployment left. False: there are too many of them at the moment.
  bool take_as_last(const standing& of, instant now);
  void give_back();

  bool hold_probe() const;
  /// Place of the credential among its provider's keys.
  std::size_t credential() const { return credential_place_; }
  /// Of the send that they are for; null where nobody counts.
  policy::load* load() const { return place_.of(); }
  void answered(instant now, const hear& news);
  /// Judges whose failure it is: the deployment, its credential, or nobody here. With several credentials a limit of our rate is the one's
  /// that was used.
  void failed(const failure& why, instant now, double dice, const hear& news);

 private:
  standing of_;
  bool take_place(const standing& of);
  std::optional<std::string> take_credential(const standing& of, instant now, double dice, bool may_probe, credential_set but);
  bool take_credential_as_last(const standing& of, instant now);

  policy::load::hold place_;
  std::size_t credential_place_ = 0;
  std::optional<health::permit> deployment_;
  std::optional<health::permit> credential_;
};

}  // namespace sallyport::policy

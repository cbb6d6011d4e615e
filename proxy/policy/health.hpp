#pragma once
/// How well one deployment does, or the credential of one provider: the breaker. It is told how sends ended and says whether the next one may
/// go. Closed: they go. Open: they rest until its cool-down is over. Then one probe goes; its answer closes the breaker, and for some seconds
/// only a share of the calls comes back (slow start).

#include "proxy/policy/slots.hpp"
#include "proxy/words/clock.hpp"

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <utility>

namespace sallyport::policy {

struct health_limits {
  int failures_max = 5;                             ///< so many in a row open the breaker; more where failures are common
  int outcomes_least = 10;                          ///< of the last seconds; of so many or more, one half failures opens it too
  duration cool_down = std::chrono::seconds(1);     ///< the first; each opening soon after a recovery doubles it
  duration cool_down_max = std::chrono::seconds(15);
  duration forgiven_after = std::chrono::seconds(60);   ///< closed for so long: the next cool-down is the first again
  duration slow_start = std::chrono::seconds(5);
  duration probed_rest_max = std::chrono::seconds(60);  ///< so long after its last failure health probes may keep it resting, and no longer
  int last_one_sends = 4;                           ///< at once, while it fails but is the only one left to a call
};

enum class breaker_state : std::uint8_t { closed, half_open, open };

/// What the end of a send did to the breaker.
enum class breaker_turn : std::uint8_t {
  none,
  opened,
  reopened,   ///< its probe failed
  closed,
};

/// How likely a deployment whose breaker is open is to answer nevertheless: the lesser, the likelier.
struct outlook {
  int rank = 0;      ///< 0: its breaker is closed. 1: it answers, but asked to be left alone. 2: it fails.
  instant since{};   ///< of rank 1: until when it rests; of rank 2: when it failed last
  auto operator<=>(const outlook&) const = default;
};

/// Any thread, no lock. Outlives its permits. Time and dice (uniform in [0, 1)) are arguments. Time counts in milliseconds.
class health {
 public:
  class permit;

  explicit health(health_limits limits = {}) : limits_(limits) {}
  health(const health&) = delete;
  health& operator=(const health&) = delete;

  /// A send as usual: with the breaker closed, the share that a slow start lets back, or the one probe, if the caller may be it.
  std::optional<permit> admit(instant now, double dice, bool may_probe = true);
  /// A send of a call that has no other deployment left, which a breaker never shuts out: a few at once, the probe beyond them. While
  /// only the provider's wish opened it, and it answers else, as many as come.
  std::optional<permit> admit_last(instant now);

  /// Something else than a send says that it may be back: an open breaker's rest ends now, so that the next call is the probe. What the
  /// provider asked for is not shortened. False: nothing changed.
  bool bring_forward(instant now);
  /// Something else than a send says that it is still down: an open breaker rests until then, but see probed_rest_max.
  void rest_on(instant until);

  breaker_state state(instant now) const;
  /// From when on a send may go as usual, or as a probe; `now` if one may.
  instant rests_until(instant now) const;
  /// Its last outcome was a failure, within the last ten seconds.
  bool is_failing(instant now) const;
  outlook likely(instant now) const;

  /// The share of the calls that come back so long after a recovery; never falls as time passes.
  static double slow_start_share(duration since, const health_limits& limits);

 private:
  friend class permit;
  enum class phase : std::uint8_t { closed, open, probing };

  /// All of it is one atomic word.
  struct standing {
    phase is = phase::closed;
    bool failing = false;      ///< it was opened by failures; else by the provider's wish alone
    unsigned strikes = 0;      ///< openings that followed upon each other
    unsigned epoch = 0;        ///< grows at each turn; what began before a turn says nothing about what is behind it
    std::int64_t at_ms = 0;    ///< open, probing: the cool-down's end; closed: the recovery, 0 without one
    bool operator==(const standing&) const = default;
  };
  struct verdict {
    bool is_fresh = false;     ///< the send began in the present epoch
    bool is_probe = false;
    bool trips = false;        ///< failures in a row, or their share, are above the limits
    std::int64_t now_ms = 0;
    std::int64_t told_until_ms = 0;   ///< what the provider asked for; 0: nothing
    double dice = 0;
  };

  static std::uint64_t packed(const standing& from);
  static standing unpacked(std::uint64_t word);

  std::optional<permit> probe(std::uint64_t word);
  permit permitted(const standing& in, bool is_probe, bool holds_place);
  bool in_slow_start(const standing& in, instant now) const;
  int last_one_places(const standing& in, instant now) const;
  std::int64_t cool_down_ms(unsigned strikes, double dice) const;
  standing opened(const standing& from, const verdict& by) const;
  standing still_open(const standing& from, const verdict& by) const;

  breaker_turn answered(permit& by, instant now);
  breaker_turn failed(const permit& by, std::optional<std::chrono::milliseconds> told, instant now, double dice);
  void gave_up(const permit& by);
  bool count_failure(bool told, instant now);
  void count_answer(instant now);
  std::uint64_t count_outcome(bool bad, instant now);

  const health_limits limits_;
  std::atomic<std::uint64_t> word_{0};
  slots places_;                               ///< of sends that go although the breaker is not closed
  // What every send writes lies apart from what every send reads.
  alignas(64) std::atomic<int> failures_{0};   ///< in a row
  std::atomic<std::uint64_t> outcomes_{0};
  std::atomic<std::int64_t> failed_at_ms_{0};  ///< 0: it has answered since
  std::atomic<std::int64_t> told_until_ms_{0}; ///< the latest end that the provider asked for
};

/// One send. Its end without a word (the client left, or the failure was not the deployment's) judges nothing.
class health::permit {
 public:
  permit(permit&& other) noexcept { swap(other); }
  permit& operator=(permit&& other) noexcept {
    permit(std::move(other)).swap(*this);
    return *this;
  }
  ~permit();

  /// Content came, or a whole reply. Called once.
  breaker_turn answers(instant now);
  /// It failed, or broke after content. `told`: for how long the provider asked to be left alone. Called once.
  breaker_turn fails(std::optional<std::chrono::milliseconds> told, instant now, double dice);
  bool is_probe() const { return is_probe_; }

 private:
  friend class health;
  permit(health& of, unsigned epoch, bool is_probe, bool holds_place)
      : of_(&of), epoch_(epoch), is_probe_(is_probe), holds_place_(holds_place) {}
  void swap(permit& other) noexcept;
  void leave_place();

  health* of_ = nullptr;
  unsigned epoch_ = 0;
  bool is_probe_ = false;
  bool holds_place_ = false;
};

}  // namespace sallyport::policy

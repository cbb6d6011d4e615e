#include "proxy/policy/health.hpp"

#include <algorithm>

namespace sallyport::policy {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr unsigned strikes_max = 15;
constexpr duration lately = 10s;
/// Outcomes count half after each of these.
constexpr std::int64_t slot_ms = 5'000;
/// The least share of a slow start: some calls have to come, or it would prove nothing.
constexpr double share_least = 0.05;
/// The places of the only deployment double so often in a slow start.
constexpr int doublings = 10;

/// By how much a row has to be longer where failures are common, so that chance alone makes it about once in a million outcomes.
int longer_by_chance(int bad, int all) {
  if (bad * 20 <= all) return 0;
  if (bad * 10 <= all) return 2;
  if (bad * 5 <= all) return 4;
  return bad * 3 <= all ? 8 : 15;
}

std::int64_t floor_ms(instant at) { return std::chrono::floor<milliseconds>(at.time_since_epoch()).count(); }
std::int64_t ceil_ms(instant at) { return std::chrono::ceil<milliseconds>(at.time_since_epoch()).count(); }
instant instant_of(std::int64_t ms) { return instant(milliseconds(ms)); }
unsigned after(unsigned epoch) { return (epoch + 1) & 0xffff; }
void raise_to(std::atomic<std::int64_t>& what, std::int64_t least) {
  auto seen = what.load(std::memory_order_relaxed);
  while (seen < least && !what.compare_exchange_weak(seen, least, std::memory_order_relaxed)) {
  }
}
duration stretched(duration by, double factor) { return std::chrono::duration_cast<duration>(by * factor); }

}  // namespace

// phase 2 bits, failing 1, strikes 4, epoch 16, milliseconds 41: 69 years of a steady clock.
std::uint64_t health::packed(const standing& from) {
  return static_cast<std::uint64_t>(from.is) | std::uint64_t{from.failing} << 2 | std::uint64_t{from.strikes & 0xf} << 3 |
         std::uint64_t{from.epoch & 0xffff} << 7 | static_cast<std::uint64_t>(from.at_ms) << 23;
}

health::standing health::unpacked(std::uint64_t word) {
  return {.is = static_cast<phase>(word & 3),
          .failing = (word >> 2 & 1) != 0,
          .strikes = static_cast<unsigned>(word >> 3 & 0xf),
          .epoch = static_cast<unsigned>(word >> 7 & 0xffff),
          .at_ms = static_cast<std::int64_t>(word >> 23)};
}

double health::slow_start_share(duration since, const health_limits& limits) {
  if (since >= limits.slow_start) return 1;
  const double part = std::chrono::duration<double>(since) / std::chrono::duration<double>(limits.slow_start);
  return std::max(share_least, part * part);
}

bool health::in_slow_start(const standing& in, instant now) const { return in.at_ms != 0 && now - instant_of(in.at_ms) < limits_.slow_start; }

int health::last_one_places(const standing& in, instant now) const {
  if (in.is != phase::closed) return limits_.last_one_sends;
  const auto doubled = (now - instant_of(in.at_ms)) / (limits_.slow_start / doublings);
  return limits_.last_one_sends << std::clamp<std::int64_t>(doubled, 0, doublings);
}

health::permit health::permitted(const standing& in, bool is_probe, bool holds_place) { return permit(*this, in.epoch, is_probe, holds_place); }

std::optional<health::permit> health::admit(instant now, double dice, bool may_probe) {
  const auto word = word_.load(std::memory_order_relaxed);
  const auto seen = unpacked(word);
  if (seen.is == phase::closed) {
    if (in_slow_start(seen, now) && dice >= slow_start_share(now - instant_of(seen.at_ms), limits_)) return std::nullopt;
    return permitted(seen, false, false);
  }
  if (seen.is == phase::probing || !may_probe || now < instant_of(seen.at_ms)) return std::nullopt;
  return probe(word);
}

/// Of several that see the cool-down ended only one makes this change.
std::optional<health::permit> health::probe(std::uint64_t word) {
  auto seen = unpacked(word);
  seen.is = phase::probing;
  if (!word_.compare_exchange_strong(word, packed(seen), std::memory_order_relaxed)) return std::nullopt;
  return permitted(seen, true, false);
}

std::optional<health::permit> health::admit_last(instant now) {
  const auto word = word_.load(std::memory_order_relaxed);
  const auto seen = unpacked(word);
  if (seen.is == phase::closed && !in_slow_start(seen, now)) return permitted(seen, false, false);
  if (seen.is == phase::open && now >= instant_of(seen.at_ms))
    if (auto first = probe(word)) return first;
  if (!seen.failing) return permitted(seen, false, false);
  if (places_.take(last_one_places(seen, now))) return permitted(seen, false, true);
  return std::nullopt;
}

bool health::bring_forward(instant now) {
  const auto earliest = std::max(floor_ms(now), told_until_ms_.load(std::memory_order_relaxed));
  auto word = word_.load(std::memory_order_relaxed);
  for (;;) {
    auto seen = unpacked(word);
    if (seen.is != phase::open || seen.at_ms <= earliest) return false;
    seen.at_ms = earliest;
    if (word_.compare_exchange_weak(word, packed(seen), std::memory_order_relaxed)) return true;
  }
}

void health::rest_on(instant until) {
  const auto longest = instant_of(failed_at_ms_.load(std::memory_order_relaxed)) + limits_.probed_rest_max;
  const auto at_ms = ceil_ms(std::min(until, longest));
  auto word = word_.load(std::memory_order_relaxed);
  for (;;) {
    auto seen = unpacked(word);
    if (seen.is != phase::open || seen.at_ms >= at_ms) return;
    seen.at_ms = at_ms;
    if (word_.compare_exchange_weak(word, packed(seen), std::memory_order_relaxed)) return;
  }
}

breaker_state health::state(instant now) const {
  const auto seen = unpacked(word_.load(std::memory_order_relaxed));
  if (seen.is == phase::closed) return breaker_state::closed;
  return seen.is == phase::open && now < instant_of(seen.at_ms) ? breaker_state::open : breaker_state::half_open;
}

instant health::rests_until(instant now) const {
  const auto seen = unpacked(word_.load(std::memory_order_relaxed));
  return seen.is == phase::closed ? now : std::max(now, instant_of(seen.at_ms));
}

bool health::is_failing(instant now) const {
  const auto at = failed_at_ms_.load(std::memory_order_relaxed);
  return at != 0 && now - instant_of(at) < lately;
}

outlook health::likely(instant now) const {
  const auto seen = unpacked(word_.load(std::memory_order_relaxed));
  if (seen.is == phase::closed) return {0, {}};
  if (!seen.failing) return {1, std::max(now, instant_of(seen.at_ms))};
  return {2, instant_of(failed_at_ms_.load(std::memory_order_relaxed))};
}

std::int64_t health::cool_down_ms(unsigned strikes, double dice) const {
  const auto grown = limits_.cool_down * (1 << (std::clamp(strikes, 1u, strikes_max) - 1));
  // Stretched by up to a fifth, so that many gateways do not come back to one provider together.
  return std::chrono::ceil<milliseconds>(stretched(std::min(grown, limits_.cool_down_max), 1 + dice / 5)).count();
}

// From closed. What opens at the provider's wish alone costs no strike: it lasts as long as was asked for.
health::standing health::opened(const standing& from, const verdict& by) const {
  const bool trips = by.is_fresh && by.trips;
  if (!trips && by.told_until_ms == 0) return from;
  const bool recovered_lately = from.at_ms != 0 && instant_of(by.now_ms) - instant_of(from.at_ms) < limits_.forgiven_after;
  standing next{.is = phase::open,
                .failing = trips,
                .strikes = recovered_lately ? from.strikes : 0,
                .epoch = after(from.epoch),
                .at_ms = by.told_until_ms};
  if (trips) {
    next.strikes = std::min(next.strikes + 1, strikes_max);
    next.at_ms = std::max(next.at_ms, by.now_ms + cool_down_ms(next.strikes, by.dice));
  }
  return next;
}

// Nothing that a send tells shortens a cool-down but an answer: of two ends the later one stays.
health::standing health::still_open(const standing& from, const verdict& by) const {
  auto next = from;
  next.at_ms = std::max(from.at_ms, by.told_until_ms);
  if (!by.is_fresh) return next;
  const bool probe_failed = by.is_probe && from.is == phase::probing;
  const bool begins_to_fail = by.trips && !from.failing;
  next.failing = from.failing || by.trips;
  if (probe_failed) {
    next.is = phase::open;
    next.epoch = after(from.epoch);
  }
  if (begins_to_fail || (probe_failed && (next.failing || by.told_until_ms == 0))) {
    next.strikes = std::min(from.strikes + 1, strikes_max);
    next.at_ms = std::max(next.at_ms, by.now_ms + cool_down_ms(next.strikes, by.dice));
  }
  return next;
}

breaker_turn health::failed(const permit& by, std::optional<milliseconds> told, instant now, double dice) {
  verdict is{.is_probe = by.is_probe_, .now_ms = ceil_ms(now), .dice = dice};
  if (told) is.told_until_ms = ceil_ms(now + stretched(*told, 1 + dice / 10));
  if (told) raise_to(told_until_ms_, is.told_until_ms);
  auto word = word_.load(std::memory_order_relaxed);
  if (unpacked(word).epoch == by.epoch_) is.trips = count_failure(told.has_value(), now);
  for (;;) {
    const auto seen = unpacked(word);
    is.is_fresh = seen.epoch == by.epoch_;
    const bool was_closed = seen.is == phase::closed;
    const auto next = was_closed ? opened(seen, is) : still_open(seen, is);
    if (next == seen) return breaker_turn::none;
    if (!word_.compare_exchange_weak(word, packed(next), std::memory_order_relaxed)) continue;
    if (was_closed) return breaker_turn::opened;
    return next.is == seen.is ? breaker_turn::none : breaker_turn::reopened;
  }
}

// An answer ends what failures began. What the provider asked for ends with its time: before that, an answer proves nothing new.
breaker_turn health::answered(permit& by, instant now) {
  auto word = word_.load(std::memory_order_relaxed);
  if (unpacked(word).epoch == by.epoch_) count_answer(now);
  for (;;) {
    const auto seen = unpacked(word);
    if (seen.epoch != by.epoch_ || seen.is == phase::closed) return breaker_turn::none;
    auto next = seen;
    if (!seen.failing && now < instant_of(seen.at_ms)) {
      if (!by.is_probe_) return breaker_turn::none;
      next.is = phase::open;
    } else {
      next = {.is = phase::closed, .failing = seen.failing, .strikes = seen.strikes, .epoch = after(seen.epoch), .at_ms = floor_ms(now)};
    }
    if (!word_.compare_exchange_weak(word, packed(next), std::memory_order_relaxed)) continue;
    if (next.is != phase::closed) return breaker_turn::none;
    by.epoch_ = next.epoch;   // what becomes of the rest of this answer counts
    outcomes_.store(0, std::memory_order_relaxed);
    return breaker_turn::closed;
  }
}

void health::gave_up(const permit& by) {
  if (!by.is_probe_) return;
  auto word = word_.load(std::memory_order_relaxed);
  for (;;) {
    auto seen = unpacked(word);
    if (seen.epoch != by.epoch_ || seen.is != phase::probing) return;
    seen.is = phase::open;
    if (word_.compare_exchange_weak(word, packed(seen), std::memory_order_relaxed)) return;
  }
}

// Who says when to come back is not silent: such a refusal is no part of a row, but one of the outcomes.
bool health::count_failure(bool told, instant now) {
  failed_at_ms_.store(floor_ms(now), std::memory_order_relaxed);
  const int in_a_row = told ? 0 : failures_.fetch_add(1, std::memory_order_relaxed) + 1;
  const auto outcomes = count_outcome(true, now);
  const auto bad = static_cast<int>(outcomes >> 20 & 0xfffff), all = static_cast<int>(outcomes & 0xfffff);
  if (all >= limits_.outcomes_least && bad * 2 >= all) return true;
  return in_a_row >= limits_.failures_max + longer_by_chance(std::max(bad - in_a_row, 0), std::max(all - in_a_row, 0));
}

void health::count_answer(instant now) {
  // Written only when they change: all workers read them.
  if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
  if (failed_at_ms_.load(std::memory_order_relaxed) != 0) failed_at_ms_.store(0, std::memory_order_relaxed);
  count_outcome(false, now);
}

// Slot 24 bits, bad 20, all 20.
std::uint64_t health::count_outcome(bool bad, instant now) {
  constexpr std::uint64_t count_max = 0xfffff, slots_all = 0xffffff;
  const auto slot = static_cast<std::uint64_t>(floor_ms(now) / slot_ms) & slots_all;
  auto seen = outcomes_.load(std::memory_order_relaxed);
  for (;;) {
    const auto passed = std::min<std::uint64_t>((slot - (seen >> 40)) & slots_all, 20);
    const auto bads = std::min(((seen >> 20 & count_max) >> passed) + (bad ? 1 : 0), count_max);
    const auto all = std::min(((seen & count_max) >> passed) + 1, count_max);
    const auto next = slot << 40 | bads << 20 | all;
    if (outcomes_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return next;
  }
}

health::permit::~permit() {
  leave_place();
  if (of_) of_->gave_up(*this);
}

breaker_turn health::permit::answers(instant now) {
  leave_place();
  const auto turn = of_->answered(*this, now);
  is_probe_ = false;   // it has been judged: its end releases nothing
  return turn;
}

breaker_turn health::permit::fails(std::optional<milliseconds> told, instant now, double dice) {
  leave_place();
  const auto turn = of_->failed(*this, told, now, dice);
  is_probe_ = false;
  return turn;
}

// A place is for waiting in the dark: who has answered needs none, however long its stream lasts.
void health::permit::leave_place() {
  if (std::exchange(holds_place_, false)) of_->places_.give_back();
}

void health::permit::swap(permit& other) noexcept {
  std::swap(of_, other.of_);
  std::swap(epoch_, other.epoch_);
  std::swap(is_probe_, other.is_probe_);
  std::swap(holds_place_, other.holds_place_);
}

}  // namespace sallyport::policy

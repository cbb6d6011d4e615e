#include "proxy/policy/load.hpp"

#include <algorithm>
#include <cmath>

namespace sallyport::policy {
namespace {

std::int64_t ns(duration of) { return std::chrono::duration_cast<std::chrono::nanoseconds>(of).count(); }
std::int64_t ns(instant at) { return ns(at.time_since_epoch()); }

}  // namespace

load::hold load::take(int most) {
  if (most > 0 && line_.waiting() > 0) return {};
  auto present = under_way_.load(std::memory_order_relaxed);
  do {
    if (most > 0 && present >= most) return {};
  } while (!under_way_.compare_exchange_weak(present, present + 1, std::memory_order_relaxed));
  return hold(*this);
}

void load::engine_says(bool is_full, instant holds_until) { saturated_until_ns_.store(is_full ? ns(holds_until) : 0, std::memory_order_relaxed); }

bool load::is_saturated(instant now) const {
  const auto until = saturated_until_ns_.load(std::memory_order_relaxed);
  return until != 0 && ns(now) < until;
}

// An eighth of each new one, as round-trip times are smoothed (RFC 6298).
void load::served(duration took) {
  const auto seen = std::max<std::int64_t>(ns(took), 1);
  const auto known = service_ns_.load(std::memory_order_relaxed);
  service_ns_.store(known == 0 ? seen : known + (seen - known) / 8, std::memory_order_relaxed);
}

duration load::expected_wait(int places) const {
  const auto turns = static_cast<double>(line_.waiting() + 1) / std::max(places, 1);
  const auto each = static_cast<double>(service_ns_.load(std::memory_order_relaxed));
  return std::chrono::duration_cast<duration>(std::chrono::nanoseconds(static_cast<std::int64_t>(each * turns)));
}

void load::began_to_answer(duration took, instant now) {
  const auto known = estimate_ns_.load(std::memory_order_relaxed);
  const auto seen = std::max<std::int64_t>(ns(took), 0);
  if (known < 0 || seen >= known) return sample(seen, now);
  const auto since = std::max<std::int64_t>(ns(now) - sampled_at_ns_.load(std::memory_order_relaxed), 0);
  const double kept = std::exp(-static_cast<double>(since) / static_cast<double>(ns(memory)));
  sample(seen + static_cast<std::int64_t>(static_cast<double>(known - seen) * kept), now);
}

// A refusal comes fast: where nothing else is known it must not look like speed.
void load::was_silent(duration waited, instant now) {
  const auto known = estimate_ns_.load(std::memory_order_relaxed);
  if (known >= 0) sample(std::max(known, ns(waited)), now);
}

std::optional<duration> load::first_content() const {
  const auto known = estimate_ns_.load(std::memory_order_relaxed);
  if (known < 0) return std::nullopt;
  return std::chrono::duration_cast<duration>(std::chrono::nanoseconds(known));
}

bool load::wants_sample(instant now) {
  const auto present = ns(now), age = ns(sample_age_max);
  const bool is_recent = estimate_ns_.load(std::memory_order_relaxed) >= 0 && present - sampled_at_ns_.load(std::memory_order_relaxed) < age;
  auto asked = asked_at_ns_.load(std::memory_order_relaxed);
  if (is_recent || (asked != 0 && present - asked < age)) return false;
  return asked_at_ns_.compare_exchange_strong(asked, present, std::memory_order_relaxed);
}

void load::sample(std::int64_t estimate_ns, instant now) {
  estimate_ns_.store(estimate_ns, std::memory_order_relaxed);
  sampled_at_ns_.store(ns(now), std::memory_order_relaxed);
}

}  // namespace sallyport::policy

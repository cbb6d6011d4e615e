#include "proxy/policy/rate.hpp"

#include <algorithm>
#include <limits>

namespace sallyport::policy {
namespace {

__extension__ typedef __int128 wide;   // NOLINT(modernize-use-using): `using` takes no __extension__ with g++

std::int64_t ns_of(instant at) { return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count(); }
std::int64_t period_ns(const config::rate& limit) { return std::chrono::nanoseconds(limit.per).count(); }

/// Rounded up, so that no rounding ever lets more through. Bounded, so that a nonsensical estimate cannot overflow the clock.
std::int64_t length_of(std::int64_t units, const config::rate& limit) {
  constexpr wide longest = std::numeric_limits<std::int64_t>::max() / 8;
  const wide length = (static_cast<wide>(std::max<std::int64_t>(units, 0)) * period_ns(limit) + limit.amount - 1) / limit.amount;
  return static_cast<std::int64_t>(std::min(length, longest));
}

}  // namespace

rate_share rate::append(std::int64_t from_ns, std::int64_t length_ns) const {
  return {from_ns, length_ns, given_back_ns_.load(std::memory_order_relaxed)};
}

boost::system::result<rate_share, rate_refusal> rate::take(std::int64_t units, const config::rate& limit, instant now) {
  const auto now_ns = ns_of(now);
  const auto length = length_of(units, limit);
  if (length > period_ns(limit)) return rate_refusal{.wait = {}, .never = true};
  auto seen = empty_at_ns_.load(std::memory_order_relaxed);
  for (;;) {
    const auto from = std::max(seen, now_ns);
    const auto beyond = from + length - now_ns - period_ns(limit);
    if (beyond > 0) return rate_refusal{.wait = std::chrono::duration_cast<duration>(std::chrono::nanoseconds(beyond)), .never = false};
    if (empty_at_ns_.compare_exchange_weak(seen, from + length, std::memory_order_relaxed)) return append(from, length);
  }
}

rate_share rate::take_anyway(std::int64_t units, const config::rate& limit, instant now) {
  const auto length = length_of(units, limit);
  auto seen = empty_at_ns_.load(std::memory_order_relaxed);
  for (;;) {
    const auto from = std::max(seen, ns_of(now));
    if (empty_at_ns_.compare_exchange_weak(seen, from + length, std::memory_order_relaxed)) return append(from, length);
  }
}

// What was given back since this share was taken may have moved it forward in the queue. Whether it stood before or behind it is not
// known, so it is taken to have moved: then nothing is ever free twice, once by leaking and once by being given back.
void rate::correct(const rate_share& share, std::int64_t units, const config::rate& limit, instant now) {
  const auto truth = length_of(units, limit);
  if (truth >= share.length_ns) {
    empty_at_ns_.fetch_add(truth - share.length_ns, std::memory_order_relaxed);
    return;
  }
  const auto moved = given_back_ns_.load(std::memory_order_relaxed) - share.moved_ns;
  const auto end = share.begin_ns + share.length_ns - moved;
  const auto not_leaked = std::max<std::int64_t>(end - ns_of(now), 0);
  const auto back = std::min(share.length_ns - truth, not_leaked);
  if (back == 0) return;
  given_back_ns_.fetch_add(back, std::memory_order_relaxed);
  empty_at_ns_.fetch_sub(back, std::memory_order_relaxed);
}

std::int64_t rate::free(const config::rate& limit, instant now) const {
  const auto owed = std::max<std::int64_t>(empty_at_ns_.load(std::memory_order_relaxed) - ns_of(now), 0);
  const wide left = static_cast<wide>(period_ns(limit) - owed) * limit.amount;
  return static_cast<std::int64_t>(left / period_ns(limit));
}

}  // namespace sallyport::policy

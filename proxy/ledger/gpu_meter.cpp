#include "proxy/ledger/gpu_meter.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace sallyport::ledger {
namespace {

__extension__ typedef unsigned __int128 wide;  // NOLINT(modernize-use-using): `using` takes no __extension__ with g++

using std::chrono::hours;

constexpr std::uint64_t hour_ns = 3'600'000'000'000;
constexpr unsigned part_bits = 12;  // a nano-dollar has 4,096 parts
constexpr std::uint64_t part_mask = (std::uint64_t{1} << part_bits) - 1;
constexpr std::int64_t tokens_per_second_assumed = 50;
constexpr std::int64_t learned_tokens_max = 1'000'000;

std::uint64_t ns_of(duration time) { return static_cast<std::uint64_t>(std::chrono::nanoseconds(time).count()); }

nano_usd within_range(wide amount) {
  return static_cast<nano_usd>(std::min(amount, static_cast<wide>(std::numeric_limits<nano_usd>::max())));
}

}  // namespace

gpu_meter::gpu_meter(const config::hourly_price& price, instant now, wall_time today, duration counted_today) : price_(price), last_(now) {
  const auto midnight = std::chrono::floor<std::chrono::days>(today) + std::chrono::days(1);
  today_ = window_until(now + std::chrono::duration_cast<duration>(midnight - today), now, counted_today);
}

gpu_meter::window gpu_meter::window_until(instant ends, instant now, duration counted) const {
  const duration left = hours(price_.hours_a_day) - counted;
  return {.ends = ends, .counted = counted, .owed = std::clamp<duration>(left, duration{0}, ends - now)};
}

gpu_meter::place gpu_meter::enter(instant now) {
  advance(now);
  ++in_flight_;
  return {mark_};
}

nano_usd gpu_meter::leave(place taken, instant now) {
  assert(in_flight_ > 0);
  advance(now);
  const std::uint64_t parts = mark_ - taken.mark + carry_;
  auto share = static_cast<nano_usd>(parts >> part_bits);
  carry_ = parts & part_mask;
  if (--in_flight_ == 0) {
    // Nobody is left to whom a rest could go.
    share = owed_ - totals_.used - totals_.idle_cost;
    carry_ = unshared_ = 0;
  }
  totals_.used += share;
  return share;
}

nano_usd gpu_meter::take_idle(instant now) {
  advance(now);
  const auto fresh = totals_.idle_cost - idle_taken_;
  idle_taken_ = totals_.idle_cost;
  return fresh;
}

void gpu_meter::reprice(const config::hourly_price& price, instant now) {
  advance(now);
  price_ = price;
  today_ = window_until(today_.ends, last_, today_.counted + today_.busy + today_.idle);
}

void gpu_meter::advance(instant now) {
  while (now >= today_.ends) {
    pass_in_day(today_.ends);
    today_ = window_until(last_ + hours(24), last_, {});
  }
  pass_in_day(now);
}

void gpu_meter::pass_in_day(instant until) {
  if (until <= last_) return;
  if (in_flight_ > 0) share_out(until - last_);
  last_ = until;
  if (in_flight_ == 0) accrue_idle(until);
}

void gpu_meter::share_out(duration busy) {
  today_.busy += busy;
  totals_.busy += busy;
  owe(busy);
  const auto heads = static_cast<wide>(in_flight_) * hour_ns;
  const auto all = static_cast<wide>(price_.per_hour) * ns_of(busy) * (part_mask + 1) + unshared_;
  mark_ += static_cast<std::uint64_t>(all / heads);
  unshared_ = static_cast<std::uint64_t>(all % heads);
}

void gpu_meter::accrue_idle(instant now) {
  const duration certain = today_.owed - today_.busy - (today_.ends - now);
  if (certain <= today_.idle) return;
  const duration fresh = certain - today_.idle;
  today_.idle = certain;
  totals_.idle += fresh;
  owe(fresh);
  totals_.idle_cost = owed_ - totals_.used;
}

void gpu_meter::owe(duration paid) {
  const auto all = static_cast<wide>(price_.per_hour) * ns_of(paid) + owed_rest_;
  owed_ += static_cast<nano_usd>(all / hour_ns);
  owed_rest_ = static_cast<std::uint64_t>(all % hour_ns);
}

void gpu_meter::learn(nano_usd share, std::int64_t output_tokens) {
  if (output_tokens <= 0) return;
  learned_cost_ += share;
  learned_tokens_ += output_tokens;
  if (learned_tokens_ < learned_tokens_max) return;
  learned_cost_ /= 2;
  learned_tokens_ /= 2;
}

nano_usd gpu_meter::expected_cost(std::int64_t output_tokens) const {
  if (learned_tokens_ == 0) return assumed_cost(price_, output_tokens);
  const auto tokens = static_cast<wide>(std::max<std::int64_t>(output_tokens, 0));
  const auto of = static_cast<wide>(learned_tokens_);
  return within_range((static_cast<wide>(learned_cost_) * tokens + of / 2) / of);
}

nano_usd assumed_cost(const config::hourly_price& price, std::int64_t output_tokens) {
  const auto tokens = static_cast<wide>(std::max<std::int64_t>(output_tokens, 0));
  constexpr std::int64_t tokens_per_hour = 3'600 * tokens_per_second_assumed;
  return within_range((static_cast<wide>(price.per_hour) * tokens + tokens_per_hour / 2) / tokens_per_hour);
}

}  // namespace sallyport::ledger

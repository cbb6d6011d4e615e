#include "proxy/policy/output_forecast.hpp"

#include <algorithm>
#include <bit>

namespace sallyport::policy {
namespace {

constexpr std::uint32_t samples_between = 10;   ///< the percentile hardly moves in between
constexpr int linear_bits = 3;                  ///< eight buckets to a doubling

}  // namespace

// Values below eight have a bucket each; above, the three bits behind the leading one choose among eight.
std::size_t output_forecast::bucket_of(std::int64_t tokens) {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(tokens, 0));
  if (value < (1u << linear_bits)) return static_cast<std::size_t>(value);
  const int doubling = std::bit_width(value) - 1 - linear_bits;
  const auto place = (value >> doubling) & ((1u << linear_bits) - 1);
  return std::min<std::size_t>((static_cast<std::size_t>(doubling) + 1) * (1u << linear_bits) + place, buckets - 1);
}

std::int64_t output_forecast::upper_edge(std::size_t bucket) {
  constexpr std::size_t per_doubling = 1u << linear_bits;
  if (bucket < per_doubling) return static_cast<std::int64_t>(bucket);
  const auto doubling = bucket / per_doubling - 1;
  return static_cast<std::int64_t>(((per_doubling + bucket % per_doubling + 1) << doubling) - 1);
}

void output_forecast::learn(std::int64_t tokens) {
  counts_[bucket_of(tokens)].fetch_add(1, std::memory_order_relaxed);
  const auto seen = total_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (seen >= samples_kept) halve();
  if (seen >= samples_min && seen % samples_between == 0) recompute();
}

void output_forecast::halve() {
  std::uint32_t left = 0;
  for (auto& count : counts_) {
    const auto half = count.load(std::memory_order_relaxed) / 2;
    count.store(half, std::memory_order_relaxed);
    left += half;
  }
  total_.store(std::max(left, samples_min), std::memory_order_relaxed);
}

void output_forecast::recompute() {
  std::uint64_t all = 0;
  for (const auto& count : counts_) all += count.load(std::memory_order_relaxed);
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    below += counts_[bucket].load(std::memory_order_relaxed);
    if (below * 10 >= all * 9) return learned_.store(upper_edge(bucket), std::memory_order_relaxed);
  }
}

std::optional<std::int64_t> output_forecast::learned() const {
  const auto value = learned_.load(std::memory_order_relaxed);
  return value < 0 ? std::nullopt : std::optional(value);
}

std::int64_t output_forecast::reserve(std::optional<std::int64_t> max_tokens, std::int64_t unknown) const {
  const auto expected = learned().value_or(max_tokens.value_or(unknown));
  return max_tokens ? std::min(expected, std::max<std::int64_t>(*max_tokens, 0)) : expected;
}

}  // namespace sallyport::policy

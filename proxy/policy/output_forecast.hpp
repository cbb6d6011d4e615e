#pragma once
/// How many tokens the next answer will most likely not exceed: the 90th percentile of what was answered before. Learned, because clients
/// ask for far more than they use: a reservation by max_tokens alone would fill a budget with money that is never spent.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

namespace sallyport::policy {

/// Of one team and model. Any thread, no lock; two updates at once may each miss the other by a sample, which a percentile does not notice.
class output_forecast {
 public:
  static constexpr std::uint32_t samples_min = 50;      ///< fewer teach nothing yet
  static constexpr std::uint32_t samples_kept = 1'000;  ///< then all weights are halved, so that the newer ones count more

  /// A whole answer had that many tokens.
  void learn(std::int64_t tokens);

  /// What to reserve: what was learned, else `max_tokens`, else `unknown`; never more than max_tokens.
  std::int64_t reserve(std::optional<std::int64_t> max_tokens, std::int64_t unknown) const;

  /// The upper edge of the bucket that holds the 90th percentile, at most an eighth above it; nothing below samples_min.
  std::optional<std::int64_t> learned() const;

 private:
  static constexpr std::size_t buckets = 8 * 24;   ///< eight to a doubling, up to 16 million tokens
  static std::size_t bucket_of(std::int64_t tokens);
  static std::int64_t upper_edge(std::size_t bucket);
  void recompute();
  void halve();

  std::array<std::atomic<std::uint32_t>, buckets> counts_{};
  std::atomic<std::uint32_t> total_{0};
  std::atomic<std::int64_t> learned_{-1};
};

}  // namespace sallyport::policy

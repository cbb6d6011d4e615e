#pragma once
/// Tokens of one attempt, in disjoint kinds, whatever arithmetic the provider used on its wire.

#include <cstdint>

namespace sallyport {

/// Where the figures come from: the provider's own report, or our estimate because it gave none.
enum class usage_basis : std::uint8_t { none, reported, estimated };

/// Disjoint token counts: the sum of the first three is the whole prompt, the sum of the last two the whole completion.
struct usage {
  std::int64_t input = 0;        ///< prompt tokens that no cache served and that were not written to one
  std::int64_t cached = 0;       ///< prompt tokens read from the provider's cache
  std::int64_t cache_write = 0;  ///< prompt tokens written to the provider's cache
  std::int64_t output = 0;       ///< completion tokens without reasoning
  std::int64_t reasoning = 0;    ///< completion tokens spent on reasoning
  usage_basis basis = usage_basis::none;

  std::int64_t prompt_total() const { return input + cached + cache_write; }
  std::int64_t completion_total() const { return output + reasoning; }
  bool operator==(const usage&) const = default;
};

}  // namespace sallyport

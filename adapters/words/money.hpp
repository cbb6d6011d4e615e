#pragma once
/// Money: integer nano-dollars (1 USD = 1,000,000,000). Never a floating-point number, but in a Prometheus counter.

#include <cstdint>

namespace sallyport {

using nano_usd = std::int64_t;

inline constexpr nano_usd nano_per_usd = 1'000'000'000;

/// Price of a million tokens of each kind, in nano-dollars (so the price of one token is a millionth of it, kept exact until the sum).
struct token_prices {
  nano_usd input = 0;
  nano_usd cached_input = 0;
  nano_usd cache_write = 0;
  nano_usd output = 0;
  nano_usd reasoning = 0;  ///< equal to output unless the provider prices it apart
  bool operator==(const token_prices&) const = default;
};

}  // namespace sallyport

#include "proxy/ledger/price.hpp"

#include <algorithm>
#include <limits>

namespace sallyport::ledger {
namespace {

__extension__ typedef unsigned __int128 wide;   // NOLINT(modernize-use-using): `using` takes no __extension__ with g++

constexpr wide per_price = 1'000'000;
constexpr wide money_max = static_cast<wide>(std::numeric_limits<nano_usd>::max());

// Capped, because five products of the largest values would not fit into 128 bits either.
wide product(std::int64_t tokens, nano_usd price) {
  if (tokens <= 0 || price <= 0) return 0;
  return std::min(static_cast<wide>(tokens) * static_cast<wide>(price), money_max * per_price);
}

}  // namespace

nano_usd cost_of(const usage& tokens, const token_prices& per_million) {
  const wide sum = product(tokens.input, per_million.input) + product(tokens.cached, per_million.cached_input) +
                   product(tokens.cache_write, per_million.cache_write) + product(tokens.output, per_million.output) +
                   product(tokens.reasoning, per_million.reasoning);
  return static_cast<nano_usd>(std::min((sum + per_price / 2) / per_price, money_max));
}

}  // namespace sallyport::ledger

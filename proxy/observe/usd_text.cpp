#include "proxy/observe/usd_text.hpp"

#include <cstdint>

namespace sallyport::observe {

std::string usd_text(nano_usd amount) {
  // Unsigned, because the smallest amount has no positive counterpart.
  const auto magnitude = amount < 0 ? ~static_cast<std::uint64_t>(amount) + 1 : static_cast<std::uint64_t>(amount);
  const auto whole = magnitude / static_cast<std::uint64_t>(nano_per_usd);
  auto fraction = std::to_string(magnitude % static_cast<std::uint64_t>(nano_per_usd));
  fraction.insert(0, 9 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return (amount < 0 ? "-" : "") + std::to_string(whole) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace sallyport::observe

#pragma once
/// Short ways to look at what an import took.

#include "config/price_import.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace sallyport::tests {

inline const config::price_card* card_of(const config::imported_prices& from, std::string_view kind, std::string_view model) {
  for (const auto& row : from.rows)
    if (row.provider == kind && row.model == model) return &row.price;
  return nullptr;
}

/// The tiers of the only period of that row.
inline const std::vector<config::price_tier>& tiers_of_row(const config::imported_prices& from, std::string_view kind,
                                                           std::string_view model) {
  const auto* card = card_of(from, kind, model);
  REQUIRE_MESSAGE(card, model);
  REQUIRE(card->periods.size() == 1);
  return card->periods[0].tiers;
}

inline std::size_t count_of(const std::map<std::string, std::size_t>& in, std::string_view part) {
  std::size_t found = 0;
  for (const auto& [what, count] : in)
    if (what.find(part) != what.npos) found += count;
  return found;
}

}  // namespace sallyport::tests

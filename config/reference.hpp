#pragma once
/// What the one table of keys also makes: the JSON Schema and the reference page. Both are deterministic texts.

#include "config/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// JSON Schema (draft-07) of the configuration, for editors: `sallyport schema`.
std::string json_schema();

/// docs/configuration.md
std::string reference_page();

/// One row of the built-in price list.
struct listed_price {
  std::string provider;  ///< preset name
  std::string model;
  price_card price;
};

/// The built-in price list, sorted by provider and model, and its version (a date).
const std::vector<listed_price>& price_list();
std::string_view price_list_version();

}  // namespace sallyport::config

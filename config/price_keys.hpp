#pragma once
/// The keys of a price, the same in a deployment and in the built-in list.

#include "config/key_table.hpp"
#include "config/settings.hpp"

namespace sallyport::config {

struct price_draft {
  nano_usd input = 0;
  nano_usd output = 0;
  std::optional<nano_usd> cached_input;
  std::optional<nano_usd> cache_write;
  std::optional<nano_usd> reasoning;
};

section<price_draft> price_keys();

/// What is not given costs as much as what it is a part of.
token_prices prices_of(const price_draft& from);

}  // namespace sallyport::config

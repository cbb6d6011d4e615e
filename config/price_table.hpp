#pragma once
/// A price list as it is written: prices by kind of provider and model, under one version.

#include "config/cursor.hpp"
#include "config/reference.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

struct price_table {
  std::string version;
  std::vector<listed_price> rows;  ///< sorted by provider and model, each once

  /// The row of exactly these names, or null.
  const listed_price* find(std::string_view kind, std::string_view model) const;
};

/// The table at that root; what is wrong with it is said there, and rows with a problem are left out. The version of each row's price is
/// `origin`, a colon and the table's own.
price_table read_price_table(const cursor& root, std::string_view origin);

}  // namespace sallyport::config

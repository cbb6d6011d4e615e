#pragma once
/// The built-in price list and the operator's price file over it: which row prices a model.

#include "config/cursor.hpp"
#include "config/price_table.hpp"
#include "config/settings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// The price of a model at a kind of provider, or nothing: the operator's file (null: there is none) goes before the built-in list. A row
/// matches by its exact name, in either of them; else a model that ends in a date (-2024-07-18 or -20240718) is priced as the same name
/// without it. Nothing looser: a wrong price is worse than an unknown one.
std::optional<price_card> price_from_list(std::string_view kind, std::string_view model, const price_table* file = nullptr);

/// The operator's price file; what is wrong with it is said at its own lines. Null, with a problem at `at`, when it cannot be read.
std::shared_ptr<const price_table> read_price_file(const cursor& at, const std::string& path);

struct loaded_prices {
  std::shared_ptr<const price_table> value;  ///< null when there is any problem
  std::vector<problem> problems;
};

/// The text of a price file by itself, for commands.
loaded_prices load_prices(std::string_view text, const std::string& name, const surroundings& world);

/// The name without a date at its end, or the name itself.
std::string_view without_date(std::string_view model);

}  // namespace sallyport::config

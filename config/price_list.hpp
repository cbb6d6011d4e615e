#pragma once
/// The built-in price list: which row prices a model.

#include "config/reference.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string_view>

namespace sallyport::config {

/// The list's price of a model at a kind of provider, or nothing. A row matches by its exact name; else a model that ends in a date
/// (-2024-07-18 or -20240718) is priced as the same name without it. Nothing looser: a wrong price is worse than an unknown one.
std::optional<price_card> price_from_list(std::string_view kind, std::string_view model);

/// The name without a date at its end, or the name itself.
std::string_view without_date(std::string_view model);

}  // namespace sallyport::config

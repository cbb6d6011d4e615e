#include "config/price_list.hpp"

#include "config/embedded.hpp"
#include "config/own_data.hpp"
#include "config/price_table.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

price_table read_built_in() {
  price_table made;
  read_own_data(prices_yaml(), "prices.yaml", [&](const cursor& root) { made = read_price_table(root, "list"); });
  return made;
}

const price_table& built_in() {
  static const price_table once = read_built_in();
  return once;
}

bool fits(std::string_view text, std::string_view form) {
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? c >= '0' && c <= '9' : c == f;
         });
}

}  // namespace

const std::vector<listed_price>& price_list() { return built_in().rows; }
std::string_view price_list_version() { return built_in().version; }

std::string_view without_date(std::string_view model) {
  for (const std::string_view form : {std::string_view("-0000-00-00"), std::string_view("-00000000")}) {
    if (model.size() <= form.size()) continue;
    const auto rest = model.size() - form.size();
    if (fits(model.substr(rest), form)) return model.substr(0, rest);
  }
  return model;
}

std::optional<price_card> price_from_list(std::string_view kind, std::string_view model) {
  const auto* row = built_in().find(kind, model);
  if (!row) row = built_in().find(kind, without_date(model));
  return row ? std::optional(row->price) : std::nullopt;
}

}  // namespace sallyport::config

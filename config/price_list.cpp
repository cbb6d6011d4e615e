#include "config/price_list.hpp"

#include "config/embedded.hpp"
#include "config/own_data.hpp"
#include "config/price_keys.hpp"

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

std::optional<price_card> price_at_name(std::string_view kind, std::string_view model, const price_table* file) {
  const auto* listed = built_in().find(kind, model);
  const auto* filed = file ? file->find(kind, model) : nullptr;
  const auto under = listed ? std::optional(listed->price) : std::nullopt;
  return filed ? laid_over(filed->price, under) : under;
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

std::optional<price_card> price_from_list(std::string_view kind, std::string_view model, const price_table* file) {
  if (auto exact = price_at_name(kind, model, file)) return exact;
  const auto undated = without_date(model);
  return undated == model ? std::nullopt : price_at_name(kind, undated, file);
}

loaded_prices load_prices(std::string_view text, const std::string& name, const surroundings& world) {
  loaded_prices made;
  report found;
  const auto root = read_yaml(text, std::make_shared<const source>(source{name, 0}), found);
  price_table table;
  if (root) table = read_price_table(cursor(*root, found, world), "file");
  if (!found.has_problems()) made.value = std::make_shared<const price_table>(std::move(table));
  made.problems = found.problems();
  return made;
}

std::shared_ptr<const price_table> read_price_file(const cursor& at, const std::string& path) {
  const auto text = at.world().file(path);
  if (!text) {
    at.refuse("file " + at.shown(path) + " cannot be read");
    return nullptr;
  }
  const auto root = at.read_further(*text, path);
  if (!root) return nullptr;
  return std::make_shared<const price_table>(read_price_table(cursor(*root, at), "file"));
}

}  // namespace sallyport::config

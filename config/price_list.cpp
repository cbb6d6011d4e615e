#include "config/price_list.hpp"

#include "config/embedded.hpp"
#include "config/own_data.hpp"
#include "config/price_keys.hpp"

#include <algorithm>
#include <tuple>

namespace sallyport::config {
namespace {

struct whole_list {
  std::string version;
  std::vector<listed_price> rows;
};

struct list_file {
  std::string version;
  std::vector<named<std::string>> same_as;
};

section<list_file> list_keys() {
  field<list_file> prices;
  prices.row.name = "prices";
  prices.read = [](const cursor&, list_file&) {};
  return {required(value_key("version", &list_file::version, line_of_text(), "", ""), "is missing"),
          map_key("same_as", &list_file::same_as, line_of_text(), ""), prices};
}

void read_provider(const cursor& at, const std::string& provider, const section<price_draft>& keys, whole_list& into) {
  for (const auto& entry : at.here().entries) {
    price_draft price;
    read_section(at.below(entry), keys, price);
    into.rows.push_back({provider, entry.key, prices_of(price)});
  }
}

/// Kinds whose models are priced as those of another.
void repeat_rows(const list_file& file, whole_list& into) {
  const auto own = into.rows;
  for (const auto& alias : file.same_as)
    for (const auto& row : own)
      if (row.provider == alias.value) into.rows.push_back({alias.name, row.model, row.per_million});
}

bool comes_before(const listed_price& a, const listed_price& b) { return std::tie(a.provider, a.model) < std::tie(b.provider, b.model); }

whole_list read_list() {
  whole_list made;
  list_file file;
  read_own_data(prices_yaml(), "prices.yaml", [&](const cursor& root) {
    read_section(root, list_keys(), file);
    const auto keys = price_keys();
    const auto providers = root.below("prices");
    for (const auto& entry : providers.here().entries) read_provider(providers.below(entry), entry.key, keys, made);
  });
  made.version = file.version;
  repeat_rows(file, made);
  std::sort(made.rows.begin(), made.rows.end(), comes_before);
  return made;
}

const whole_list& built_in() {
  static const whole_list once = read_list();
  return once;
}

const listed_price* row_of(std::string_view kind, std::string_view model) {
  const auto& rows = built_in().rows;
  const auto wanted = std::tie(kind, model);
  const auto found = std::lower_bound(rows.begin(), rows.end(), wanted, [](const listed_price& row, const auto& key) {
    return std::tuple<std::string_view, std::string_view>(row.provider, row.model) < key;
  });
  const bool is_it = found != rows.end() && found->provider == kind && found->model == model;
  return is_it ? &*found : nullptr;
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
  const auto* row = row_of(kind, model);
  if (!row) row = row_of(kind, without_date(model));
  if (!row) return std::nullopt;
  return price_card{row->per_million, price_basis::list, "list:" + std::string(price_list_version())};
}

}  // namespace sallyport::config

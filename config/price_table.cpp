#include "config/price_table.hpp"

#include "config/key_table.hpp"
#include "config/nearest.hpp"
#include "config/presets.hpp"
#include "config/price_keys.hpp"

#include <algorithm>
#include <tuple>

namespace sallyport::config {
namespace {

using model_names = std::tuple<std::string_view, std::string_view>;

model_names names_of(const listed_price& row) { return {row.provider, row.model}; }
bool comes_before(const listed_price& a, const listed_price& b) { return names_of(a) < names_of(b); }

struct table_draft {
  std::string version;
  std::vector<named<std::string>> same_as;
};

section<table_draft> table_keys() {
  field<table_draft> prices;
  prices.row.name = "prices";
  prices.row.missing = "is missing; write KIND: {MODEL: {input: ..., output: ...}} below it";
  prices.read = [](const cursor&, table_draft&) {};
  return {required(value_key("version", &table_draft::version, line_of_text(64), "", ""),
                   "is missing; name it by its date, as in \"2026-11-23\""),
          map_key("same_as", &table_draft::same_as, line_of_text(), ""), prices};
}

bool is_kind(std::string_view name) { return preset_named(name) || later_kind_named(name); }

void check_kind(const cursor& at, const map_entry& entry) {
  if (!is_kind(entry.key)) at.refuse_key(entry, in_quotes(entry.key) + " is no kind of provider" + suggestion(entry.key, preset_names()));
}

void read_provider(const cursor& at, const std::string& provider, const std::string& version, std::vector<listed_price>& into) {
  static const auto keys = token_price_keys();
  if (!at.is_map()) return;
  for (const auto& entry : at.here().entries) {
    const auto there = at.below(entry);
    if (const auto wrong = model_name(entry.key)) there.refuse(*wrong);
    std::vector<located<price_draft>> written;
    read_section_or_list(there, keys, written);
    if (auto made = made_card(written, price_basis::list, [&](auto) { return version; }))
      into.push_back({provider, entry.key, *std::move(made)});
  }
}

/// Kinds whose models are priced as those of another. A row of their own goes before.
void repeat_rows(const table_draft& draft, price_table& into) {
  const price_table own = into;
  for (const auto& alias : draft.same_as)
    for (const auto& row : own.rows)
      if (row.provider == alias.value && !own.find(alias.name, row.model)) into.rows.push_back({alias.name, row.model, row.price});
}

}  // namespace

const listed_price* price_table::find(std::string_view kind, std::string_view model) const {
  const model_names wanted{kind, model};
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), wanted, [](const auto& row, const auto& key) { return names_of(row) < key; });
  return found != rows.end() && names_of(*found) == wanted ? &*found : nullptr;
}

price_table read_price_table(const cursor& root, std::string_view origin) {
  table_draft draft;
  read_section(root, table_keys(), draft);
  price_table made{.version = draft.version, .rows = {}};
  const auto prices = root.below("prices");
  if (!root.has("prices") || !prices.is_map()) return made;
  const std::string version = std::string(origin) + ":" + draft.version;
  for (const auto& entry : prices.here().entries) check_kind(prices, entry);
  for (const auto& alias : draft.same_as)
    for (const auto& kind : {alias.name, alias.value})
      if (!is_kind(kind)) alias.at.refuse(in_quotes(kind) + " is no kind of provider" + suggestion(kind, preset_names()));
  for (const auto& entry : prices.here().entries) read_provider(prices.below(entry), entry.key, version, made.rows);
  std::sort(made.rows.begin(), made.rows.end(), comes_before);
  repeat_rows(draft, made);
  std::sort(made.rows.begin(), made.rows.end(), comes_before);
  return made;
}

}  // namespace sallyport::config

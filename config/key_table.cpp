#include "config/key_table.hpp"

#include "config/nearest.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr std::size_t plain_name_bytes_max = 64;
constexpr std::size_t model_name_bytes_max = 256;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_name_char(char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; }
bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

void check_key(const cursor& at, const map_entry& entry, const std::vector<const key_row*>& rows) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const key_row* row) { return row->name == entry.key; });
  if (found != rows.end()) {
    if (!(*found)->implemented) at.refuse_key(entry, "is not implemented yet in this version; remove it");
    return;
  }
  std::vector<std::string> known;
  for (const key_row* row : rows)
    if (row->implemented) known.push_back(row->name);
  at.refuse_key(entry, "is not a known key" + suggestion(entry.key, known));
}

}  // namespace

std::optional<complaint> plain_name(std::string_view name) {
  const bool fit = !name.empty() && name.size() <= plain_name_bytes_max && is_letter_or_digit(name[0]) &&
                   std::all_of(name.begin(), name.end(), is_name_char);
  if (fit) return std::nullopt;
  return complaint{"is not a fit name; use at most 64 letters, digits, '.', '_' and '-', and begin with a letter or digit"};
}

std::optional<complaint> model_name(std::string_view name) {
  const bool fit = !name.empty() && name.size() <= model_name_bytes_max && std::all_of(name.begin(), name.end(), is_visible);
  if (fit) return std::nullopt;
  return complaint{"is not a fit name for a model; use at most 256 visible ASCII characters without spaces"};
}

bool check_keys(const cursor& at, const std::vector<const key_row*>& rows) {
  if (!at.is_map()) return false;
  for (const auto& entry : at.here().entries) check_key(at, entry, rows);
  for (const key_row* row : rows)
    if (!row->missing.empty() && !at.has(row->name)) at.below(row->name).refuse(row->missing);
  return true;
}

}  // namespace sallyport::config

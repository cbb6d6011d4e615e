#include "adapters/words/header_list.hpp"

#include <algorithm>

namespace sallyport {
namespace {

constexpr std::size_t value_bytes_max = 16 * 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_token_char(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_field_value(std::string_view text) {
  return text.size() <= value_bytes_max && std::all_of(text.begin(), text.end(), is_value_char);
}

result<void> header_list::add(std::string_view name, std::string_view value) {
  if (!is_token(name)) return fail(failure_kind::internal, "header name is not a token");
  if (!is_field_value(value)) return fail(failure_kind::internal, "value of header " + std::string(name) + " is not fit for the wire");
  fields_.emplace_back(name, value);
  return {};
}

void header_list::add_if_fit(std::string_view name, std::string_view value) {
  if (is_token(name) && is_field_value(value)) fields_.emplace_back(name, value);
}

std::string_view header_list::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) return value;
  return {};
}

bool header_list::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const field& f) { return same_name(f.first, name); });
}

}  // namespace sallyport

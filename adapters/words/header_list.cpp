#include "adapters/words/header_list.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sallyport {
namespace {

constexpr std::size_t value_bytes_max = 16 * 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// What each byte may be part of; a table, since every header of every request comes through here.
enum : std::uint8_t { of_token = 1, of_value = 2 };

constexpr std::array<std::uint8_t, 256> kinds_of_bytes() {
  std::array<std::uint8_t, 256> kinds{};
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    auto& kind = kinds[static_cast<std::size_t>(byte)];
    if (alphanumeric || (byte != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos)) kind |= of_token;
    if (byte == '\t' || (byte >= 0x20 && byte != 0x7f)) kind |= of_value;
  }
  return kinds;
}

constexpr auto kinds = kinds_of_bytes();

bool all_are(std::uint8_t kind, std::string_view text) {
  std::uint8_t common = kind;
  for (const char c : text) common &= kinds[static_cast<unsigned char>(c)];
  return common == kind;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) { return !text.empty() && all_are(of_token, text); }

bool is_field_value(std::string_view text) {
  return text.size() <= value_bytes_max && all_are(of_value, text);
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

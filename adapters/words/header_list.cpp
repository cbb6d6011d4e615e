#include "adapters/words/header_list.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace sallyport {
namespace {

constexpr std::size_t value_bytes_max = 16 * 1024;
constexpr std::size_t fields_usual = 8;
constexpr std::size_t bytes_usual = 256;

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

/// Of the first eight bytes. Never false where one is a control character.
bool may_hold_control(std::string_view text) {
  constexpr std::uint64_t each = 0x0101'0101'0101'0101;
  constexpr std::uint64_t tops = each * 0x80;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text.data(), sizeof bytes);
  const std::uint64_t below_blank = (bytes - each * 0x20) & ~bytes & tops;
  const std::uint64_t flipped = bytes ^ (each * 0x7f);
  return (below_blank | ((flipped - each) & ~flipped & tops)) != 0;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  // Most names that are compared differ in length.
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) { return !text.empty() && all_are(of_token, text); }

bool is_field_value(std::string_view text) {
  if (text.size() > value_bytes_max) return false;
  while (text.size() >= sizeof(std::uint64_t)) {
    // Eight at a time; what may hold something below a blank (a tab may be) or a 0x7f is looked at closely.
    if (may_hold_control(text) && !all_are(of_value, text.substr(0, sizeof(std::uint64_t)))) return false;
    text.remove_prefix(sizeof(std::uint64_t));
  }
  return all_are(of_value, text);
}

result<void> header_list::check(std::string_view name, std::string_view value) {
  if (!is_token(name)) return fail(failure_kind::internal, "header name is not a token");
  if (!is_field_value(value)) return fail(failure_kind::internal, "value of header " + std::string(name) + " is not fit for the wire");
  return {};
}

result<void> header_list::add(std::string_view name, std::string_view value) {
  auto fit = check(name, value);
  if (fit) put(name, value);
  return fit;
}

void header_list::add_if_fit(std::string_view name, std::string_view value) {
  if (is_token(name) && is_field_value(value)) put(name, value);
}

void header_list::put(std::string_view name, std::string_view value) {
  if (places_.empty()) {
    places_.reserve(fields_usual);
    text_.reserve(bytes_usual);
  }
  const auto begin = static_cast<std::uint32_t>(text_.size());
  text_.insert(text_.end(), name.begin(), name.end());
  text_.insert(text_.end(), value.begin(), value.end());
  places_.push_back({begin, static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())});
}

std::string_view header_list::get(std::string_view name) const {
  for (const auto& [key, value] : *this)
    if (same_name(key, name)) return value;
  return {};
}

bool header_list::has(std::string_view name) const {
  return std::any_of(begin(), end(), [&](const field& one) { return same_name(one.first, name); });
}

}  // namespace sallyport

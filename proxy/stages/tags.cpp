#include "proxy/stages/tags.hpp"

#include "config/condition_names.hpp"

#include <algorithm>
#include <map>

namespace sallyport::stages {
namespace {

constexpr std::size_t tags_max = 8;
constexpr std::size_t value_max = 64;
constexpr std::size_t bytes_max = 160;   // what a name in the journal holds

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_value(std::string_view text) {
  const auto fits = [](char c) { return c > ' ' && c < 0x7f && c != ',' && c != '='; };
  return !text.empty() && text.size() <= value_max && std::all_of(text.begin(), text.end(), fits);
}

failure malformed() {
  return fail_with(failure_kind::invalid_request,
                   "The header x-sallyport-tags holds at most 8 tags as 'name=value,name=value', 160 characters in all: names of a-z, 0-9, "
                   "'_', '.', '-', values of visible ASCII without ',' and '='.",
                   "x-sallyport-tags");
}

}  // namespace

result<std::string> tags_in(std::string_view header) {
  std::map<std::string_view, std::string_view> tags;
  while (!header.empty()) {
    const auto comma = header.find(',');
    const auto one = trimmed(header.substr(0, comma));
    const auto equals = one.find('=');
    if (equals == std::string_view::npos || !config::is_tag_name(one.substr(0, equals)) || !is_value(one.substr(equals + 1))) return malformed();
    tags[one.substr(0, equals)] = one.substr(equals + 1);
    if (comma == std::string_view::npos) break;
    header.remove_prefix(comma + 1);
    if (trimmed(header).empty()) return malformed();
  }
  if (tags.size() > tags_max) return malformed();
  std::string text;
  for (const auto& [name, value] : tags) text.append(text.empty() ? "" : ",").append(name).append("=").append(value);
  if (text.size() > bytes_max) return malformed();
  return text;
}

}  // namespace sallyport::stages

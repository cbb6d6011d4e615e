#include "adapters/prompt_size.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sallyport {
namespace {

bool holds_media(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"url", "data", "file_data", "image_url", "b64_json", "encrypted_content", "signature"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::size_t text_bytes_in(json_value value) {
  std::size_t bytes = value.text().size();
  value.each_item([&](json_value item) { bytes += text_bytes_in(item); });
  value.each_member([&](std::string_view name, json_value member) {
    if (!holds_media(name) || !member.is(json_kind::string)) bytes += text_bytes_in(member);
  });
  return bytes;
}

std::size_t schema_bytes_in(json_value value) {
  std::size_t bytes = value.is(json_kind::string) ? value.text().size() + 2 : 1;
  value.each_item([&](json_value item) { bytes += schema_bytes_in(item); });
  value.each_member([&](std::string_view name, json_value member) { bytes += name.size() + 2 + schema_bytes_in(member); });
  return bytes;
}

}  // namespace sallyport

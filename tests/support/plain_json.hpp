#pragma once
/// JSON read by Boost.JSON, apart from the reader that the dialects use: what they say is compared with it. Malformed text throws.

#include <boost/json.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sallyport::tests {

namespace json = boost::json;

inline json::value parsed(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  return json::parse(text, {}, options);
}

/// Null where it is not given, or is `null`.
inline const json::value* member(const json::value& of, std::string_view name) {
  const json::object* object = of.if_object();
  const json::value* found = object ? object->if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

inline std::string text_at(const json::value& of, std::string_view name) {
  const json::value* found = member(of, name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string{};
}

inline std::int64_t number_at(const json::value* of, std::initializer_list<std::string_view> path) {
  for (const auto name : path) of = of ? member(*of, name) : nullptr;
  return of && of->is_int64() ? of->as_int64() : 0;
}

/// The items of an array; none of anything else.
inline const json::array& items_of(const json::value* list) {
  static const json::array none;
  return list && list->is_array() ? list->as_array() : none;
}

inline const json::array& items_at(const json::value& of, std::string_view name) { return items_of(member(of, name)); }

/// The text behind each `data:` of a whole stream, in order.
template <class Take>
void each_payload(const std::string& bytes, Take take) {
  for (std::size_t from = 0; from < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', from), bytes.size());
    std::string line = bytes.substr(from, end - from);
    from = end + 1;
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with("error:")) take(R"({"error":{"message":"as a line"}})");
    if (!line.starts_with("data:")) continue;
    const std::string payload = line.substr(std::min(line.find_first_not_of(' ', 5), line.size()));
    if (!payload.empty()) take(payload);
  }
}

}  // namespace sallyport::tests

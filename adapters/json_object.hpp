#pragma once
/// Writes JSON text piece by piece: commas come by themselves, what is not given is left out.

#include "adapters/json_write.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

/// What to reserve for a body whose length nobody knows yet: most are shorter, and a text that grows step by step is copied at each.
inline constexpr std::size_t usual_body_bytes = 4096;

/// Nesting is the caller's: each begin has its end. Names of members are constants of ours, without anything to escape. One thread.
class json_object {
 public:
  json_object() = default;
  explicit json_object(std::size_t reserve) { text_.reserve(reserve); }
  /// Goes on behind a text, which take() gives back with it: what frames the JSON needs no second text.
  explicit json_object(std::string before) : text_(std::move(before)) {}

  json_object& begin_object() { return open('{'); }
  json_object& end_object() { return close('}'); }
  json_object& begin_array() { return open('['); }
  json_object& end_array() { return close(']'); }

  /// The next value is that member's.
  json_object& name(std::string_view of);

  json_object& string(std::string_view value);
  json_object& integer(std::int64_t value);
  /// The shortest text that reads as the same number.
  json_object& number(double value);
  json_object& boolean(bool value);
  json_object& null();
  /// JSON text as it is: a whole value.
  json_object& raw(std::string_view json);

  /// A member with its value.
  json_object& member(std::string_view of, std::string_view value) { return name(of).string(value); }
  json_object& member(std::string_view of, const char* value) { return name(of).string(value); }
  json_object& member(std::string_view of, std::int64_t value) { return name(of).integer(value); }
  json_object& member(std::string_view of, bool value) { return name(of).boolean(value); }
  json_object& raw_member(std::string_view of, std::string_view json) { return name(of).raw(json); }
  /// Left out where it is not given: nothing, or an empty text.
  json_object& given(std::string_view of, std::string_view value) { return value.empty() ? *this : member(of, value); }
  json_object& given(std::string_view of, const std::optional<std::int64_t>& value) { return value ? member(of, *value) : *this; }
  json_object& given(std::string_view of, const std::optional<double>& value) { return value ? name(of).number(*value) : *this; }
  json_object& given(std::string_view of, const std::optional<bool>& value) { return value ? member(of, *value) : *this; }
  json_object& raw_given(std::string_view of, std::string_view json) { return json.empty() ? *this : raw_member(of, json); }

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  json_object& open(char bracket);
  json_object& close(char bracket);
  void before_value();

  std::string text_;
  bool wants_comma_ = false;
};

}  // namespace sallyport

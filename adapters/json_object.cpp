#include "adapters/json_object.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace sallyport {

void json_object::before_value() {
  if (wants_comma_) text_ += ',';
  wants_comma_ = true;
}

json_object& json_object::open(char bracket) {
  before_value();
  text_ += bracket;
  wants_comma_ = false;
  return *this;
}

json_object& json_object::close(char bracket) {
  text_ += bracket;
  wants_comma_ = true;
  return *this;
}

json_object& json_object::name(std::string_view of) {
  text_ += wants_comma_ ? std::string_view(",\"") : std::string_view("\"");
  text_.append(of).append("\":");
  wants_comma_ = false;
  return *this;
}

json_object& json_object::string(std::string_view value) {
  before_value();
  append_json_string(text_, value);
  return *this;
}

json_object& json_object::integer(std::int64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

json_object& json_object::number(double value) {
  if (!std::isfinite(value)) return null();
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

json_object& json_object::boolean(bool value) { return raw(value ? "true" : "false"); }
json_object& json_object::null() { return raw("null"); }

json_object& json_object::raw(std::string_view json) {
  before_value();
  text_ += json;
  return *this;
}

}  // namespace sallyport

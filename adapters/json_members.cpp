#include "adapters/json_members.hpp"

namespace sallyport {
namespace {

std::size_t behind_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

// `at` is an opening quote. find() is a vectorised search: bodies are mostly long strings.
std::size_t behind_string(std::string_view text, std::size_t at) {
  for (++at; (at = text.find('"', at)) != std::string_view::npos; ++at) {
    std::size_t backslashes = 0;
    while (text[at - backslashes - 1] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return at + 1;
  }
  return text.size();
}

std::size_t behind_nested(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = behind_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++at;
    if (depth == 0) break;
  }
  return at;
}

std::size_t behind_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) return at;
  if (text[at] == '"') return behind_string(text, at);
  if (text[at] == '{' || text[at] == '[') return behind_nested(text, at);
  const std::size_t end = text.find_first_of(",}] \t\r\n", at);
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

json_members::json_members(std::string_view text, std::size_t brace)
    : text_(text), at_(behind_blanks(text, brace) + 1), inside_(at_) {}

std::optional<json_member> json_members::next() {
  at_ = behind_blanks(text_, at_);
  if (at_ < text_.size() && text_[at_] == ',') at_ = behind_blanks(text_, at_ + 1);
  if (at_ >= text_.size() || text_[at_] != '"') return std::nullopt;
  json_member found;
  found.name = {at_, behind_string(text_, at_) - at_};
  const std::size_t colon = behind_blanks(text_, found.name.end());
  const std::size_t value = behind_blanks(text_, colon + 1);
  if (value >= text_.size()) return std::nullopt;
  at_ = behind_value(text_, value);
  found.value = {value, at_ - value};
  return found;
}

json_items::json_items(std::string_view text, std::size_t bracket) : text_(text), at_(behind_blanks(text, bracket) + 1) {}

std::optional<text_range> json_items::next() {
  at_ = behind_blanks(text_, at_);
  if (at_ < text_.size() && text_[at_] == ',') at_ = behind_blanks(text_, at_ + 1);
  if (at_ >= text_.size() || text_[at_] == ']') return std::nullopt;
  const std::size_t begin = at_;
  at_ = behind_value(text_, begin);
  if (at_ == begin) return std::nullopt;
  return text_range{begin, at_ - begin};
}

}  // namespace sallyport

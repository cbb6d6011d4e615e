#pragma once
/// Where the members of a JSON object stand in its text. For text that a json_document has accepted; other text gives nonsense, but
/// never a read or a range outside it.

#include "adapters/words/call.hpp"

#include <optional>
#include <string_view>

namespace sallyport {

/// One member: ranges of the text, of the name with its quotes and of the value without the blanks around it.
struct json_member {
  text_range name;
  text_range value;
};

/// Walks the members of the object whose opening brace stands at `brace` (or behind blanks there). They come in the order of
/// json_value::each_member. Keeps a view of the text.
class json_members {
 public:
  json_members(std::string_view text, std::size_t brace);
  std::optional<json_member> next();
  /// Just behind the opening brace.
  std::size_t inside() const { return inside_; }

 private:
  std::string_view text_;
  std::size_t at_;
  std::size_t inside_;
};

/// Walks the items of the array whose bracket stands at `bracket` (or behind blanks there), one by one: what is behind those that were
/// asked for is not looked at. Keeps a view of the text.
class json_items {
 public:
  json_items(std::string_view text, std::size_t bracket);
  std::optional<text_range> next();

 private:
  std::string_view text_;
  std::size_t at_;
};

}  // namespace sallyport

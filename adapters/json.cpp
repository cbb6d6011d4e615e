#include "adapters/json.hpp"

#include <simdjson.h>

#include <bit>
#include <type_traits>

namespace sallyport {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// A larger text's memory is not kept for the next.
constexpr std::size_t kept_text_max = 256 * 1024;

std::string_view clause_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY: return "it is empty";
    case simdjson::UTF8_ERROR: return "it is not UTF-8";
    case simdjson::DEPTH_ERROR: return "it is nested more than 64 levels deep";
    case simdjson::UNCLOSED_STRING: return "a string is not closed";
    case simdjson::UNESCAPED_CHARS: return "a string holds a control character that is not escaped";
    case simdjson::STRING_ERROR: return "a string holds an escape that JSON does not know, or half a surrogate pair";
    case simdjson::NUMBER_ERROR: return "a number is malformed or too large for 64 bits";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR: return "a word is none of true, false and null";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC: return "it is too large";
    default: return "its brackets, commas or colons are not in order";
  }
}

json_kind kind_of(element_type type) {
  switch (type) {
    case element_type::ARRAY: return json_kind::array;
    case element_type::OBJECT: return json_kind::object;
    case element_type::STRING: return json_kind::string;
    case element_type::BOOL: return json_kind::boolean;
    case element_type::NULL_VALUE: return json_kind::null;
    default: return json_kind::number;
  }
}

struct handle {
  const void* document;
  std::size_t place;
};
static_assert(sizeof(element) == sizeof(handle) && std::is_trivially_copyable_v<element>,
              "a json_value holds what simdjson calls an element");

// Only for values that are there.
element element_of(const void* document, std::size_t place) { return std::bit_cast<element>(handle{document, place}); }

json_value valued(element found) {
  static_assert(sizeof(json_value) == sizeof(element) && std::is_trivially_copyable_v<json_value>);
  return std::bit_cast<json_value>(found);
}

}  // namespace

struct json_document::parser {
  simdjson::dom::parser machine;
  simdjson::dom::element root;
  bool has_root = false;
};

json_kind json_value::kind() const { return document_ ? kind_of(element_of(document_, place_).type()) : json_kind::missing; }

std::optional<bool> json_value::boolean() const {
  bool value = false;
  if (!document_ || element_of(document_, place_).get(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> json_value::integer() const {
  std::int64_t value = 0;
  if (!document_ || element_of(document_, place_).type() == element_type::DOUBLE || element_of(document_, place_).get(value))
    return std::nullopt;
  return value;
}

std::optional<double> json_value::number() const {
  double value = 0;
  if (!document_ || element_of(document_, place_).get(value)) return std::nullopt;
  return value;
}

std::optional<std::string_view> json_value::string() const {
  std::string_view value;
  if (!document_ || element_of(document_, place_).get(value)) return std::nullopt;
  return value;
}

json_value json_value::operator[](std::string_view name) const {
  element found;
  if (!document_ || element_of(document_, place_).at_key(name).get(found)) return {};
  return valued(found);
}

std::size_t json_value::size() const {
  std::size_t count = 0;
  walk_items(&count, [](void* to, json_value) { ++*static_cast<std::size_t*>(to); });
  walk_members(&count, [](void* to, std::string_view, json_value) { ++*static_cast<std::size_t*>(to); });
  return count;
}

json_value json_value::first_item() const {
  simdjson::dom::array items;
  if (!document_ || element_of(document_, place_).get(items) || items.begin() == items.end()) return {};
  return valued(*items.begin());
}

void json_value::walk_items(void* to, void (*visit)(void*, json_value)) const {
  simdjson::dom::array items;
  if (!document_ || element_of(document_, place_).get(items)) return;
  for (element item : items) visit(to, valued(item));
}

void json_value::walk_members(void* to, void (*visit)(void*, std::string_view, json_value)) const {
  simdjson::dom::object members;
  if (!document_ || element_of(document_, place_).get(members)) return;
  for (auto member : members) visit(to, member.key, valued(member.value));
}

std::string json_value::written() const { return document_ ? simdjson::minify(element_of(document_, place_)) : std::string("null"); }

json_document::json_document() = default;
json_document::~json_document() = default;
json_document::json_document(json_document&&) noexcept = default;
json_document& json_document::operator=(json_document&&) noexcept = default;

bool json_document::parse(std::string_view text) {
  if (!parser_) {
    parser_ = std::make_unique<parser>();
    // Said before the first text: the parser keeps this depth when it grows.
    if (parser_->machine.allocate(1024, json_depth_max)) return problem_ = clause_of(simdjson::MEMALLOC), false;
  }
  const auto error = parser_->machine.parse(text.data(), text.size(), true).get(parser_->root);
  parser_->has_root = !error;
  problem_ = error ? clause_of(error) : std::string_view{};
  return !error;
}

void json_document::forget_large() {
  if (parser_ && parser_->machine.capacity() > kept_text_max) parser_.reset();
}

json_value json_document::root() const { return parser_ && parser_->has_root ? valued(parser_->root) : json_value{}; }

}  // namespace sallyport

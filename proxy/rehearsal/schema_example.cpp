#include "proxy/rehearsal/schema_example.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace sallyport::rehearsal {
namespace {

namespace json = boost::json;

constexpr int depth_max = 16;
constexpr std::int64_t items_max = 16;

/// One walk over one schema; `root` is where $ref looks.
struct walk {
  const json::value& root;
  std::string_view word;

  json::value example(const json::value& schema, int depth) const;
  json::value object(const json::object& schema, int depth) const;
  json::value array(const json::object& schema, int depth) const;
  json::value scalar(std::string_view type, const json::object& schema) const;
  const json::value* target_of(std::string_view reference) const;
};

std::int64_t number_at(const json::object& schema, std::string_view key, std::int64_t otherwise) {
  const json::value* found = schema.if_contains(key);
  if (found == nullptr || !found->is_number()) return otherwise;
  boost::system::error_code inexact;
  const auto whole = found->to_number<std::int64_t>(inexact);
  return inexact ? otherwise : whole;
}

std::string_view type_of(const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  if (type != nullptr && type->is_array() && !type->get_array().empty()) type = &type->get_array().front();
  if (type != nullptr && type->is_string()) return type->get_string();
  if (schema.contains("properties")) return "object";
  return schema.contains("items") ? "array" : "string";
}

/// The first of a list of schemas, under any of the words that combine them.
const json::value* first_choice(const json::object& schema) {
  for (const std::string_view key : {"anyOf", "oneOf", "allOf"})
    if (const json::value* list = schema.if_contains(key); list != nullptr && list->is_array() && !list->get_array().empty())
      return &list->get_array().front();
  return nullptr;
}

const json::value* walk::target_of(std::string_view reference) const {
  if (!reference.starts_with('#')) return nullptr;
  boost::system::error_code missing;
  return root.find_pointer(reference.substr(1), missing);
}

json::value walk::example(const json::value& schema, int depth) const {
  if (!schema.is_object() || depth > depth_max) return nullptr;
  const json::object& at = schema.get_object();
  if (const json::value* fixed = at.if_contains("const")) return *fixed;
  if (const json::value* listed = at.if_contains("enum"); listed != nullptr && listed->is_array() && !listed->get_array().empty())
    return listed->get_array().front();
  if (const json::value* usual = at.if_contains("default")) return *usual;
  if (const json::value* reference = at.if_contains("$ref"); reference != nullptr && reference->is_string()) {
    const json::value* target = target_of(reference->get_string());
    return target != nullptr ? example(*target, depth + 1) : json::value(nullptr);
  }
  if (const json::value* choice = first_choice(at)) return example(*choice, depth + 1);
  const std::string_view type = type_of(at);
  if (type == "object") return object(at, depth);
  return type == "array" ? array(at, depth) : scalar(type, at);
}

json::value walk::object(const json::object& schema, int depth) const {
  json::object made;
  const json::value* properties = schema.if_contains("properties");
  const json::value* required = schema.if_contains("required");
  if (properties == nullptr || !properties->is_object() || required == nullptr || !required->is_array()) return made;
  for (const json::value& name : required->get_array()) {
    if (!name.is_string()) continue;
    const json::value* property = properties->get_object().if_contains(name.get_string());
    made[name.get_string()] = property != nullptr ? example(*property, depth + 1) : json::value(word);
  }
  return made;
}

json::value walk::array(const json::object& schema, int depth) const {
  json::array made;
  const std::int64_t length = std::clamp<std::int64_t>(number_at(schema, "minItems", 0), 0, items_max);
  const json::value* items = schema.if_contains("items");
  for (std::int64_t i = 0; i < length; ++i) made.push_back(items != nullptr ? example(*items, depth + 1) : json::value(word));
  return made;
}

json::value walk::scalar(std::string_view type, const json::object& schema) const {
  if (type == "integer" || type == "number") return number_at(schema, "minimum", 1);
  if (type == "boolean") return true;
  if (type == "null") return nullptr;
  std::string text(word);
  const auto length_min = static_cast<std::size_t>(std::clamp<std::int64_t>(number_at(schema, "minLength", 0), 0, 1'024));
  if (text.size() < length_min) text.append(length_min - text.size(), '.');
  return json::value(text);
}

}  // namespace

std::string example_of(std::string_view schema, std::string_view word) {
  boost::system::error_code unreadable;
  const json::value root = json::parse(schema, unreadable, {}, json::parse_options{.max_depth = 64});
  if (unreadable || !root.is_object()) return "{}";
  return json::serialize(walk{root, word}.example(root, 0));
}

}  // namespace sallyport::rehearsal

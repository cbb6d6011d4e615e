#include "config/presets.hpp"
#include "config/reference.hpp"
#include "config/root_keys.hpp"

#include <boost/json.hpp>

namespace sallyport::config {
namespace {

namespace json = boost::json;

json::object object_of(const std::vector<key_row>& rows);

/// A list, a map or a section around what its members are.
json::object shape_of(const key_row& row) {
  using form = key_row::form;
  switch (row.is) {
    case form::value: return json::parse(row.schema).as_object();
    case form::section: return object_of(row.members);
    case form::list: return {{"type", "array"}, {"minItems", 1}, {"items", json::parse(row.schema)}};
    case form::list_of_sections: return {{"type", "array"}, {"minItems", 1}, {"items", object_of(row.members)}};
    case form::section_or_list: {
      const json::object one = object_of(row.members);
      return {{"anyOf", json::array{one, json::object{{"type", "array"}, {"minItems", 1}, {"items", one}}}}};
    }
    case form::map: return {{"type", "object"}, {"additionalProperties", json::parse(row.schema)}};
    case form::map_of_sections:
      return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", object_of(row.members)}};
  }
  return {};
}

json::object object_of(const std::vector<key_row>& rows) {
  json::object properties;
  json::array required;
  for (const auto& row : rows) {
    if (!row.implemented) continue;
    auto shape = shape_of(row);
    shape["description"] = row.sentence + (row.fallback.empty() ? "" : " Default: " + row.fallback + ".");
    properties[row.name] = std::move(shape);
    if (!row.missing.empty()) required.emplace_back(row.name);
  }
  json::object made{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) made["required"] = std::move(required);
  return made;
}

/// An indent of two; Boost.JSON itself writes one line.
class pretty_printer {
 public:
  std::string print(const json::value& value) {
    put(value, 0);
    return out_ + "\n";
  }

 private:
  void put(const json::value& value, std::size_t depth) {
    if (const auto* object = value.if_object(); object && !object->empty()) put_members(*object, depth);
    else if (const auto* array = value.if_array(); array && holds_objects(*array)) put_items(*array, depth);
    else out_ += json::serialize(value);
  }

  static bool holds_objects(const json::array& array) { return !array.empty() && array[0].is_object(); }

  void put_members(const json::object& object, std::size_t depth) {
    std::string before = "{\n";
    for (const auto& member : object) {
      out_ += before + std::string(2 * depth + 2, ' ') + json::serialize(json::value(member.key())) + ": ";
      put(member.value(), depth + 1);
      before = ",\n";
    }
    out_ += "\n" + std::string(2 * depth, ' ') + "}";
  }

  void put_items(const json::array& array, std::size_t depth) {
    std::string before = "[\n";
    for (const auto& item : array) {
      out_ += before + std::string(2 * depth + 2, ' ');
      put(item, depth + 1);
      before = ",\n";
    }
    out_ += "\n" + std::string(2 * depth, ' ') + "]";
  }

  std::string out_;
};

}  // namespace

std::string json_schema() {
  json::object made{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "Sallyport configuration, version 1"}};
  for (auto& member : object_of(rows_of(root_keys()))) made[member.key()] = member.value();
  // In editors a file that other files are included in may leave the nouns to them.
  made["required"] = json::array{"version"};
  const json::object reference{
      {"type", "string"}, {"pattern", "\\$\\{(env|file):"}, {"description", "Filled in when the file is read."}};
  made["definitions"] = json::object{{"reference", reference}};
  return pretty_printer().print(made);
}

}  // namespace sallyport::config

#include "adapters/openai_responses_tools.hpp"

#include "adapters/short_id.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace sallyport::openai_responses {
namespace {

constexpr std::size_t name_bytes_max = 64;

bool is_function_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; };
  return name.size() <= name_bytes_max && std::all_of(name.begin(), name.end(), fits);
}

field_problem read_tool(json_value from, const std::string& place, chat& into);

field_problem read_space(json_value from, const std::string& place, chat& into) {
  field_problem why;
  std::size_t at = 0;
  from["tools"].each_item([&](json_value inner) {
    const std::size_t before = into.tools.size();
    if (!why && inner["type"].text() != "namespace") why = read_tool(inner, place + ".tools[" + std::to_string(at) + "]", into);
    ++at;
    if (into.tools.size() > before && into.tools.back().kind != tool_kind::hosted)
      into.tools.back().name = name_outside(from["name"].text(), into.tools.back().name);
  });
  return why;
}

field_problem read_tool(json_value from, const std::string& place, chat& into) {
  const auto type = from["type"].text();
  if (type.empty()) return wrong_field(place + ".type", "a string: function, custom, or a tool that the provider runs");
  if (type == "namespace") return read_space(from, place, into);
  tool made;
  made.name = from["name"].text();
  if (type != "function" && type != "custom") {
    made.kind = tool_kind::hosted;
    made.name = type;
    into.tools.push_back(std::move(made));
    return std::nullopt;
  }
  if (made.name.empty()) return wrong_field(place + ".name", "the name of the tool");
  made.description = from["description"].text();
  if (type == "custom") {
    made.kind = tool_kind::custom;
    const json_value format = from["format"];
    if (format.is_given() && format["type"].text() != "text") made.grammar = format.written();
  } else {
    const json_value schema = from["parameters"];
    if (schema.is_given() && !schema.is(json_kind::object)) return wrong_field(place + ".parameters", "a JSON Schema: an object");
    if (schema.is_given()) made.schema = schema.written();
    made.strict = from["strict"].boolean();
  }
  into.tools.push_back(std::move(made));
  return std::nullopt;
}

/// Hosted tools have no name but their kind.
std::string name_of_tool(json_value chosen) { return std::string(chosen[chosen["name"].is_given() ? "name" : "type"].text()); }

bool read_use(std::string_view word, tool_use& into) {
  if (word == "auto") into = tool_use::automatic;
  if (word == "none") into = tool_use::none;
  if (word == "required") into = tool_use::required;
  return into != tool_use::unset;
}

field_problem read_choice(json_value choice, tool_choice& into) {
  constexpr std::string_view wanted =
      "auto, none, required, or an object that names a tool, as in {\"type\": \"function\", \"name\": \"look_up\"}";
  if (!choice.is_given()) return std::nullopt;
  if (choice.is(json_kind::string)) {
    if (!read_use(choice.text(), into.use)) return wrong_field("tool_choice", wanted);
    return std::nullopt;
  }
  const auto type = choice["type"].text();
  if (type.empty()) return wrong_field("tool_choice", wanted);
  if (type == "allowed_tools") {
    if (!read_use(choice["mode"].text(), into.use)) return wrong_field("tool_choice.mode", "auto or required");
    choice["tools"].each_item([&](json_value one) { into.allowed.push_back(name_of_tool(one)); });
    return std::nullopt;
  }
  into.use = tool_use::named;
  into.name = name_of_tool(choice);
  return std::nullopt;
}

}  // namespace

std::string name_outside(std::string_view space, std::string_view name) {
  std::string joined = std::string(space) + "__" + std::string(name);
  return is_function_name(joined) ? joined : "tool_" + short_id(joined, 24);
}

field_problem read_tools(json_value body, chat& into) {
  const json_value tools = body["tools"];
  if (tools.is_given() && !tools.is(json_kind::array)) return wrong_field("tools", "a list of tools");
  field_problem why;
  std::size_t at = 0;
  tools.each_item([&](json_value one) {
    if (!why) why = read_tool(one, "tools[" + std::to_string(at) + "]", into);
    ++at;
  });
  if (why) return why;
  const json_value parallel = body["parallel_tool_calls"];
  if (parallel.is_given() && !parallel.boolean()) return wrong_field("parallel_tool_calls", "true or false");
  into.choice.parallel = parallel.boolean();
  return read_choice(body["tool_choice"], into.choice);
}

}  // namespace sallyport::openai_responses

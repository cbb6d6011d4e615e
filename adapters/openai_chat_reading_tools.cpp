#include "adapters/json_object.hpp"
#include "adapters/openai_chat_parts.hpp"
#include "adapters/openai_chat_reading.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace sallyport::openai_chat {
namespace {

field_problem read_function(json_value function, const std::string& param, tool& into) {
  into.name = function["name"].text();
  if (into.name.empty()) return wrong_field(param + ".name", "the name of a tool");
  if (auto why = read_text(function["description"], param + ".description", into.description)) return why;
  const json_value schema = function["parameters"];
  if (schema.is_given() && !schema.is(json_kind::object)) return wrong_field(param + ".parameters", "a JSON Schema: an object");
  if (schema.is_given()) into.schema = schema.written();
  return read_yes_or_no(function["strict"], param + ".strict", into.strict);
}

/// As Responses have it, one object less deep.
std::string flat_grammar(json_value format) {
  const json_value inside = format["grammar"];
  if (!inside.is(json_kind::object)) return format.written();
  json_object made;
  made.begin_object().member("type", "grammar").given("syntax", inside["syntax"].text()).given("definition", inside["definition"].text());
  return made.end_object().take();
}

field_problem read_custom(json_value custom, const std::string& param, tool& into) {
  into.kind = tool_kind::custom;
  into.name = custom["name"].text();
  if (into.name.empty()) return wrong_field(param + ".name", "the name of a tool");
  if (custom["format"].is(json_kind::object) && custom["format"]["type"].text() != "text") into.grammar = flat_grammar(custom["format"]);
  return read_text(custom["description"], param + ".description", into.description);
}

field_problem read_tool(json_value one, const std::string& param, tool& into) {
  const auto type = one["type"].text();
  into.cached = mark_of(one);
  if (type == "function") return read_function(one["function"], param + ".function", into);
  if (type == "custom") return read_custom(one["custom"], param + ".custom", into);
  if (type.empty()) return wrong_field(param + ".type", "a kind of tool, as function");
  into.kind = tool_kind::hosted;
  into.name = type;
  return std::nullopt;
}

std::string_view name_in(json_value tool) {
  const auto type = tool["type"].text();
  return type == "function" || type == "custom" ? tool[type]["name"].text() : type;
}

field_problem read_allowed(json_value allowed, tool_choice& into) {
  into.use = allowed["mode"].text() == "required" ? tool_use::required : tool_use::automatic;
  allowed["tools"].each_item([&](json_value one) { into.allowed.emplace_back(name_in(one)); });
  if (into.allowed.empty()) return wrong_field("tool_choice.allowed_tools.tools", "a list of at least one tool");
  return std::nullopt;
}

field_problem read_choice(json_value choice, tool_choice& into) {
  if (!choice.is_given()) return std::nullopt;
  for (const auto& [word, use] : {std::pair{"auto", tool_use::automatic}, {"none", tool_use::none}, {"required", tool_use::required}})
    if (choice.text() == word) return into.use = use, std::nullopt;
  if (choice["type"].text() == "allowed_tools") return read_allowed(choice["allowed_tools"], into);
  into.use = tool_use::named;
  into.name = name_in(choice);
  if (into.name.empty()) return wrong_field("tool_choice", "auto, none, required, or an object that names a tool");
  return std::nullopt;
}

}  // namespace

field_problem read_tools(json_value body, chat& into) {
  for (const char* name : {"functions", "function_call"})
    if (body[name].is_given()) return cannot_carry(name, "is the old form of tools, which cannot be translated; use tools and tool_choice");
  if (body["tools"].is_given() && !body["tools"].is(json_kind::array)) return wrong_field("tools", "a list");
  auto why = read_items(body["tools"], "tools",
                        [&](json_value one, const std::string& param) { return read_tool(one, param, into.tools.emplace_back()); });
  if (!why) why = read_choice(body["tool_choice"], into.choice);
  if (!why) why = read_yes_or_no(body["parallel_tool_calls"], "parallel_tool_calls", into.choice.parallel);
  return why;
}

std::set<std::string, std::less<>> custom_tools_of(const call& asked) {
  std::set<std::string, std::less<>> names;
  thread_local json_document document;
  // Most calls have none, and are not read once more to learn it.
  if (!asked.has_tools || asked.body.find("custom") == std::string::npos || !document.parse(asked.body)) return names;
  document.root()["tools"].each_item([&](json_value one) {
    if (one["type"].text() == "custom") names.emplace(one["custom"]["name"].text());
  });
  document.forget_large();
  return names;
}

}  // namespace sallyport::openai_chat

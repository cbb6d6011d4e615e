#include "adapters/anthropic_messages_chat.hpp"

#include "adapters/anthropic_messages_prompt.hpp"
#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"

#include <algorithm>
#include <array>

namespace sallyport::anthropic_messages {
namespace {

/// What is read, here or by read_call; all other names are foreign.
constexpr std::array<std::string_view, 17> read_names{
    "model",    "messages", "system",      "max_tokens",  "stream",       "tools", "tool_choice",   "thinking",      "output_config",
    "metadata", "top_p",    "temperature", "top_k",       "stop_sequences", "service_tier", "cache_control", "output_format"};

field_problem read_number(json_value body, const char* name, std::optional<double>& into) {
  const json_value value = body[name];
  if (value.is_given() && !value.number()) return wrong_field(name, "a number");
  into = value.number();
  return std::nullopt;
}

field_problem read_stops(json_value stops, std::vector<std::string>& into) {
  if (!stops.is_given()) return std::nullopt;
  bool wrong = !stops.is(json_kind::array);
  stops.each_item([&](json_value one) {
    wrong = wrong || !one.is(json_kind::string);
    into.emplace_back(one.text());
  });
  return wrong ? field_problem(wrong_field("stop_sequences", "a list of strings")) : std::nullopt;
}

field_problem read_sampling(json_value body, sampling& into) {
  if (auto why = read_number(body, "temperature", into.temperature)) return why;
  if (auto why = read_number(body, "top_p", into.top_p)) return why;
  if (auto why = read_limit(body, "top_k", into.top_k)) return why;
  return read_stops(body["stop_sequences"], into.stop);
}

field_problem read_tool(json_value one, const std::string& where, tool& into) {
  const auto type = one["type"].text();
  into.cached = mark_in(one);
  if (!type.empty() && type != "custom") {
    into.kind = tool_kind::hosted;
    into.name = type;
    return std::nullopt;
  }
  into.name = one["name"].text();
  if (into.name.empty()) return wrong_field(where + ".name", "the name of the tool");
  into.description = one["description"].text();
  const json_value schema = one["input_schema"];
  if (schema.is_given() && !schema.is(json_kind::object)) return wrong_field(where + ".input_schema", "a JSON Schema");
  if (schema.is_given()) into.schema = schema.written();
  into.strict = one["strict"].boolean();
  return std::nullopt;
}

field_problem read_tools(json_value tools, std::vector<tool>& into) {
  if (tools.is_given() && !tools.is(json_kind::array)) return wrong_field("tools", "a list of tools");
  field_problem problem;
  std::size_t at = 0;
  tools.each_item([&](json_value one) {
    const std::string where = "tools[" + std::to_string(at++) + "]";
    if (!problem) problem = one.is(json_kind::object) ? read_tool(one, where, into.emplace_back()) : wrong_field(where, "an object");
  });
  return problem;
}

/// A tool that the provider runs is called by its name, and known by its type.
std::string known_name(json_value tools, std::string_view name) {
  std::string made(name);
  tools.each_item([&](json_value one) {
    const auto type = one["type"].text();
    if (one["name"].text() == name && !type.empty() && type != "custom") made = type;
  });
  return made;
}

field_problem read_choice(json_value body, tool_choice& into) {
  const json_value choice = body["tool_choice"];
  if (!choice.is_given()) return std::nullopt;
  const auto type = choice["type"].text();
  if (type == "auto") {
    into.use = tool_use::automatic;
  } else if (type == "any") {
    into.use = tool_use::required;
  } else if (type == "none") {
    into.use = tool_use::none;
  } else if (type == "tool" && !choice["name"].text().empty()) {
    into.use = tool_use::named;
    into.name = known_name(body["tools"], choice["name"].text());
  } else {
    return wrong_field("tool_choice", "{\"type\": \"auto\"}, any, none, or tool with its name");
  }
  if (const auto alone = choice["disable_parallel_tool_use"].boolean()) into.parallel = !*alone;
  return std::nullopt;
}

field_problem read_thinking(json_value thinking, chat& into) {
  if (!thinking.is_given()) return std::nullopt;
  const auto type = thinking["type"].text();
  using mode = reasoning_wish::mode;
  if (type == "disabled") {
    into.reasoning.is = mode::off;
  } else if (type == "enabled") {
    into.reasoning.is = mode::on;
    into.reasoning.budget = thinking["budget_tokens"].integer();
  } else if (type == "adaptive") {
    into.reasoning.is = mode::adaptive;
  } else if (type.empty()) {
    return wrong_field("thinking", "an object with a type: enabled, adaptive or disabled");
  } else {
    into.foreign.emplace_back("thinking");
  }
  if (thinking["display"].text() == "summarized") into.reasoning.summary = "auto";
  return std::nullopt;
}

field_problem read_format(json_value format, const char* where, output_format& into) {
  if (!format.is_given()) return std::nullopt;
  const auto type = format["type"].text();
  if (type != "json_schema" || !format["schema"].is(json_kind::object))
    return wrong_field(where, "{\"type\": \"json_schema\", \"schema\": {...}}");
  into.kind = format_kind::json_schema;
  into.name = format["name"].text();
  into.schema = format["schema"].written();
  return std::nullopt;
}

void read_rest(json_value body, chat& into) {
  into.user = body["metadata"]["user_id"].text();
  into.service_tier = body["service_tier"].text();
  into.cached = mark_in(body);
  into.reasoning.effort = body["output_config"]["effort"].text();
  body.each_member([&](std::string_view name, json_value value) {
    const bool is_read = std::find(read_names.begin(), read_names.end(), name) != read_names.end();
    if (!is_read && value.is_given()) into.foreign.emplace_back(name);
  });
}

field_problem read_body(json_value body, chat& into) {
  if (auto why = read_messages(body, into.messages)) return why;
  if (auto why = read_tools(body["tools"], into.tools)) return why;
  if (auto why = read_choice(body, into.choice)) return why;
  if (auto why = read_sampling(body, into.how)) return why;
  if (auto why = read_thinking(body["thinking"], into)) return why;
  if (auto why = read_format(body["output_format"], "output_format", into.format)) return why;
  if (auto why = read_format(body["output_config"]["format"], "output_config.format", into.format)) return why;
  read_rest(body, into);
  return std::nullopt;
}

}  // namespace

result<chat> read_chat(const call& asked) {
  thread_local json_document document;
  if (!document.parse(asked.body))
    return fail_with(failure_kind::invalid_json, "The body is not valid JSON: " + std::string(document.problem()) + ".");
  chat made;
  made.max_tokens = asked.max_tokens;
  made.stream = asked.stream;
  auto why = read_body(document.root(), made);
  document.forget_large();
  if (why) return *std::move(why);
  return made;
}

}  // namespace sallyport::anthropic_messages

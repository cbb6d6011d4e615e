#include "adapters/anthropic_messages_tools.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"

#include <algorithm>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::string_view any_object = R"({"type":"object","properties":{}})";
constexpr std::string_view one_text = R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

bool is_allowed(const tool& one, const std::vector<std::string>& allowed) {
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), one.name) != allowed.end();
}

bool has_name(const std::vector<tool>& among, std::string_view name) {
  return std::any_of(among.begin(), among.end(), [&](const tool& one) { return one.name == name; });
}

void add_tools_of_history(const chat& said, std::vector<tool>& into) {
  for (const message& one : said.messages)
    for (const part& each : one.parts)
      if (each.kind == part_kind::tool_call && !has_name(into, each.name)) {
        tool spoken_of;
        spoken_of.name = each.name;
        into.push_back(std::move(spoken_of));
      }
}

/// The schema with the type that the dialect wants to read at its top.
std::string schema_of(const tool& one) {
  if (one.kind == tool_kind::custom) return std::string(one_text);
  json_document document;
  if (one.schema.empty() || !document.parse(one.schema) || !document.root().is(json_kind::object)) return std::string(any_object);
  if (document.root()["type"].is_given()) return one.schema;
  json_object made;
  made.begin_object().member("type", "object");
  document.root().each_member([&](std::string_view name, json_value value) {
    if (name == "type") return;
    made.raw_member(json_string(name).substr(1, json_string(name).size() - 2), value.written());
  });
  return made.end_object().take();
}

result<void> write_tool(const tool& one, std::size_t at, const model_facts& facts, const block_writing& how, json_object& to) {
  const std::string where = "tools[" + std::to_string(at) + "]";
  if (!is_fit_name(one.name)) return cannot_carry(where + ".name", "must have 1 to 128 letters, digits, _ or - for this model");
  if (one.kind == tool_kind::custom)
    how.warnings.add(severity::warn, "tools.custom", "a tool that takes free text is offered as a function with one text");
  to.begin_object().member("name", one.name).given("description", one.description).raw_member("input_schema", schema_of(one));
  if (one.strict && facts.takes_schema) to.member("strict", *one.strict);
  if (one.strict.value_or(false) && !facts.takes_schema) how.warnings.add(severity::warn, "tools.strict", "this model has none");
  how.marks.write(one.cached, to);
  to.end_object();
  return {};
}

std::string_view type_of(tool_use use) {
  switch (use) {
    case tool_use::none: return "none";
    case tool_use::required: return "any";
    case tool_use::named: return "tool";
    case tool_use::unset:
    case tool_use::automatic: break;
  }
  return "auto";
}

void write_choice(const tool_choice& choice, tool_use use, json_object& to) {
  if (use == tool_use::unset && !choice.parallel) return;
  to.name("tool_choice").begin_object().member("type", type_of(use));
  if (use == tool_use::named) to.member("name", choice.name);
  if (choice.parallel && use != tool_use::none) to.member("disable_parallel_tool_use", !*choice.parallel);
  to.end_object();
}

}  // namespace

bool forces_a_call(const chat& said) { return said.choice.use == tool_use::required || said.choice.use == tool_use::named; }

result<std::vector<tool>> offered_tools(const chat& said, warning_list& warnings) {
  std::vector<tool> offered;
  for (const tool& one : said.tools) {
    if (one.kind != tool_kind::hosted) {
      if (is_allowed(one, said.choice.allowed)) offered.push_back(one);
      continue;
    }
    if (said.choice.use == tool_use::named && said.choice.name == one.name)
      return cannot_carry("tool_choice", "names a tool that only its own provider runs");
    warnings.add(severity::warn, "tools." + one.name, "a tool that only its own provider runs is not offered");
  }
  if (said.choice.use == tool_use::named && !has_name(offered, said.choice.name))
    return cannot_carry("tool_choice", "names a tool that is not among 'tools'");
  if (said.choice.use == tool_use::required && offered.empty())
    return cannot_carry("tool_choice", "wants a tool to be called, but none can be offered");
  if (offered.empty()) add_tools_of_history(said, offered);
  return offered;
}

result<void> write_tools(const std::vector<tool>& offered, const chat& said, const model_facts& facts, const block_writing& how,
                         json_object& to) {
  if (offered.empty()) return {};
  to.name("tools").begin_array();
  for (std::size_t i = 0; i < offered.size(); ++i)
    if (auto done = write_tool(offered[i], i, facts, how, to); !done) return done;
  to.end_array();
  const bool offers_any = std::any_of(said.tools.begin(), said.tools.end(), [](const tool& one) { return one.kind != tool_kind::hosted; });
  tool_use use = offers_any ? said.choice.use : tool_use::none;
  if (forces_a_call(said) && !facts.takes_forced_tools) {
    how.warnings.add(severity::warn, "tool_choice", "this model cannot be made to call a tool");
    use = tool_use::automatic;
  }
  write_choice(said.choice, use, to);
  return {};
}

}  // namespace sallyport::anthropic_messages

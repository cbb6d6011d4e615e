#include "adapters/call_fields.hpp"
#include "adapters/custom_input.hpp"
#include "adapters/json.hpp"
#include "adapters/openai_chat_writing.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::openai_chat {
namespace {

// Responses have it one object less deep.
void write_grammar(const std::string& grammar, json_object& to) {
  json_document document;
  if (grammar.empty() || !document.parse(grammar)) return;
  const json_value format = document.root();
  if (!format["definition"].is_given()) return void(to.raw_member("format", grammar));
  to.name("format").begin_object().member("type", "grammar").name("grammar").begin_object();
  to.given("syntax", format["syntax"].text()).member("definition", format["definition"].text()).end_object().end_object();
}

void write_custom(const tool& one, letter& into) {
  into.body.member("type", "custom").name("custom").begin_object().member("name", one.name).given("description", one.description);
  write_grammar(one.grammar, into.body);
  into.body.end_object();
}

void write_function(const tool& one, letter& into) {
  const bool is_custom = one.kind == tool_kind::custom;
  if (is_custom) into.warnings.warn("tools.custom", "goes as a function that takes its text as input");
  into.body.member("type", "function").name("function").begin_object().member("name", one.name).given("description", one.description);
  into.body.raw_given("parameters", is_custom ? custom_input_schema : std::string_view(one.schema))
      .given("strict", one.strict)
      .end_object();
}

void write_tool(const tool& one, letter& into) {
  if (one.cached) into.warnings.inform("cache_control", "openai_chat has no marks");
  into.body.begin_object();
  if (one.kind == tool_kind::custom && into.to_openai())
    write_custom(one, into);
  else
    write_function(one, into);
  into.body.end_object();
}

// A client may name very many.
using name_set = std::set<std::string_view>;

/// Those that the choice leaves; empty: all.
name_set allowed_names(const letter& into) {
  const auto& allowed = into.said.choice.allowed;
  return into.to_openai() ? name_set() : name_set(allowed.begin(), allowed.end());
}

name_set custom_names(const letter& into) {
  name_set made;
  for (const tool& one : into.said.tools)
    if (one.kind == tool_kind::custom && into.to_openai()) made.insert(one.name);
  return made;
}

/// A tool as a choice names it.
void write_name(std::string_view name, const name_set& custom, letter& into) {
  const std::string_view type = custom.contains(name) ? "custom" : "function";
  into.body.begin_object().member("type", type).name(type).begin_object().member("name", name).end_object().end_object();
}

std::string_view word_of(tool_use use) {
  switch (use) {
    case tool_use::none:
      return "none";
    case tool_use::required:
      return "required";
    default:
      return "auto";
  }
}

void write_allowed(letter& into) {
  const tool_choice& choice = into.said.choice;
  into.body.name("tool_choice").begin_object().member("type", "allowed_tools").name("allowed_tools").begin_object();
  into.body.member("mode", word_of(choice.use)).name("tools").begin_array();
  const name_set custom = custom_names(into);
  for (const std::string& name : choice.allowed) write_name(name, custom, into);
  into.body.end_array().end_object().end_object();
}

void write_choice(letter& into) {
  const tool_choice& choice = into.said.choice;
  if (choice.use == tool_use::named) {
    into.body.name("tool_choice");
    write_name(choice.name, custom_names(into), into);
  } else if (!choice.allowed.empty() && into.to_openai()) {
    write_allowed(into);
  } else if (choice.use != tool_use::unset) {
    into.body.member("tool_choice", word_of(choice.use));
  }
  into.body.given("parallel_tool_calls", choice.parallel);
}

field_problem note_hosted(letter& into) {
  const tool_choice& choice = into.said.choice;
  for (const tool& one : into.said.tools) {
    if (one.kind != tool_kind::hosted) continue;
    const std::string field = "tools." + one.name;
    if (choice.use == tool_use::named && choice.name == one.name) return cannot_carry(field, "is a tool that only its own provider runs");
    into.warnings.warn(field, "only its own provider runs it");
  }
  return std::nullopt;
}

}  // namespace

maybe_failure write_tools(letter& into) {
  if (auto why = note_hosted(into)) return why;
  const auto& tools = into.said.tools;
  const name_set allowed = allowed_names(into);
  const auto goes = [&](const tool& one) { return one.kind != tool_kind::hosted && (allowed.empty() || allowed.contains(one.name)); };
  // Engines refuse an empty list, and a choice without tools.
  if (std::none_of(tools.begin(), tools.end(), goes)) {
    const auto use = into.said.choice.use;
    if (use == tool_use::required || use == tool_use::named)
      return cannot_carry("tool_choice", "asks for a tool, and none of them can be carried");
    return std::nullopt;
  }
  into.body.name("tools").begin_array();
  for (const tool& one : tools)
    if (goes(one)) write_tool(one, into);
  into.body.end_array();
  write_choice(into);
  return std::nullopt;
}

}  // namespace sallyport::openai_chat

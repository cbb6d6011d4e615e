#include "adapters/openai_chat_parts.hpp"
#include "adapters/openai_chat_reading.hpp"
#include "adapters/openai_chat_thoughts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::openai_chat {
namespace {

/// Which parts may stand where: what the wire takes, and nothing that would change its meaning on its way.
bool may_say(role who, part_kind what) {
  switch (who) {
    case role::system:
    case role::developer:
      return what == part_kind::text;
    case role::assistant:
      return what == part_kind::text || what == part_kind::refusal || what == part_kind::reasoning;
    default:
      return what != part_kind::refusal && what != part_kind::reasoning;
  }
}

field_problem read_content_of(json_value one, std::string_view param, role who, std::vector<part>& into) {
  const std::string name = std::string(param) + ".content";
  const std::size_t before = into.size();
  if (auto why = read_content(one["content"], name, into)) return why;
  const auto stranger = std::find_if(into.begin() + static_cast<std::ptrdiff_t>(before), into.end(),
                                     [&](const part& each) { return !may_say(who, each.kind); });
  if (stranger == into.end()) return std::nullopt;
  return cannot_carry(name, "holds a kind of content that does not stand with this role");
}

field_problem read_call_of_tool(json_value one, std::string_view param, part& into) {
  into.kind = part_kind::tool_call;
  into.is_custom = one["type"].text() == "custom";
  const json_value called = one[into.is_custom ? "custom" : "function"];
  into.id = one["id"].text();
  into.name = called["name"].text();
  if (into.id.empty()) return wrong_field(std::string(param) + ".id", "the id of the call");
  if (into.name.empty())
    return wrong_field(std::string(param) + (into.is_custom ? ".custom.name" : ".function.name"), "the name of a tool");
  return into.is_custom ? read_text(called["input"], std::string(param) + ".custom.input", into.text)
                        : read_text(called["arguments"], std::string(param) + ".function.arguments", into.text);
}

field_problem read_assistant(json_value one, std::string_view param, message& into) {
  for (const char* name : {"audio", "function_call"})
    if (one[name].is_given()) return cannot_carry(std::string(param) + "." + name, "cannot be translated");
  read_thoughts(one, into.parts);
  if (auto why = read_content_of(one, param, role::assistant, into.parts)) return why;
  if (!one["refusal"].text().empty()) {
    part& refusal = into.parts.emplace_back();
    refusal.kind = part_kind::refusal;
    refusal.text = one["refusal"].text();
  }
  return read_items(one["tool_calls"], std::string(param) + ".tool_calls",
                    [&](json_value call, const std::string& name) { return read_call_of_tool(call, name, into.parts.emplace_back()); });
}

/// Ids of calls of tools that take text: of a result only its call says so.
using custom_ids = std::set<std::string, std::less<>>;

void learn_custom_ids(const message& from, custom_ids& into) {
  for (const part& one : from.parts)
    if (one.kind == part_kind::tool_call && one.is_custom) into.insert(one.id);
}

field_problem read_tool_result(json_value one, std::string_view param, const custom_ids& custom, message& into) {
  part& made = into.parts.emplace_back();
  made.kind = part_kind::tool_result;
  made.id = one["tool_call_id"].text();
  if (made.id.empty()) return wrong_field(std::string(param) + ".tool_call_id", "the id of the call that it answers");
  made.is_custom = custom.contains(made.id);
  made.cached = mark_of(one);
  return read_content_of(one, param, role::tool, made.content);
}

std::optional<role> role_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, role>, 5> roles{{{"system", role::system},
                                                                    {"developer", role::developer},
                                                                    {"user", role::user},
                                                                    {"assistant", role::assistant},
                                                                    {"tool", role::tool}}};
  for (const auto& [each, who] : roles)
    if (each == name) return who;
  return std::nullopt;
}

// A mark may stand with a message whose content is a string: it is that text's.
void keep_mark_of_message(json_value one, message& into) {
  if (into.from != role::tool && !into.parts.empty() && !into.parts.back().cached) into.parts.back().cached = mark_of(one);
}

field_problem read_message(json_value one, std::string_view param, const custom_ids& custom, message& into) {
  if (!one.is(json_kind::object)) return wrong_field(param, "an object");
  const auto who = role_named(one["role"].text());
  const std::string role_param = std::string(param) + ".role";
  if (one["role"].text() == "function")
    return cannot_carry(role_param, "is of the old form of tools, which cannot be translated; use tool");
  if (!who) return wrong_field(role_param, "system, developer, user, assistant or tool");
  into.from = *who;
  if (*who == role::tool) return read_tool_result(one, param, custom, into);
  if (auto why = read_text(one["name"], std::string(param) + ".name", into.name)) return why;
  auto why = *who == role::assistant ? read_assistant(one, param, into) : read_content_of(one, param, *who, into.parts);
  if (!why) keep_mark_of_message(one, into);
  return why;
}

}  // namespace

field_problem read_messages(json_value messages, std::vector<message>& into) {
  custom_ids custom;
  return read_items(messages, "messages", [&](json_value one, const std::string& param) {
    message made;
    auto why = read_message(one, param, custom, made);
    learn_custom_ids(made, custom);
    if (!why) into.push_back(std::move(made));
    return why;
  });
}

}  // namespace sallyport::openai_chat

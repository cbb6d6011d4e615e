#include "adapters/custom_input.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/openai_chat_parts.hpp"
#include "adapters/openai_chat_thoughts.hpp"
#include "adapters/openai_chat_writing.hpp"
#include "adapters/short_id.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::openai_chat {
namespace {

constexpr std::size_t id_bytes_max = 40;  // of a tool call, at OpenAI

std::string id_there(std::string_view id, const letter& into) {
  const auto length = static_cast<std::size_t>(into.to.of_provider.tool_id_length);
  if (length > 0) return is_short_id(id, length) ? std::string(id) : short_id(id, length);
  return id.size() <= id_bytes_max ? std::string(id) : "call_" + short_id(id, 24);
}

void note_marks(const std::vector<part>& parts, letter& into) {
  if (std::any_of(parts.begin(), parts.end(), [](const part& one) { return one.cached.has_value(); }))
    into.warnings.inform("cache_control", "openai_chat has no marks");
}

void write_signature(std::string_view signature, json_object& to) {
  if (signature.empty()) return;
  to.name("extra_content").begin_object().name("google").begin_object().member("thought_signature", signature).end_object().end_object();
}

class messages_writer {
 public:
  explicit messages_writer(letter& into) : into_(into), body_(into.body) {}

  maybe_failure write(const message& one, bool is_last);
  /// What was put aside for behind the tool results.
  maybe_failure finish();

 private:
  maybe_failure write_plain(const message& one, std::string_view role);
  void write_bridge();
  void write_assistant(const message& one, bool is_last);
  void write_content_of(const message& one, bool has_calls);
  void note_thoughts_of_others(const message& one);
  void write_thoughts(const message& one);
  void write_calls(const message& one);
  void write_result(const part& one);

  letter& into_;
  json_object& body_;
  bool behind_result_ = false;
  std::vector<part> aside_;  ///< media of tool results, which stand with texts only
};

std::string_view name_of(role who, const letter& into) {
  switch (who) {
    case role::system:
      return "system";
    case role::developer:
      return into.to.of_provider.takes_developer_role ? "developer" : "system";
    default:
      return "user";
  }
}

maybe_failure messages_writer::write(const message& one, bool is_last) {
  note_marks(one.parts, into_);
  if (one.from == role::tool) {
    for (const part& result : one.parts) write_result(result);
    return std::nullopt;
  }
  if (auto why = finish()) return why;
  if (one.from != role::assistant) return write_plain(one, name_of(one.from, into_));
  write_assistant(one, is_last);
  return std::nullopt;
}

maybe_failure messages_writer::finish() {
  if (aside_.empty()) return std::nullopt;
  message made;
  made.parts = std::exchange(aside_, {});
  return write_plain(made, "user");
}

// What an agent adds to the results of its tools would be refused there: "Unexpected role 'user' after role 'tool'".
void messages_writer::write_bridge() {
  if (!std::exchange(behind_result_, false) || !into_.to.of_provider.wants_answer_after_tool) return;
  body_.begin_object().member("role", "assistant").member("content", "I see.").end_object();
  into_.warnings.inform("messages.tool_result", "an answer was added behind it since the provider takes no message of a user there");
}

maybe_failure messages_writer::write_plain(const message& one, std::string_view role) {
  write_bridge();
  body_.begin_object().member("role", role).given("name", one.name).name("content");
  auto why = write_content(one.parts, body_, into_.warnings);
  body_.end_object();
  return why;
}

// The model goes by the text, whatever field it stands in; but only OpenAI knows the field.
void messages_writer::write_content_of(const message& one, bool has_calls) {
  std::string text, refusal;
  for (const part& each : one.parts) {
    if (each.kind == part_kind::text) text += each.text;
    if (each.kind == part_kind::refusal) (into_.to_openai() ? refusal : text) += each.text;
  }
  if (text.empty() && (has_calls || !refusal.empty()))
    body_.name("content").null();
  else
    body_.member("content", text);
  body_.given("refusal", refusal);
}

void messages_writer::note_thoughts_of_others(const message& one) {
  const auto is_of_another = [&](const part& each) { return each.kind == part_kind::reasoning && !comes_from(each, into_.to.origin); };
  if (std::any_of(one.parts.begin(), one.parts.end(), is_of_another))
    into_.warnings.inform("messages.reasoning", "thoughts of another model stay with it");
}

void messages_writer::write_thoughts(const message& one) {
  const std::string& member = into_.to.of_provider.reasoning_member;
  std::vector<const part*> own;
  for (const part& each : one.parts)
    if (each.kind == part_kind::reasoning && comes_from(each, into_.to.origin)) own.push_back(&each);
  if (own.empty() || member.empty()) return;
  if (member == "reasoning_details") {
    body_.name(member).begin_array();
    for (const part* each : own) {
      if (each->state->id != call_state)
        write_detail(each->text, *each->state, body_);
      else if (!each->text.empty())
        write_thought(each->text, {}, body_);
    }
    body_.end_array();
    return;
  }
  std::string text;
  for (const part* each : own) text += each->text;
  body_.given(member, text);
}

void messages_writer::write_calls(const message& one) {
  std::string_view signature;
  body_.name("tool_calls").begin_array();
  for (const part& each : one.parts) {
    if (comes_from(each, into_.to.origin) && each.state->id == call_state) signature = each.state->bytes;
    if (each.kind != part_kind::tool_call) continue;
    const bool as_custom = each.is_custom && into_.to_openai();
    const std::string arguments = each.is_custom && !as_custom ? wrapped_input(each.text) : each.text;
    const std::string_view type = as_custom ? "custom" : "function";
    body_.begin_object().member("id", id_there(each.id, into_)).member("type", type).name(type).begin_object().member("name", each.name);
    body_.member(as_custom ? "input" : "arguments", arguments.empty() && !as_custom ? "{}" : arguments).end_object();
    write_signature(std::exchange(signature, {}), body_);
    body_.end_object();
  }
  body_.end_array();
}

void messages_writer::write_assistant(const message& one, bool is_last) {
  const auto is_kept = [](const part& each) { return each.kind != part_kind::reasoning; };
  const bool has_calls =
      std::any_of(one.parts.begin(), one.parts.end(), [](const part& each) { return each.kind == part_kind::tool_call; });
  note_thoughts_of_others(one);
  // A message of nothing but thoughts is none here.
  if (!one.parts.empty() && std::none_of(one.parts.begin(), one.parts.end(), is_kept)) return;
  behind_result_ = false;
  body_.begin_object().member("role", "assistant").given("name", one.name);
  write_thoughts(one);
  write_content_of(one, has_calls);
  if (has_calls) write_calls(one);
  if (is_last && into_.said.goes_on == continuation::prefix) body_.member("prefix", true);
  body_.end_object();
}

void messages_writer::write_result(const part& one) {
  behind_result_ = true;
  note_marks(one.content, into_);
  if (one.is_error) into_.warnings.inform("messages.tool_result.is_error", "openai_chat has no mark for it: the text says it");
  body_.begin_object()
      .member("role", "tool")
      .member("tool_call_id", id_there(one.id, into_))
      .member("content", joined_texts(one.content))
      .end_object();
  const auto is_media = [](const part& each) {
    return each.kind != part_kind::text && !(each.kind == part_kind::file && each.of.type == "text/plain");
  };
  if (std::none_of(one.content.begin(), one.content.end(), is_media)) return;
  into_.warnings.inform("messages.tool_result.image", "goes in a message of the user behind it");
  aside_.emplace_back().text = "Of the result of the tool call " + id_there(one.id, into_) + ":";
  std::copy_if(one.content.begin(), one.content.end(), std::back_inserter(aside_), is_media);
}

}  // namespace

maybe_failure write_messages(letter& into) {
  messages_writer writer(into);
  into.body.name("messages").begin_array();
  const auto& messages = into.said.messages;
  for (const message& one : messages)
    if (auto why = writer.write(one, &one == &messages.back())) return why;
  if (auto why = writer.finish()) return why;
  into.body.end_array();
  return std::nullopt;
}

}  // namespace sallyport::openai_chat

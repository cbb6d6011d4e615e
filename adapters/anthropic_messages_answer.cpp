#include "adapters/anthropic_messages_answer.hpp"

#include "adapters/anthropic_messages_blocks.hpp"
#include "adapters/anthropic_messages_usage.hpp"
#include "adapters/custom_input.hpp"
#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/opaque_state.hpp"

#include <algorithm>

namespace sallyport::anthropic_messages {
namespace {

void write_text(const part& one, json_object& to) {
  if (!one.text.empty()) to.begin_object().member("type", "text").member("text", one.text).end_object();
}

void write_thought(const part& one, std::string_view origin, json_object& to) {
  const opaque_state state = one.state.value_or(opaque_state{});
  const auto carried = carried_state(origin, state.id, state.bytes);
  to.begin_object();
  if (one.text.empty()) {
    to.member("type", "redacted_thinking").member("data", carried);
  } else {
    to.member("type", "thinking").member("thinking", one.text).member("signature", carried);
  }
  to.end_object();
}

// Arguments that are no object would break a client; within one its tool refuses them and the model reads why.
std::string input_of(const std::string& arguments) {
  if (arguments.find_first_not_of(" \t\r\n") == std::string::npos) return "{}";
  json_document document;
  if (document.parse(arguments) && document.root().is(json_kind::object)) return document.root().written();
  return json_object().begin_object().member("arguments", arguments).end_object().take();
}

bool has(const answer& said, part_kind kind) {
  return std::any_of(said.parts.begin(), said.parts.end(), [&](const part& one) { return one.kind == kind; });
}

void write_content(const answer& said, json_object& to) {
  int calls = 0;
  to.name("content").begin_array();
  for (const part& one : said.parts) {
    if (one.kind == part_kind::text || one.kind == part_kind::refusal) write_text(one, to);
    if (one.kind == part_kind::reasoning && (one.state || !one.text.empty())) write_thought(one, said.of.origin, to);
    if (one.kind != part_kind::tool_call) continue;
    to.begin_object().member("type", "tool_use").member("id", call_id(one.id, said.of.id, calls++)).member("name", one.name);
    to.raw_member("input", one.is_custom ? wrapped_input(one.text) : input_of(one.text)).end_object();
  }
  to.end_array();
}

}  // namespace

std::string message_id(std::string_view id) { return id.starts_with("msg_") ? std::string(id) : "msg_" + std::string(id); }

std::string call_id(std::string_view id, std::string_view message, int place) {
  if (!id.empty()) return std::string(id);   // as it is: it comes back to the provider that made it
  return "toolu_" + fitted_id(message) + "_" + std::to_string(place);
}

std::string carried_state(std::string_view origin, std::string_view id, std::string_view bytes) {
  if (origin.empty()) return std::string(bytes);
  return marked({std::string(origin), std::string(id), std::string(bytes)});
}

std::string_view stop_reason_of(finish_reason why, bool has_calls, bool refused) {
  // A forced tool ends with `stop` at OpenAI, a refusal too.
  const bool is_open = why == finish_reason::stop || why == finish_reason::other;
  if (refused && is_open) return stop_reason_of(finish_reason::content_filter);
  return stop_reason_of(has_calls && is_open ? finish_reason::tool_calls : why);
}

std::string write_answer(const call& asked, const answer& said) {
  json_object made(usual_body_bytes);
  made.begin_object().member("id", message_id(said.of.id)).member("type", "message").member("role", "assistant");
  made.member("model", said.of.model.empty() ? asked.model : said.of.model);
  write_content(said, made);
  made.member("stop_reason", stop_reason_of(said.finish, has(said, part_kind::tool_call), has(said, part_kind::refusal)));
  made.name("stop_sequence").null().name("usage").begin_object();
  write_usage(said.tokens, made);
  return made.end_object().end_object().take();
}

}  // namespace sallyport::anthropic_messages

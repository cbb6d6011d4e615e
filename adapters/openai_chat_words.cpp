#include "adapters/openai_chat_words.hpp"

#include "adapters/openai_chat_thoughts.hpp"
#include "adapters/opaque_state.hpp"

#include <algorithm>

namespace sallyport::openai_chat {
namespace {

constexpr std::int64_t tool_calls_max = 1024;

void say_text(json_value value, event_kind kind, words_sink& to) {
  if (!value.text().empty()) to.say(kind, value.text());
}

// Mistral: {"type":"thinking","thinking":[{"type":"text","text":".."}]}, elsewhere a plain string.
void say_thinking(json_value thinking, words_sink& to) {
  say_text(thinking, event_kind::reasoning, to);
  thinking.each_item([&](json_value part) { say_text(part["text"], event_kind::reasoning, to); });
}

void say_part(json_value part, words_sink& to) {
  if (part.is(json_kind::string)) return say_text(part, event_kind::text, to);
  if (part["type"].text() == "thinking") return say_thinking(part["thinking"], to);
  if (part["type"].text() == "refusal") return say_text(part["refusal"], event_kind::refusal, to);
  say_text(part["text"], event_kind::text, to);
}

// What its maker wants back: a signature of the text, or the thought itself, encrypted.
void say_state(json_value detail, words_sink& to) {
  const auto state = state_of_detail(detail);
  if (!state.empty()) to.say_state(frame_of_detail(detail), state);
}

// A detail that a gateway like this one has written says a thought again that was said piece by piece before.
bool repeats(json_value detail) { return detail["signature"].text().starts_with(state_mark); }

// OpenRouter sends the same words in `reasoning` and in `reasoning_details`, and proxies in `reasoning_content` too: one is taken.
void say_reasoning(json_value message, words_sink& to) {
  const json_value text = message[message["reasoning_content"].text().empty() ? "reasoning" : "reasoning_content"];
  say_text(text, event_kind::reasoning, to);
  message["reasoning_details"].each_item([&](json_value detail) {
    if (text.text().empty() && !repeats(detail))
      for (const char* name : {"text", "summary"}) say_text(detail[name], event_kind::reasoning, to);
    say_state(detail, to);
  });
}

void say_function(json_value function, tool_part of, words_sink& to) {
  const std::string_view arguments = function[function["input"].is_given() ? "input" : "arguments"].text();
  of.name = function["name"].text();
  if (!of.id.empty() || !arguments.empty() || !of.name.empty()) to.say_tool(of, arguments);
}

// An empty id is a repetition, not a new call (Alibaba).
void say_tool_call(json_value call, int place, words_sink& to) {
  // At Google's door, which wants it back with the call.
  const auto signature = call["extra_content"]["google"]["thought_signature"].text();
  if (!signature.empty()) to.say_state(call_state, signature);
  const json_value function = call[call["custom"].is_given() ? "custom" : "function"];
  const auto index = std::clamp<std::int64_t>(call["index"].integer().value_or(place), 0, tool_calls_max - 1);
  say_function(function, {.index = static_cast<int>(index), .id = call["id"].text(), .name = {}}, to);
}

void say_media(json_value message, words_sink& to) {
  const json_value audio = message["audio"];
  if (!audio["data"].text().empty() || !audio["transcript"].text().empty()) to.say(event_kind::text, audio["transcript"].text());
  if (message["images"].first_item().is_given()) to.say(event_kind::text, {});
}

void say_content(json_value content, words_sink& to) {
  say_text(content, event_kind::text, to);
  content.each_item([&](json_value part) { say_part(part, to); });
}

/// As nearly every chunk: a role, a content, and nothing that one would have to ask for by all the names that vendors have for it.
bool is_plain(json_value message) {
  bool plain = true;
  message.each_member([&](std::string_view name, json_value) { plain = plain && (name == "content" || name == "role"); });
  return plain;
}

}  // namespace

void read_words(json_value choice, json_value message, words_sink& to) {
  if (message.is_given() && is_plain(message)) return say_content(message["content"], to);
  say_reasoning(message, to);
  say_content(message["content"], to);
  say_text(message["refusal"], event_kind::refusal, to);
  int place = 0;
  message["tool_calls"].each_item([&](json_value call) { say_tool_call(call, place++, to); });
  if (message["function_call"].is(json_kind::object)) say_function(message["function_call"], {}, to);
  say_media(message, to);
  // Together's door says a chat's words there once more.
  if (!message.is_given()) say_text(choice["text"], event_kind::text, to);
}

}  // namespace sallyport::openai_chat

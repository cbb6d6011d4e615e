#include "adapters/openai_chat_thoughts.hpp"

#include "adapters/json_members.hpp"
#include "adapters/opaque_state.hpp"

#include <string>
#include <utility>

namespace sallyport::openai_chat {
namespace {

bool is_thought(std::string_view name) { return name == "reasoning_details" || name == "reasoning_content" || name == "reasoning"; }

bool is_frame(std::string_view id) { return id.starts_with("{"); }

void read_detail(json_value detail, std::vector<part>& into) {
  part made;
  made.kind = part_kind::reasoning;
  for (const char* name : {"text", "summary"})
    if (made.text.empty()) made.text = detail[name].text();
  if (const auto state = state_of_detail(detail); !state.empty()) made.state = read_state(state);
  if (!made.text.empty() || made.state) into.push_back(std::move(made));
}

bool holds_other(json_value message, const state_rule& rule) {
  bool found = false;
  message["reasoning_details"].each_item([&](json_value detail) { found = found || !may_go(state_of_detail(detail), rule); });
  return found;
}

/// The message without its thoughts. All of them are of one answer, and so of one provider.
std::string without_thoughts(json_value message, std::string_view body, text_range place) {
  std::string made;
  json_members ranges(body, place.offset);
  message.each_member([&](std::string_view name, json_value) {
    const auto range = ranges.next();
    if (!range || is_thought(name)) return;
    made.append(made.empty() ? "{" : ",").append(body.substr(range->name.offset, range->value.end() - range->name.offset));
  });
  return made.empty() ? "{}" : made + "}";
}

}  // namespace

std::string_view state_of_detail(json_value detail) {
  const auto signature = detail["signature"].text();
  return signature.empty() ? detail["data"].text() : signature;
}

std::string frame_of_detail(json_value detail) {
  json_object made;
  made.begin_object();
  detail.each_member([&](std::string_view name, json_value value) {
    const bool stands_apart = name == "text" || name == "summary" || name == "signature" || name == "data";
    if (!stands_apart) made.raw_member(name, value.written());
  });
  return made.end_object().take();
}

// Its text may have come in an entry of its own, before one that is encrypted.
void write_detail(std::string_view text, const opaque_state& state, json_object& to) {
  json_document document;
  if (!is_frame(state.id) || !document.parse(state.id)) return write_thought(text, state.bytes, to);
  const json_value frame = document.root();
  const auto format = frame["format"].text();
  const bool is_encrypted = frame["type"].text() == "reasoning.encrypted";
  if (is_encrypted && !text.empty()) {
    const bool is_summary = format.find("responses") != std::string_view::npos;
    to.begin_object().member("type", is_summary ? "reasoning.summary" : "reasoning.text").member(is_summary ? "summary" : "text", text);
    to.given("format", format).end_object();
  }
  to.begin_object();
  frame.each_member([&](std::string_view name, json_value value) { to.raw_member(name, value.written()); });
  if (!is_encrypted) to.given("text", text);
  to.member(is_encrypted ? "data" : "signature", state.bytes).end_object();
}

void read_thoughts(json_value message, std::vector<part>& into) {
  const std::size_t before = into.size();
  message["reasoning_details"].each_item([&](json_value detail) { read_detail(detail, into); });
  if (into.size() > before) return;
  for (const char* name : {"reasoning_content", "reasoning"}) {
    if (message[name].text().empty()) continue;
    part made;
    made.kind = part_kind::reasoning;
    made.text = message[name].text();
    return into.push_back(std::move(made));
  }
}

void write_thought(std::string_view text, std::string_view state, json_object& to) {
  to.begin_object();
  if (text.empty()) {
    to.member("type", "reasoning.encrypted").member("data", state);
  } else {
    to.member("type", "reasoning.text").member("text", text).given("signature", state);
  }
  to.end_object();
}

std::vector<text_splice> without_other_thoughts(const call& asked, const state_rule& rule) {
  std::vector<text_splice> made;
  thread_local json_document document;
  // Of "reasoning_details" what begins rarely: a search stops wherever the first character stands, and texts are full of r.
  if (asked.body.find("_details") == std::string::npos || !document.parse(asked.body)) return made;
  json_items places(asked.body, asked.places.prompt.offset);
  document.root()["messages"].each_item([&](json_value message) {
    const auto place = places.next();
    if (place && holds_other(message, rule)) made.push_back({*place, without_thoughts(message, asked.body, *place)});
  });
  document.forget_large();
  return made;
}

}  // namespace sallyport::openai_chat

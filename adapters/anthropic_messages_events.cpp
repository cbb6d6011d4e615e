#include "adapters/anthropic_messages_events.hpp"

#include "adapters/anthropic_messages_answer.hpp"
#include "adapters/anthropic_messages_failure.hpp"
#include "adapters/anthropic_messages_usage.hpp"
#include "adapters/json.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::size_t usual_event_bytes = 256;

bool is_whole(std::string_view input) {
  if (!input.ends_with('}')) return false;   // the usual fragment, without a look at all of it
  json_document document;
  return document.parse(input);
}

}  // namespace

event_writer::event_writer(const call& asked, stream_identity of, std::string_view delivered) : of_(std::move(of)) {
  if (of_.model.empty()) of_.model = asked.model;
  if (of_.open_block < 0 && delivered.empty()) return;
  begun_ = true;
  open_ = block_kind::text;
  block_ = std::max(of_.open_block, 0);
}

std::string event_writer::write(const event& said) {
  if (ended_ || said.choice != 0) return {};   // a message is one answer
  switch (said.kind) {
    case event_kind::opened: return begin();
    case event_kind::text: return say_text(said.text);
    case event_kind::reasoning: return say_thought(said.text);
    case event_kind::refusal: refused_ = true; return say_text(said.text);
    case event_kind::tool_call: return say_call(said);
    case event_kind::state: return say_state(said);
    case event_kind::finished: finish_ = said.finish; return {};
    case event_kind::reported: tokens_ = said.tokens; return {};
    case event_kind::failed: ended_ = true; return write_failure_event(said.why.value_or(fail(failure_kind::error_in_reply)));
    case event_kind::done: return end();
    case event_kind::ignored: break;
  }
  return begun_ && !said.raw.empty() ? "event: ping\ndata: {\"type\":\"ping\"}\n\n" : "";
}

// An event is written where it will stand: most of a stream is its frames.
json_object event_writer::about(std::string_view type) const {
  std::string made;
  made.reserve(usual_event_bytes);
  made.append("event: ").append(type).append("\ndata: ");
  json_object body(std::move(made));
  body.begin_object().member("type", type);
  return body;
}

std::string event_writer::framed(json_object& body) {
  if (!resumed_by_.empty()) body.name("sallyport").begin_object().member("resumed_by", std::exchange(resumed_by_, {})).end_object();
  std::string made = body.end_object().take();
  made += "\n\n";
  return made;
}

std::string event_writer::begin() {
  if (std::exchange(begun_, true)) return {};
  json_object made = about("message_start");
  made.name("message").begin_object();
  made.member("id", message_id(of_.id)).member("type", "message").member("role", "assistant").member("model", of_.model);
  made.name("content").begin_array().end_array().name("stop_reason").null().name("stop_sequence").null();
  made.name("usage").begin_object();
  write_usage(tokens_, made);
  made.end_object().end_object();
  return framed(made);
}

std::string event_writer::opened(std::string_view block) {
  json_object made = about("content_block_start");
  made.member("index", std::int64_t{++block_}).raw_member("content_block", block);
  return framed(made);
}

std::string event_writer::delta(int block, std::string_view type, std::string_view member, std::string_view text) {
  json_object made = about("content_block_delta");
  made.member("index", std::int64_t{block}).name("delta").begin_object().member("type", type).member(member, text).end_object();
  return framed(made);
}

// What waits for the open block comes with it.
std::string event_writer::close() {
  std::string made = begin_waiting(true);
  return made += close_block();
}

// A thought that ends without state is handed back all the same: some providers want their own words again.
std::string event_writer::close_block() {
  const auto was = std::exchange(open_, block_kind::none);
  if (was == block_kind::none) return {};
  std::string made;
  if (was == block_kind::thought && !of_.origin.empty())
    made = delta(block_, "signature_delta", "signature", carried_state(of_.origin, {}, {}));
  json_object stop = about("content_block_stop");
  return made + framed(stop.member("index", std::int64_t{block_}));
}

std::string event_writer::open_text() {
  if (open_ == block_kind::text) return {};
  std::string made = begin() + close();
  open_ = block_kind::text;
  return made + opened(R"({"type":"text","text":""})");
}

std::string event_writer::open_thought() {
  if (open_ == block_kind::thought) return {};
  std::string made = begin() + close();
  open_ = block_kind::thought;
  return made + opened(R"({"type":"thinking","thinking":"","signature":""})");
}

std::string event_writer::say_text(std::string_view text) {
  if (text.empty()) return begin();
  std::string made = open_text();
  return std::move(made) + delta(block_, "text_delta", "text", text);
}

std::string event_writer::say_thought(std::string_view text) {
  if (text.empty()) return begin();
  std::string made = open_thought();
  return std::move(made) + delta(block_, "thinking_delta", "thinking", text);
}

std::string event_writer::say_state(const event& said) {
  const auto carried = carried_state(of_.origin, said.tool.id, said.text);
  std::string made;
  if (open_ == block_kind::thought) {
    made = delta(block_, "signature_delta", "signature", carried);
  } else {
    made = begin() + close();
    made += opened(json_object().begin_object().member("type", "redacted_thinking").member("data", carried).end_object().text());
  }
  open_ = block_kind::tool;   // nothing comes to its end but the stop
  return made + close();
}

std::string event_writer::say_call(const event& said) {
  const auto known = std::find_if(calls_.begin(), calls_.end(), [&](const started_call& one) { return one.tool == said.tool.index; });
  if (known != calls_.end()) {
    std::string made = say_arguments(*known, said.text);
    return made += begin_waiting(false);
  }
  waiting_call& call = waiting_[said.tool.index];
  if (call.id.empty()) call.id = said.tool.id;
  if (call.name.empty()) call.name = said.tool.name;
  call.input += said.text;
  std::string made = begin();
  return made += begin_waiting(false);
}

// Nothing says that a call is whole but its arguments, so one without any may be at its beginning.
std::string event_writer::begin_waiting(bool also_behind_half) {
  std::string made;
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const bool is_half = open_ == block_kind::tool && !is_whole(input_);
    if (is_half && !also_behind_half) break;
    if (next->second.name.empty()) {
      ++next;
      continue;
    }
    made += begin_call(next->first, next->second);
    next = waiting_.erase(next);
  }
  return made;
}

std::string event_writer::begin_call(int tool, const waiting_call& call) {
  std::string made = close_block();
  json_object block;
  block.begin_object().member("type", "tool_use").member("id", call_id(call.id, of_.id, tool)).member("name", call.name);
  block.name("input").begin_object().end_object().end_object();
  open_ = block_kind::tool;
  input_.clear();
  made += opened(block.text());
  return made += say_arguments(calls_.emplace_back(started_call{tool, block_}), call.input);
}

// Also of a call whose block is closed, behind which a text came: some clients go by the index.
std::string event_writer::say_arguments(const started_call& call, std::string_view fragment) {
  if (open_ == block_kind::tool && call.block == block_) input_ += fragment;
  return fragment.empty() ? std::string() : delta(call.block, "input_json_delta", "partial_json", fragment);
}

std::string event_writer::end() {
  std::string made = begin() + close();
  ended_ = true;
  json_object last = about("message_delta");
  last.name("delta").begin_object();
  last.member("stop_reason", stop_reason_of(finish_, !calls_.empty(), refused_)).name("stop_sequence").null().end_object();
  last.name("usage").begin_object();
  write_usage(tokens_, last);
  made += framed(last.end_object());
  json_object stop = about("message_stop");
  return made + framed(stop);
}

}  // namespace sallyport::anthropic_messages

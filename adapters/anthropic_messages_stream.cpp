#include "adapters/anthropic_messages_stream.hpp"

#include "adapters/anthropic_messages_failure.hpp"
#include "adapters/anthropic_messages_reply.hpp"
#include "adapters/json.hpp"
#include "adapters/json_write.hpp"

#include <algorithm>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::size_t open_blocks_max = 1024;

bool is_known(std::string_view type) {
  return type.empty() || type.starts_with("message") || type.starts_with("content_block") || type == "error";
}

}  // namespace

failure event_reader::failure_in(std::string_view text) const { return failure_inside_text(text); }

void event_reader::read_data(const sse_block& block) {
  // Proxies of other dialects end every stream with [DONE].
  if (block.data.empty() || block.data.starts_with("[DONE]")) return;
  const bool is_error_event = block.type == "error";
  bool is_json = false;
  with_json(block, !is_error_event && is_known(block.type), [&](json_value said) {
    is_json = true;
    const auto type = said["type"].is_given() ? said["type"].text() : block.type;
    // The part of a block that the wire cut off is no answer: a client drops it too.
    if (!block.unfinished || is_error(said)) read_event(type, said);
  });
  if (is_error_event && !is_json) add(event_kind::failed).why = failure_inside_text(block.data);
}

void event_reader::read_event(std::string_view type, json_value said) {
  const std::int64_t index = said["index"].integer().value_or(0);
  if (type == "error" || is_error(said)) return void(add(event_kind::failed).why = failure_inside(said));
  if (type == "message_start") return begin_message(said["message"]);
  if (type == "content_block_start") return begin_block(index, said["content_block"]);
  if (type == "content_block_delta") return read_delta(block_at(index), said["delta"]);
  if (type == "content_block_stop") return end_block(index);
  if (type == "message_delta") return end_message(said);
  if (type == "message_stop") add(event_kind::done);
}

void event_reader::begin_message(json_value message) {
  if (identity_.id.empty()) {
    identity_.id = cut_text(message["id"].text(), identity_text_max);
    identity_.model = cut_text(message["model"].text(), identity_text_max);
  }
  add(event_kind::opened);
  report(message["usage"]);
}

void event_reader::begin_block(std::int64_t index, json_value block) {
  if (open_.size() >= open_blocks_max) return fail_with(failure_kind::garbled_reply, "more than 1024 content blocks at once");
  const auto type = block["type"].text();
  open_block& opened = open_.emplace_back();
  opened.index = index;
  if (type == "text") {
    opened.kind = block_kind::text;
    identity_.open_block = static_cast<int>(std::clamp<std::int64_t>(index, 0, 1'000'000));
    say(event_kind::text, block["text"].text());
  } else if (type == "thinking") {
    opened.kind = block_kind::thought;
    say(event_kind::reasoning, block["thinking"].text());
    if (!block["signature"].text().empty()) say_state({}, block["signature"].text());
  } else if (type == "redacted_thinking") {
    say_state(redacted_state, block["data"].text());
  } else if (type == "tool_use") {
    begin_tool(opened, block);
  }
}

void event_reader::begin_tool(open_block& opened, json_value block) {
  opened.kind = block_kind::tool;
  opened.tool = tools_++;
  opened.input = block["input"].is(json_kind::object) ? block["input"].written() : "{}";
  event& made = add(event_kind::tool_call);
  made.tool = {.index = opened.tool, .id = kept(block["id"].text()), .name = kept(block["name"].text())};
}

void event_reader::read_delta(open_block* opened, json_value delta) {
  const auto type = delta["type"].text();
  if (!opened) return;
  if (type == "text_delta" && opened->kind == block_kind::text) return say(event_kind::text, delta["text"].text());
  if (opened->kind == block_kind::thought) {
    if (type == "thinking_delta") say(event_kind::reasoning, delta["thinking"].text());
    if (type == "signature_delta") say_state({}, delta["signature"].text());
    return;
  }
  const auto fragment = delta["partial_json"].text();
  if (type != "input_json_delta" || opened->kind != block_kind::tool || fragment.empty()) return;
  opened->input.clear();
  event& made = add(event_kind::tool_call);
  made.tool.index = opened->tool;
  made.text = kept(fragment);
}

void event_reader::end_block(std::int64_t index) {
  open_block* ended = block_at(index);
  if (!ended) return;
  if (ended->kind == block_kind::text) identity_.open_block = -1;
  if (ended->kind == block_kind::tool && !ended->input.empty()) {
    ended_input_ = std::move(ended->input);
    event& made = add(event_kind::tool_call);
    made.tool.index = ended->tool;
    made.text = ended_input_;
  }
  open_.erase(open_.begin() + (ended - open_.data()));
}

void event_reader::end_message(json_value said) {
  const json_value delta = said["delta"];
  if (const auto explained = explanation_in(delta); !explained.empty()) say(event_kind::refusal, explained);
  if (const auto finish = finish_of(delta["stop_reason"])) add(event_kind::finished).finish = *finish;
  report(said["usage"]);
}

void event_reader::report(json_value reported) {
  report_.read(reported);
  const usage tokens = report_.tokens();
  if (reported.is_given() && tokens.basis != usage_basis::none) add(event_kind::reported).tokens = tokens;
}

event_reader::open_block* event_reader::block_at(std::int64_t index) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const open_block& one) { return one.index == index; });
  return found == open_.end() ? nullptr : &*found;
}

void event_reader::say(event_kind kind, std::string_view text) {
  if (!text.empty()) add(kind).text = kept(text);
}

void event_reader::say_state(std::string_view id, std::string_view bytes) {
  event& made = add(event_kind::state);
  made.text = kept(bytes);
  made.tool.id = id;
}


}  // namespace sallyport::anthropic_messages

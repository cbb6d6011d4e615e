#include "adapters/openai_responses_events.hpp"

#include "adapters/custom_input.hpp"
#include "adapters/openai_responses_answer.hpp"
#include "adapters/openai_responses_failure.hpp"
#include "adapters/openai_responses_usage.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::openai_responses {
namespace {

constexpr std::size_t usual_event_bytes = 384;

void append_item(std::string& to, std::string_view json) {
  if (json.empty()) return;
  if (!to.empty()) to += ',';
  to += json;
}

std::string_view without_brackets(std::string_view list) {
  return list.size() < 2 ? std::string_view() : list.substr(1, list.size() - 2);
}

std::string in_brackets(std::string_view list) { return "[" + std::string(list) + "]"; }

}  // namespace

event_writer::event_writer(const call& asked, const stream_identity& of, std::string_view delivered)
    : of_(of), asked_(asked), response_(response_id(of.id)), number_(of.next_number) {
  if (of.open_block < 0 && delivered.empty()) return;
  has_begun_ = true;
  open_message& going_on = message_.emplace(open_message{});
  going_on.place = static_cast<std::size_t>(std::max(of.open_block, 0));
  going_on.id = of.open_item.empty() ? item_id("msg", response_, going_on.place) : of.open_item;
  going_on.part = 0;
  going_on.is_open = true;
  going_on.text = delivered;
  first_place_ = going_on.place;
  items_.emplace_back();
}

std::string event_writer::write(const event& said) {
  out_.clear();
  if (!has_ended_ && said.choice == 0) take(said);   // a response is one answer
  return std::exchange(out_, {});
}

void event_writer::take(const event& said) {
  switch (said.kind) {
    case event_kind::opened: return begin();
    case event_kind::text:
    case event_kind::refusal: return say_content(said);
    case event_kind::reasoning: return say_reasoning(said.text);
    case event_kind::state: return say_state(said.tool.id, said.text);
    case event_kind::tool_call: return say_tool(said);
    case event_kind::finished: return void(finish_ = said.finish);
    case event_kind::reported: return void(tokens_ = said.tokens);
    case event_kind::failed: return fail_with(said.why.value_or(fail(failure_kind::error_in_reply)));
    case event_kind::done: return end();
    case event_kind::ignored:
      if (has_begun_ && !said.raw.empty()) out_ += ": ping\n\n";
  }
}

void event_writer::begin() {
  if (std::exchange(has_begun_, true)) return;
  send_response("response.created", {});
  send_response("response.in_progress", {});
}

std::size_t event_writer::new_place() {
  items_.emplace_back();
  return first_place_ + items_.size() - 1;
}

std::string event_writer::status_of_items() const { return incomplete_reason(finish_).empty() ? "completed" : "incomplete"; }

void event_writer::end() {
  begin();
  const std::string status = status_of_items();
  if (reasoning_) end_reasoning(carried_state(of_.origin, {}, {}));
  end_message(status);
  for (open_tool& tool : tools_) end_tool(tool, status);
  std::string output;
  for (const std::string& item : items_) append_item(output, item);
  send_response("response." + status,
                {.status = status, .incomplete = incomplete_reason(finish_), .error = {}, .output = output, .tokens = tokens_});
  has_ended_ = true;
}

void event_writer::fail_with(const failure& why) {
  out_ += write_failure_events(why, of_, number_);
  has_ended_ = true;
}

// ---- texts ----

void event_writer::say_content(const event& said) {
  if (said.text.empty() && said.logprobs.empty()) return begin();
  const bool is_refusal = said.kind == event_kind::refusal;
  begin_message();
  if (!message_->is_open || message_->is_refusal != is_refusal) begin_part(is_refusal);
  message_->text += said.text;
  append_item(message_->logprobs, without_brackets(said.logprobs));
  const std::string_view type = is_refusal ? "response.refusal.delta" : "response.output_text.delta";
  json_object data = about_item(type, message_->id, message_->place);
  data.member("content_index", std::int64_t{message_->part}).member("delta", said.text);
  if (!is_refusal) data.raw_member("logprobs", said.logprobs.empty() ? "[]" : said.logprobs);
  send(data);
}

void event_writer::begin_message() {
  begin();
  if (message_) return;
  if (reasoning_) end_reasoning(carried_state(of_.origin, {}, {}));
  open_message& made = message_.emplace(open_message{});
  made.place = new_place();
  made.id = item_id("msg", response_, made.place);
  send_item(false, made.place, message_item(made.id, "in_progress", {}));
}

void event_writer::begin_part(bool is_refusal) {
  end_part();
  ++message_->part;
  message_->is_open = true;
  message_->is_refusal = is_refusal;
  send_part("response.content_part.added", is_refusal ? refusal_part({}) : text_part({}, {}));
}

void event_writer::end_part() {
  if (!message_->is_open) return;
  open_message& of = *message_;
  const std::string_view type = of.is_refusal ? "response.refusal.done" : "response.output_text.done";
  json_object data = about_item(type, of.id, of.place);
  data.member("content_index", std::int64_t{of.part}).member(of.is_refusal ? "refusal" : "text", of.text);
  if (!of.is_refusal) data.raw_member("logprobs", in_brackets(of.logprobs));
  send(data);
  const std::string part = of.is_refusal ? refusal_part(of.text) : text_part(of.text, in_brackets(of.logprobs));
  send_part("response.content_part.done", part);
  append_item(of.ended_parts, part);
  of.is_open = false;
  of.text.clear();
  of.logprobs.clear();
}

void event_writer::end_message(std::string_view status) {
  if (!message_) return;
  end_part();
  item_at(message_->place) = message_item(message_->id, status, message_->ended_parts);
  send_item(true, message_->place, item_at(message_->place));
  message_.reset();
}

// ---- thoughts ----

void event_writer::say_reasoning(std::string_view text) {
  if (text.empty()) return begin();
  begin_reasoning();
  if (reasoning_->text.empty()) {
    json_object data = about_item("response.reasoning_summary_part.added", reasoning_->id, reasoning_->place);
    data.member("summary_index", std::int64_t{0}).raw_member("part", R"({"type":"summary_text","text":""})");
    send(data);
  }
  reasoning_->text += text;
  json_object data = about_item("response.reasoning_summary_text.delta", reasoning_->id, reasoning_->place);
  data.member("summary_index", std::int64_t{0}).member("delta", text);
  send(data);
}

void event_writer::say_state(std::string_view id, std::string_view bytes) {
  begin_reasoning();
  end_reasoning(carried_state(of_.origin, id, bytes));
}

void event_writer::begin_reasoning() {
  begin();
  if (reasoning_) return;
  end_message("completed");
  open_reasoning& made = reasoning_.emplace(open_reasoning{});
  made.place = new_place();
  made.id = item_id("rs", response_, made.place);
  send_item(false, made.place, reasoning_item(made.id, {}, {}));
}

void event_writer::end_reasoning(std::string_view state) {
  const open_reasoning of = *std::exchange(reasoning_, std::nullopt);
  if (!of.text.empty()) {
    json_object text = about_item("response.reasoning_summary_text.done", of.id, of.place);
    text.member("summary_index", std::int64_t{0}).member("text", of.text);
    send(text);
    json_object part = about_item("response.reasoning_summary_part.done", of.id, of.place);
    part.member("summary_index", std::int64_t{0}).name("part").begin_object();
    part.member("type", "summary_text").member("text", of.text).end_object();
    send(part);
  }
  item_at(of.place) = reasoning_item(of.id, of.text, state);
  send_item(true, of.place, item_at(of.place));
}

// ---- tools ----

event_writer::open_tool& event_writer::tool_of(const event& said) {
  const auto known = std::find_if(tools_.begin(), tools_.end(), [&](const open_tool& one) { return one.index == said.tool.index; });
  if (known != tools_.end()) return *known;
  if (reasoning_) end_reasoning(carried_state(of_.origin, {}, {}));
  end_message("completed");
  open_tool& made = tools_.emplace_back();
  made.index = said.tool.index;
  made.place = new_place();
  made.name = said.tool.name;
  if (const auto* spaced = asked_.in_space(made.name)) {
    made.space = spaced->space;
    made.name = spaced->name;
  }
  made.is_custom = asked_.is_custom(made.name);
  made.id = item_id(made.is_custom ? "ctc" : "fc", response_, made.place);
  made.call_id = said.tool.id.empty() ? item_id("call", response_, made.place) : std::string(said.tool.id);
  send_item(false, made.place, tool_item(made.id, "in_progress", {made.is_custom, made.call_id, made.name, {}, made.space}));
  return made;
}

void event_writer::say_tool(const event& said) {
  begin();
  open_tool& tool = tool_of(said);
  if (!said.text.empty()) say_arguments(tool, said.text);
}

void event_writer::say_arguments(open_tool& tool, std::string_view piece) {
  tool.text += piece;
  // What a custom tool is given stands inside of arguments, which say it only when they are whole.
  if (tool.is_custom) return;
  json_object data = about_item("response.function_call_arguments.delta", tool.id, tool.place);
  send(data.member("delta", piece));
}

void event_writer::end_tool(open_tool& tool, std::string_view status) {
  if (tool.is_custom) {
    tool.text = unwrapped_input(tool.text);
    json_object data = about_item("response.custom_tool_call_input.delta", tool.id, tool.place);
    send(data.member("delta", tool.text));
  }
  // Clients read the arguments as JSON, also those of a tool that takes nothing.
  if (!tool.is_custom && tool.text.empty()) say_arguments(tool, "{}");
  const std::string_view done = tool.is_custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done";
  json_object data = about_item(done, tool.id, tool.place);
  if (!tool.is_custom) data.member("name", tool.name);
  send(data.member(tool.is_custom ? "input" : "arguments", tool.text));
  item_at(tool.place) = tool_item(tool.id, status, {tool.is_custom, tool.call_id, tool.name, tool.text, tool.space});
  send_item(true, tool.place, item_at(tool.place));
}

// ---- the wire ----

// An event is written where it will stand, behind what is out already: most of a stream is its frames.
json_object event_writer::about(std::string_view type) {
  out_.reserve(out_.size() + usual_event_bytes);
  out_.append("event: ").append(type).append("\ndata: ");
  json_object data(std::move(out_));
  data.begin_object().member("type", type).member("sequence_number", number_++);
  if (!resumed_by_.empty()) data.name("sallyport").begin_object().member("resumed_by", std::exchange(resumed_by_, {})).end_object();
  return data;
}

json_object event_writer::about_item(std::string_view type, std::string_view item, std::size_t place) {
  json_object data = about(type);
  data.member("item_id", item).member("output_index", static_cast<std::int64_t>(place));
  return data;
}

void event_writer::send(json_object& data) {
  out_ = data.end_object().take();
  out_ += "\n\n";
}

void event_writer::send_part(std::string_view type, std::string_view part) {
  json_object data = about_item(type, message_->id, message_->place);
  send(data.member("content_index", std::int64_t{message_->part}).raw_member("part", part));
}

void event_writer::send_item(bool is_done, std::size_t place, std::string_view item) {
  const std::string_view type = is_done ? "response.output_item.done" : "response.output_item.added";
  json_object data = about(type);
  send(data.member("output_index", static_cast<std::int64_t>(place)).raw_member("item", item));
}

void event_writer::send_response(std::string_view type, const response_state& state) {
  json_object data = about(type);
  send(data.raw_member("response", response_object(of_, asked_, state)));
}

}  // namespace sallyport::openai_responses

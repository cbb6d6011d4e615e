#include "adapters/openai_responses_stream.hpp"

#include "adapters/json_write.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_responses_reply.hpp"
#include "adapters/openai_responses_usage.hpp"

#include <algorithm>

namespace sallyport::openai_responses {
namespace {

constexpr std::size_t tools_max = 1024;
constexpr std::int64_t number_max = 1'000'000'000'000;   // of an event; what is above is a mistake

bool is_tool_call(std::string_view type) { return type == "function_call" || type == "custom_tool_call"; }

std::int64_t place_of(json_value said) { return said["output_index"].integer().value_or(0); }

bool is_terminal(std::string_view type) {
  return type == "response.completed" || type == "response.incomplete" || type == "response.failed" || type == "response.cancelled";
}

}  // namespace

event& event_reader::add(event_kind kind, std::string_view text) {
  event& made = add(kind);
  made.text = kept(text);
  return made;
}

failure event_reader::failure_in(std::string_view text) const { return openai_chat::failure_inside_text(text); }

void event_reader::read_data(const sse_block& block) {
  if (block.data.empty() || block.data.starts_with("[DONE]")) return;
  with_json(block, true, [&](json_value said) {
    const std::string_view type = said["type"].text().empty() ? block.type : said["type"].text();
    // The part of a block that the wire cut off is no answer: a client drops it too.
    if (type == "error" || openai_chat::is_error(said)) {
      add(event_kind::failed).why = openai_chat::failure_inside(said);
    } else if (!block.unfinished) {
      read_event(type, said);
    }
  });
}

void event_reader::read_event(std::string_view type, json_value said) {
  if (const auto number = said["sequence_number"].integer()) identity_.next_number = std::clamp<std::int64_t>(*number, 0, number_max) + 1;
  if (identity_.id.empty()) learn_identity(said["response"]);
  if (type == "response.created") return void(add(event_kind::opened));
  if (is_terminal(type)) return read_end(said["response"]);
  if (type == "response.content_part.added") has_text_ = false;
  if (type == "response.output_item.added") return read_new_item(said);
  if (type == "response.output_item.done") return read_ended_item(said);
  if (type.ends_with(".delta")) return read_delta(type, said);
  if (type.ends_with(".done")) return read_ended_text(type, said);
  // Between the parts of a summary stands what would stand there were they one text.
  if (type == "response.reasoning_summary_part.added" && said["summary_index"].integer().value_or(0) > 0)
    add(event_kind::reasoning).text = thought_separator;
}

void event_reader::read_delta(std::string_view type, json_value said) {
  const auto delta = said["delta"].text();
  if (type == "response.output_text.delta") return read_text(said, delta);
  if (type == "response.function_call_arguments.delta" || type == "response.custom_tool_call_input.delta") return say_tool(said, delta);
  if (delta.empty()) return;
  if (type == "response.refusal.delta") add(event_kind::refusal, delta);
  if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") add(event_kind::reasoning, delta);
}

void event_reader::read_text(json_value said, std::string_view text) {
  identity_.open_block = static_cast<int>(std::clamp<std::int64_t>(place_of(said), 0, 1 << 20));
  identity_.open_item = cut_text(said["item_id"].text(), identity_text_max);
  const json_value logprobs = said["logprobs"];
  if (text.empty() && !logprobs.first_item().is_given()) return;
  has_text_ = true;
  event& made = add(event_kind::text, text);
  if (!logprobs.first_item().is_given()) return;
  logprobs_ = logprobs.written();
  made.logprobs = logprobs_;
}

void event_reader::read_ended_text(std::string_view type, json_value said) {
  if (type == "response.output_text.done") {
    // Some providers send a text whole.
    if (!has_text_) read_text(said, said["text"].text());
    identity_.open_block = -1;
  }
  if (type == "response.function_call_arguments.done") read_whole_arguments(said, said["arguments"].text());
  if (type == "response.custom_tool_call_input.done") read_whole_arguments(said, said["input"].text());
}

// ---- items ----

event_reader::tool_item& event_reader::tool_at(std::int64_t place, int& index) {
  auto found = std::find_if(tools_.begin(), tools_.end(), [&](const tool_item& one) { return one.place == place; });
  if (found == tools_.end() && tools_.size() < tools_max) found = tools_.insert(tools_.end(), {place, false});
  if (found == tools_.end()) --found;
  index = static_cast<int>(found - tools_.begin());
  return *found;
}

void event_reader::say_tool(json_value said, std::string_view text, json_value item) {
  int index = 0;
  tool_item& tool = tool_at(place_of(said), index);
  tool.has_text = tool.has_text || !text.empty();
  event& made = add(event_kind::tool_call, text);
  made.tool = {.index = index, .id = kept(item["call_id"].text()), .name = kept(item["name"].text())};
}

void event_reader::read_new_item(json_value said) {
  has_text_ = false;
  if (is_tool_call(said["item"]["type"].text())) say_tool(said, {}, said["item"]);
}

// Some providers send a call whole.
void event_reader::read_whole_arguments(json_value said, std::string_view arguments) {
  int index = 0;
  if (!arguments.empty() && !tool_at(place_of(said), index).has_text) say_tool(said, arguments);
}

void event_reader::read_ended_item(json_value said) {
  const json_value item = said["item"];
  const auto type = item["type"].text();
  identity_.open_block = -1;
  if (is_tool_call(type)) {
    const bool is_known = std::any_of(tools_.begin(), tools_.end(), [&](const tool_item& one) { return one.place == place_of(said); });
    if (!is_known) say_tool(said, {}, item);
    read_whole_arguments(said, item[type == "function_call" ? "arguments" : "input"].text());
  }
  if (type == "reasoning" && has_state(item)) add(event_kind::state, item["encrypted_content"].text()).tool.id = kept(item["id"].text());
}

// ---- the end ----

void event_reader::read_end(json_value response) {
  if (auto why = failure_of(response)) return void(add(event_kind::failed).why = std::move(why));
  event& ended = add(event_kind::finished);
  ended.finish = finish_of(response);
  if (!tools_.empty() && ended.finish == finish_reason::stop) ended.finish = finish_reason::tool_calls;
  const usage tokens = usage_of(response["usage"]);
  if (tokens.basis != usage_basis::none) add(event_kind::reported).tokens = tokens;
  add(event_kind::done);
}


void event_reader::learn_identity(json_value response) {
  identity_.id = cut_text(response["id"].text(), identity_text_max);
  identity_.model = cut_text(response["model"].text(), identity_text_max);
  identity_.created = response["created_at"].integer().value_or(0);
}

}  // namespace sallyport::openai_responses

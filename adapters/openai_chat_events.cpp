#include "adapters/openai_chat_events.hpp"

#include "adapters/custom_input.hpp"
#include "adapters/json_object.hpp"
#include "adapters/json_write.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/openai_chat_answer.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_chat_reading.hpp"
#include "adapters/openai_chat_thoughts.hpp"
#include "adapters/openai_chat_usage.hpp"
#include "adapters/short_id.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::openai_chat {
namespace {

constexpr std::string_view keep_alive = ": ping\n\n";
constexpr std::size_t made_id_letters = 24;
constexpr std::size_t choice_bytes = 128;   // of a choice and of what ends its chunk, without what it says

std::string member(std::string_view name, std::string_view text) {
  std::string made;
  made.reserve(text.size() + text.size() / 8 + name.size() + 8);   // room for some escapes
  made.append("{\"").append(name).append("\":");
  append_json_string(made, text);
  made += '}';
  return made;
}

/// `text` is the arguments' next piece, or the whole of a text.
std::string tool_delta(int index, std::string_view id, std::string_view name, std::string_view text, bool is_custom) {
  const std::string_view type = is_custom ? "custom" : "function";
  json_object made;
  made.begin_object().name("tool_calls").begin_array().begin_object().member("index", std::int64_t{index});
  if (!id.empty()) made.member("id", id).member("type", type);
  made.name(type).begin_object().given("name", name).member(is_custom ? "input" : "arguments", text).end_object();
  return made.end_object().end_array().end_object().take();
}

}  // namespace

chunk_writer::chunk_writer(const call& asked, const stream_identity& of, std::string_view delivered)
    : is_chat_(asked.asks != operation::completions),
      wants_usage_(asked.asked_for_usage),
      goes_on_(!delivered.empty()),
      has_begun_(goes_on_),
      origin_(of.origin),
      custom_tools_(custom_tools_of(asked)) {
  frame_ = R"(data: {"id":)" + json_string(answer_id(of.id)) + R"(,"object":")" + (is_chat_ ? "chat.completion.chunk" : "text_completion") +
           R"(","created":)" + std::to_string(of.created) + R"(,"model":)" + json_string(of.model) + R"(,"choices":[)";
}

std::string chunk_writer::write(const event& said) {
  switch (said.kind) {
    case event_kind::ignored:
      return has_begun_ && !said.raw.empty() ? std::string(keep_alive) : std::string();
    case event_kind::opened:
      return begin();
    case event_kind::failed:
      return write_failure_event(said.why.value_or(fail(failure_kind::error_in_reply)));
    case event_kind::reported:
      tokens_ = said.tokens;
      return goes_on_ ? write_usage() : std::string();
    default:
      break;
  }
  std::string made = begin();
  if (said.kind == event_kind::finished) return std::move(made) + finish(said.choice, said.finish);
  return std::move(made) + (said.kind == event_kind::done ? end() : write_words(said));
}

std::string chunk_writer::begin() {
  if (std::exchange(has_begun_, true) || !is_chat_) return {};
  return delta(0, R"({"role":"assistant","content":""})");
}

std::string chunk_writer::write_words(const event& said) {
  if (said.kind == event_kind::reasoning) return write_reasoning(said);
  if (said.kind == event_kind::state) return write_state(said.tool.id, said.text);
  std::string made = close_thought();
  if (said.kind == event_kind::tool_call) return std::move(made) + write_tool(said);
  return std::move(made) + delta(said.choice, member(said.kind == event_kind::refusal ? "refusal" : "content", said.text), said.logprobs);
}

std::string chunk_writer::write_reasoning(const event& said) {
  thinks_ = true;
  // One byte more than may be kept, so that a cut one is known.
  thought_ += said.text.substr(0, thought_bytes_max + 1 - std::min(thought_.size(), thought_bytes_max + 1));
  return said.text.empty() ? std::string() : delta(said.choice, member("reasoning_content", said.text));
}

std::string chunk_writer::close_thought() { return thinks_ ? write_state({}, {}) : std::string(); }

// The whole thought stands beside its state: a client hands back what it was given, and may not keep the pieces apart.
std::string chunk_writer::write_state(std::string_view id, std::string_view bytes) {
  thinks_ = false;
  const std::string text = std::exchange(thought_, {});
  if (origin_.empty() || text.size() > thought_bytes_max) return {};
  json_object made;
  made.begin_object().name("reasoning_details").begin_array();
  write_thought(text, marked({.origin = origin_, .id = std::string(id), .bytes = std::string(bytes)}), made);
  return delta(0, made.end_array().end_object().text());
}

std::string chunk_writer::write_tool(const event& said) {
  const auto [place, is_new] = calls_.try_emplace(said.tool.index);
  tool_call& one = place->second;
  one.has_arguments = one.has_arguments || !said.text.empty();
  if (is_new) return begin_call(one, said);
  if (one.is_held) return one.text += said.text, std::string();
  return delta(said.choice, tool_delta(said.tool.index, said.tool.id, said.tool.name, said.text, false));
}

std::string chunk_writer::begin_call(tool_call& one, const event& said) {
  one.id = said.tool.id;
  // Without one a client could not answer the call.
  if (one.id.empty()) one.id = "call_" + short_id(frame_ + std::to_string(said.tool.index), made_id_letters);
  one.is_custom = custom_tools_.contains(said.tool.name);
  one.is_held = holds_calls_ = holds_calls_ || one.is_custom;
  if (!one.is_held) return delta(said.choice, tool_delta(said.tool.index, one.id, said.tool.name, said.text, false));
  one.name = said.tool.name;
  one.text = said.text;
  return {};
}

// A tool that takes nothing may have been called without any arguments, which clients read as JSON.
std::string chunk_writer::close_calls() {
  std::string made;
  for (auto& [index, one] : std::exchange(calls_, {})) {
    if (one.is_held) {
      if (one.is_custom) one.text = unwrapped_input(one.text);
      if (!one.is_custom && one.text.empty()) one.text = "{}";
      made += delta(0, tool_delta(index, one.id, one.name, one.text, one.is_custom));
    } else if (!one.has_arguments) {
      made += delta(0, tool_delta(index, {}, {}, "{}", false));
    }
  }
  return made;
}

std::string chunk_writer::finish(int index, finish_reason why) {
  const auto place = static_cast<std::size_t>(std::clamp(index, 0, static_cast<int>(finished_.size()) - 1));
  if (finished_[place]) return {};
  finished_.set(place);
  std::string made = close_thought();
  made += close_calls();
  return std::move(made) + delta(index, "{}", {}, "\"" + std::string(word_of(why)) + "\"");
}

std::string chunk_writer::write_usage() {
  if (!wants_usage_ || !tokens_) return {};
  json_object made;
  openai_chat::write_usage(*std::exchange(tokens_, std::nullopt), made);
  std::string chunk = frame_;
  return ended(std::move(chunk), made.text());
}

std::string chunk_writer::end() {
  std::string made = finished_.any() ? std::string() : finish(0, calls_.empty() ? finish_reason::stop : finish_reason::tool_calls);
  made += write_usage();
  return std::move(made) + "data: [DONE]\n\n";
}

std::string chunk_writer::delta(int index, std::string_view of, std::string_view logprobs, std::string_view finish) {
  std::string made;
  made.reserve(frame_.size() + of.size() + logprobs.size() + choice_bytes);
  made += frame_;
  append_choice(made, index, of, logprobs, finish);
  return ended(std::move(made), wants_usage_ ? "null" : "");
}

void chunk_writer::append_choice(std::string& to, int index, std::string_view delta, std::string_view logprobs, std::string_view finish) const {
  to.append(R"({"index":)").append(std::to_string(index));
  if (is_chat_) {
    to.append(R"(,"delta":)").append(delta);
    if (!logprobs.empty()) to.append(R"(,"logprobs":{"content":)").append(logprobs).append(R"(,"refusal":null})");
  } else {
    // A completion's text stands in the choice itself.
    const auto text = delta.starts_with(R"({"content":)") ? delta.substr(11, delta.size() - 12) : std::string_view("\"\"");
    to.append(R"(,"text":)").append(text).append(R"(,"logprobs":null)");
  }
  to.append(R"(,"finish_reason":)").append(finish).append("}");
}

std::string chunk_writer::ended(std::string chunk, std::string_view usage) {
  chunk += ']';
  if (!usage.empty()) chunk.append(R"(,"usage":)").append(usage);
  if (!resumed_by_.empty()) chunk.append(R"(,"sallyport":{"resumed_by":)").append(json_string(std::exchange(resumed_by_, {}))).append("}");
  chunk += "}\n\n";
  return chunk;
}

}  // namespace sallyport::openai_chat

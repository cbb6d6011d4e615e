#include "adapters/openai_chat_events.hpp"

#include "adapters/json_write.hpp"
#include "adapters/openai_chat_failure.hpp"

#include <utility>

namespace sallyport::openai_chat {
namespace {

std::string_view name_of(finish_reason why) {
  switch (why) {
    case finish_reason::length: return "length";
    case finish_reason::tool_calls: return "tool_calls";
    case finish_reason::content_filter: return "content_filter";
    default: return "stop";
  }
}

std::string member(std::string_view name, std::string_view text) { return "{\"" + std::string(name) + "\":" + json_string(text) + "}"; }

std::string tool_delta(const event& said) {
  std::string made = R"({"tool_calls":[{"index":)" + std::to_string(said.tool.index);
  if (!said.tool.id.empty()) made += R"(,"id":)" + json_string(said.tool.id) + R"(,"type":"function")";
  made += R"(,"function":{)";
  if (!said.tool.name.empty()) made += R"("name":)" + json_string(said.tool.name) + ",";
  return made + R"("arguments":)" + json_string(said.text) + "}}]}";
}

std::string delta_of(const event& said) {
  switch (said.kind) {
    case event_kind::text: return member("content", said.text);
    case event_kind::reasoning: return member("reasoning_content", said.text);
    case event_kind::refusal: return member("refusal", said.text);
    case event_kind::tool_call: return tool_delta(said);
    case event_kind::opened: return R"({"role":"assistant","content":""})";
    default: return "{}";
  }
}

std::string usage_object(const usage& tokens) {
  const auto number = [](std::int64_t n) { return std::to_string(n); };
  return R"({"prompt_tokens":)" + number(tokens.prompt_total()) + R"(,"completion_tokens":)" + number(tokens.completion_total()) +
         R"(,"total_tokens":)" + number(tokens.prompt_total() + tokens.completion_total()) + R"(,"prompt_tokens_details":{"cached_tokens":)" +
         number(tokens.cached) + R"(},"completion_tokens_details":{"reasoning_tokens":)" + number(tokens.reasoning) + "}}";
}

}  // namespace

chunk_writer::chunk_writer(operation asked, const stream_identity& of) : is_chat_(asked == operation::chat_completions) {
  frame_ = R"(data: {"id":)" + json_string(of.id) + R"(,"object":")" + (is_chat_ ? "chat.completion.chunk" : "text_completion") +
           R"(","created":)" + std::to_string(of.created) + R"(,"model":)" + json_string(of.model) + R"(,"choices":[)";
}

std::string chunk_writer::write(const event& said) {
  switch (said.kind) {
    case event_kind::ignored: return {};
    case event_kind::done: return "data: [DONE]\n\n";
    case event_kind::failed: return write_failure_event(said.why.value_or(fail(failure_kind::error_in_reply)));
    case event_kind::reported: return chunk({}, usage_object(said.tokens));
    case event_kind::finished: return chunk(choice(said.choice, "{}", "\"" + std::string(name_of(said.finish)) + "\""));
    default: return chunk(choice(said.choice, delta_of(said), "null"));
  }
}

std::string chunk_writer::choice(int index, std::string_view delta, std::string_view finish) const {
  std::string made = R"({"index":)" + std::to_string(index) + (is_chat_ ? R"(,"delta":)" : R"(,"text":)");
  if (is_chat_) return made.append(delta).append(R"(,"finish_reason":)").append(finish).append("}");
  // A completion's text stands in the choice itself.
  const auto text = delta.starts_with(R"({"content":)") ? delta.substr(11, delta.size() - 12) : std::string_view("\"\"");
  return made.append(text).append(R"(,"logprobs":null,"finish_reason":)").append(finish).append("}");
}

std::string chunk_writer::chunk(std::string_view choices, std::string_view usage) {
  std::string made = frame_;
  made.append(choices).append("]");
  if (!usage.empty()) made.append(R"(,"usage":)").append(usage);
  if (const auto by = std::exchange(resumed_by_, {}); !by.empty()) made += R"(,"sallyport":{"resumed_by":)" + json_string(by) + "}";
  return made += "}\n\n";
}

}  // namespace sallyport::openai_chat

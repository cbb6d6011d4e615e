#include "adapters/openai_responses_answer.hpp"

#include "adapters/custom_input.hpp"
#include "adapters/json_object.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/openai_responses_object.hpp"
#include "adapters/openai_responses_usage.hpp"

namespace sallyport::openai_responses {
namespace {

/// Puts the parts of an answer into items: texts that follow each other are one message.
class item_list {
 public:
  item_list(const stream_identity& of, const asked_for& asked, std::string_view status)
      : of_(of), asked_(asked), response_(response_id(of.id)), status_(status) {}

  void add(const part& one) {
    switch (one.kind) {
      case part_kind::text: return add_content(text_part(one.text, one.logprobs));
      case part_kind::refusal: return add_content(refusal_part(one.text));
      case part_kind::reasoning: return add_reasoning(one);
      case part_kind::tool_call: return add_tool(one);
      case part_kind::image: return add_image(one);
      default: return;
    }
  }

  std::string take() {
    close_message();
    return std::move(items_);
  }

 private:
  void add_content(std::string_view content) {
    if (!content_.empty()) content_ += ',';
    content_ += content;
  }

  void add_item(std::string_view item) {
    if (count_++ > 0) items_ += ',';
    items_ += item;
  }

  std::string next_id(std::string_view prefix) const { return item_id(prefix, response_, count_); }

  void close_message() {
    if (content_.empty()) return;
    add_item(message_item(next_id("msg"), status_, content_));
    content_.clear();
  }

  void add_reasoning(const part& one) {
    close_message();
    const opaque_state state = one.state.value_or(opaque_state{});
    add_item(reasoning_item(next_id("rs"), one.text, carried_state(of_.origin, state.id, state.bytes)));
  }

  void add_tool(const part& one) {
    close_message();
    const bool is_custom = one.is_custom || asked_.is_custom(one.name);
    const std::string text = is_custom ? unwrapped_input(one.text) : one.text;
    const auto* known = asked_.in_space(one.name);
    const called_tool called = known ? called_tool{is_custom, one.id, known->name, text, known->space} : called_tool{is_custom, one.id, one.name, text};
    add_item(tool_item(next_id(is_custom ? "ctc" : "fc"), status_, called));
  }

  void add_image(const part& one) {
    if (one.of.base64.empty()) return;
    close_message();
    json_object made;
    made.begin_object().member("id", next_id("ig")).member("type", "image_generation_call").member("status", "completed");
    add_item(made.member("result", one.of.base64).end_object().take());
  }

  const stream_identity& of_;
  const asked_for& asked_;
  std::string response_;
  std::string_view status_;
  std::string items_;
  std::string content_;   // of the message that is open
  std::size_t count_ = 0;
};

}  // namespace

std::string carried_state(std::string_view origin, std::string_view id, std::string_view bytes) {
  if (origin.empty()) return std::string(bytes);
  return marked({std::string(origin), std::string(id), std::string(bytes)});
}

std::string write_answer(const call& asked, const answer& said) {
  const asked_for of_call(asked);
  const auto reason = incomplete_reason(said.finish);
  const std::string_view status = reason.empty() ? "completed" : "incomplete";
  item_list items(said.of, of_call, status);
  for (const part& one : said.parts) items.add(one);
  const std::string output = items.take();
  return response_object(said.of, of_call, {.status = status, .incomplete = reason, .error = {}, .output = output, .tokens = said.tokens});
}

}  // namespace sallyport::openai_responses

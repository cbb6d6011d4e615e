#include "adapters/anthropic_messages_call.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/prompt_size.hpp"
#include "adapters/token_estimate.hpp"

#include <array>

namespace sallyport::anthropic_messages {
namespace {

// Which of the names that decide what a message says stands twice, if any: two parsers may take two different ones.
std::string_view name_twice(json_value object) {
  constexpr std::array<std::string_view, 8> read{"role", "content", "type", "text", "source", "input", "thinking", "tool_use_id"};
  std::array<int, read.size()> seen{};
  std::string_view twice;
  object.each_member([&](std::string_view name, json_value) {
    for (std::size_t i = 0; i < read.size(); ++i)
      if (name == read[i] && ++seen[i] == 2) twice = read[i];
  });
  return twice;
}

/// Looks through the prompt once.
class prompt_look {
 public:
  explicit prompt_look(call& into) : into_(into) {}

  void look(json_value body) {
    bytes_ = text_bytes_in(body["system"]);
    blocks(body["system"], [] { return std::string("system"); });
    std::size_t at = 0;
    body["messages"].each_item([&](json_value message) {
      const std::size_t place = at++;
      bytes_ += message_frame_bytes + text_bytes_in(message);
      note(message, [&] { return "messages[" + std::to_string(place) + "]"; });
      blocks(message["content"], [&] { return "messages[" + std::to_string(place) + "].content"; });
    });
    if (body["tools"].is(json_kind::array)) bytes_ += schema_bytes_in(body["tools"]);
    into_.prompt_tokens_estimate = estimate_tokens(bytes_);
  }

  /// Where a name that we read stands twice, as in messages[3].content; empty when none does.
  std::string take_twice() { return std::move(twice_); }

 private:
  // A place is written out only when it is needed: a conversation has thousands of these.
  template <class Place>
  void note(json_value object, Place place) {
    const auto name = name_twice(object);
    if (!name.empty() && twice_.empty()) twice_ = place().append(".").append(name);
  }

  template <class Place>
  void blocks(json_value content, Place place) {
    std::size_t at = 0;
    content.each_item([&](json_value block) {
      const std::size_t here = at++;
      note(block, [&] { return place() + "[" + std::to_string(here) + "]"; });
      look_for_image(block);
      block["content"].each_item([&](json_value inside) {
        note(inside, [&] { return place() + "[" + std::to_string(here) + "].content"; });
        look_for_image(inside);
      });
    });
  }

  void look_for_image(json_value block) { into_.has_images = into_.has_images || block["type"].text() == "image"; }

  call& into_;
  std::size_t bytes_ = 0;
  std::string twice_;
};

field_problem read_max_tokens(json_value body, call& into) {
  if (into.asks == operation::chat_completions && !body["max_tokens"].is_given())
    return wrong_field("max_tokens", "given: a whole number of tokens");
  return read_limit(body, "max_tokens", into.max_tokens);
}

field_problem read_prompt(json_value body, call& into) {
  if (!body["messages"].is(json_kind::array) || !body["messages"].first_item().is_given())
    return wrong_field("messages", "a list of at least one message, as in [{\"role\": \"user\", \"content\": \"Hello\"}]");
  prompt_look found(into);
  found.look(body);
  if (auto twice = found.take_twice(); !twice.empty()) return field_twice(std::move(twice));
  into.has_tools = body["tools"].first_item().is_given();
  return std::nullopt;
}

field_problem read_body(json_value body, call& into) {
  into.asked_for_usage = true;   // the dialect has no stream without it
  if (!body.is(json_kind::object)) return fail_with(failure_kind::invalid_request, "The body must be a JSON object.");
  if (auto why = check_names(body, "")) return why;
  if (auto why = read_model(body, into)) return why;
  if (auto why = read_flag(body["stream"], "stream", into.stream)) return why;
  if (into.stream && into.asks == operation::count_tokens) return wrong_field("stream", "false: a count comes whole");
  if (auto why = read_max_tokens(body, into)) return why;
  return read_prompt(body, into);
}

}  // namespace

result<call> read_call(operation asks, std::string body) {
  return read_call_as(dialect_id::anthropic_messages, asks, std::move(body), "messages", read_body);
}

}  // namespace sallyport::anthropic_messages

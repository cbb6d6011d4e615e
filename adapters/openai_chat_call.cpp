#include "adapters/openai_chat_call.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/openai_chat_prompt.hpp"
#include "adapters/token_estimate.hpp"

namespace sallyport::openai_chat {
namespace {

field_problem read_stream_options(json_value body, call& into) {
  const json_value options = body["stream_options"];
  if (!options.is_given()) return std::nullopt;
  if (!options.is(json_kind::object)) return wrong_field("stream_options", "an object, as in {\"include_usage\": true}");
  if (auto why = check_names(options, "stream_options.")) return why;
  return read_flag(options["include_usage"], "stream_options.include_usage", into.asked_for_usage);
}

field_problem read_choices(json_value body, call& into) {
  const json_value n = body["n"];
  if (!n.is_given()) return std::nullopt;
  const auto count = n.integer();
  if (!count || *count < 1 || *count > choices_max) return wrong_field("n", "a whole number from 1 to 128");
  into.choices = static_cast<int>(*count);
  return std::nullopt;
}

field_problem read_max_tokens(json_value body, call& into) {
  // The newer name wins, so it is read last.
  for (const char* name : {"max_tokens", "max_completion_tokens"})
    if (auto why = read_limit(body, name, into.max_tokens)) return why;
  return std::nullopt;
}

field_problem check_prompt(json_value body, operation asks) {
  if (asks == operation::chat_completions) {
    if (!body["messages"].is(json_kind::array) || !body["messages"].first_item().is_given())
      return wrong_field("messages", "a list of at least one message, as in [{\"role\": \"user\", \"content\": \"Hello\"}]");
    return std::nullopt;
  }
  const auto name = name_of_prompt(asks);
  if (!body[name].is(json_kind::string) && !body[name].is(json_kind::array)) return wrong_field(name, "a string, or a list of strings or tokens");
  return std::nullopt;
}

field_problem read_prompt(json_value body, call& into) {
  if (auto why = check_prompt(body, into.asks)) return why;
  prompt_contents contents = contents_of_prompt(into.asks, body);
  if (!contents.twice.empty()) return field_twice(std::move(contents.twice));
  into.prompt_tokens_estimate = estimate_tokens(contents.text_bytes) + static_cast<std::int64_t>(contents.tokens);
  into.has_images = contents.has_images;
  into.has_tools = body["tools"].first_item().is_given() || body["functions"].first_item().is_given();
  return std::nullopt;
}

field_problem read_body(json_value body, call& into) {
  if (!body.is(json_kind::object)) return fail_with(failure_kind::invalid_request, "The body must be a JSON object.");
  if (auto why = check_names(body, "")) return why;
  if (auto why = read_model(body, into)) return why;
  if (auto why = read_flag(body["stream"], "stream", into.stream)) return why;
  if (into.stream && into.asks == operation::embeddings) return wrong_field("stream", "false: embeddings come whole");
  if (auto why = read_stream_options(body, into)) return why;
  if (auto why = read_choices(body, into)) return why;
  if (auto why = read_max_tokens(body, into)) return why;
  return read_prompt(body, into);
}

}  // namespace

result<call> read_call(operation asks, std::string body) {
  return read_call_as(dialect_id::openai_chat, asks, std::move(body), name_of_prompt(asks), read_body);
}

}  // namespace sallyport::openai_chat

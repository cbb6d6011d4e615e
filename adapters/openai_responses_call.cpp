#include "adapters/openai_responses_call.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/openai_responses_prompt.hpp"
#include "adapters/token_estimate.hpp"

namespace sallyport::openai_responses {
namespace {

/// What the provider keeps of earlier may be all that is asked about.
bool may_lack_input(json_value body) {
  return body["previous_response_id"].is_given() || body["prompt"].is_given() || body["conversation"].is_given();
}

field_problem check_input(json_value body) {
  const json_value input = body["input"];
  if (!input.is_given() && may_lack_input(body)) return std::nullopt;
  if (input.is(json_kind::string) || input.first_item().is_given()) return std::nullopt;
  return wrong_field("input", "a string, or a list of at least one item, as in [{\"role\": \"user\", \"content\": \"Hello\"}]");
}

field_problem read_input(json_value body, call& into) {
  if (auto why = check_input(body)) return why;
  prompt_contents contents = contents_of_prompt(body);
  if (!contents.twice.empty()) return field_twice(std::move(contents.twice));
  into.prompt_tokens_estimate = estimate_tokens(contents.text_bytes);
  into.has_images = contents.has_images;
  into.has_tools = body["tools"].first_item().is_given();
  return std::nullopt;
}

field_problem read_previous(json_value body, call& into) {
  const json_value previous = body["previous_response_id"];
  if (!previous.is_given()) return std::nullopt;
  const auto id = previous.string();
  if (!id || id->empty() || id->size() > response_id_bytes_max)
    return wrong_field("previous_response_id", "the id of a response: a string of 1 to 256 bytes");
  into.previous_response = *id;
  return std::nullopt;
}

field_problem read_body(json_value body, call& into) {
  into.asked_for_usage = true;   // it always comes
  if (!body.is(json_kind::object)) return fail_with(failure_kind::invalid_request, "The body must be a JSON object.");
  if (auto why = check_names(body, "")) return why;
  if (auto why = read_model(body, into)) return why;
  if (auto why = read_flag(body["stream"], "stream", into.stream)) return why;
  bool in_background = false;
  if (auto why = read_flag(body["background"], "background", in_background)) return why;
  if (auto why = read_limit(body, "max_output_tokens", into.max_tokens)) return why;
  if (auto why = read_previous(body, into)) return why;
  return read_input(body, into);
}

}  // namespace

result<call> read_call(operation asks, std::string body) {
  return read_call_as(dialect_id::openai_responses, asks, std::move(body), "input", read_body);
}

}  // namespace sallyport::openai_responses

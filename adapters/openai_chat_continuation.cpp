#include "adapters/openai_chat_continuation.hpp"

#include "adapters/json.hpp"
#include "adapters/json_members.hpp"
#include "adapters/json_write.hpp"
#include "adapters/openai_chat_request.hpp"
#include "adapters/stop_seam.hpp"
#include "adapters/token_estimate.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sallyport::openai_chat {
namespace {

/// What gives an answer a shape that a beginning given as a message does not have (vLLM, SGLang, llama.cpp), or says by itself how the
/// last message is taken.
constexpr std::array<std::string_view, 12> stands_in_the_way{
    "structured_outputs", "guided_json",   "guided_regex", "guided_choice", "guided_grammar",        "regex",
    "ebnf",               "grammar",       "json_schema",  "suffix",        "continue_final_message", "add_generation_prompt"};

bool is_given(json_value body, std::string_view name) { return body[name].is_given(); }

bool has_free_form(json_value body) {
  if (std::any_of(stands_in_the_way.begin(), stands_in_the_way.end(), [&](std::string_view name) { return is_given(body, name); })) return false;
  const json_value format = body["response_format"];
  if (format.is_given() && format["type"].text() != "text") return false;
  const json_value choice = body["tool_choice"];
  return !choice.is_given() || choice.text() == "auto" || choice.text() == "none";
}

bool ends_inside_a_stop(json_value body, std::string_view text) {
  const json_value stop = body["stop"];
  if (ends_inside(text, stop.text())) return true;
  bool inside = false;
  stop.each_item([&](json_value one) { inside = inside || ends_inside(text, one.text()); });
  return inside;
}

json_value last_message(json_value body) {
  json_value last;
  body["messages"].each_item([&](json_value one) { last = one; });
  return last;
}

std::string message_with(std::string_view text, continuation how) {
  return R"(,{"role":"assistant","content":)" + json_string(text) + (how == continuation::prefix ? R"(,"prefix":true})" : "}");
}

/// Behind the last character of the value, inside its quotes or brackets.
text_range at_end_inside(text_range value) { return {value.end() - 1, 0}; }

std::string escaped(std::string_view text) {
  const std::string quoted = json_string(text);
  return quoted.substr(1, quoted.size() - 2);
}

/// What is left of the client's limit.
std::string tokens_left(json_value limit, std::string_view delivered) {
  return std::to_string(std::max<std::int64_t>(limit.integer().value_or(1) - estimate_tokens(delivered.size()), 1));
}

std::vector<text_splice> splices_of(const call& asked, json_value body, continuation how, std::string_view given) {
  std::vector<text_splice> splices;
  const bool is_completion = asked.asks == operation::completions;
  json_members ranges(asked.body, 0);
  body.each_member([&](std::string_view name, json_value value) {
    const auto range = ranges.next();
    if (!range) return;
    if (name == "messages" && !is_completion) splices.push_back({at_end_inside(range->value), message_with(given, how)});
    if (name == "prompt" && is_completion) splices.push_back({at_end_inside(range->value), escaped(given)});
    if ((name == "max_tokens" || name == "max_completion_tokens") && value.is_given())
      splices.push_back({range->value, tokens_left(value, given)});
  });
  if (how == continuation::continue_final_message && asked.asks == operation::chat_completions)
    splices.push_back({{asked.places.object_start, 0}, R"("continue_final_message":true,"add_generation_prompt":false,)"});
  return splices;
}

bool takes_beginning(const call& asked, json_value body) {
  if (asked.asks == operation::completions) return body["prompt"].is(json_kind::string);
  return last_message(body)["role"].text() != "assistant";
}

}  // namespace

bool may_be_continued(const call& asked) {
  if (!asked.stream || asked.choices != 1 || asked.asks == operation::embeddings) return false;
  thread_local json_document document;
  if (!document.parse(asked.body)) return false;
  const json_value body = document.root();
  const bool has_logprobs = body["logprobs"].boolean().value_or(body["logprobs"].is_given()) || is_given(body, "top_logprobs");
  const bool plain = !has_logprobs && !is_given(body, "audio") && !body["echo"].boolean().value_or(false);
  document.forget_large();
  return plain;
}

std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, const quirks& of_provider,
                                                   continuation how, std::string_view delivered) {
  if (how == continuation::none) return std::nullopt;
  if (how == continuation::replay) return write_request(asked, upstream_model, of_provider);
  const auto given = given_part(delivered);
  thread_local json_document document;
  if (given.empty() || !document.parse(asked.body)) return std::nullopt;
  const json_value body = document.root();
  std::optional<provider_request> made;
  if (takes_beginning(asked, body) && has_free_form(body) && !ends_inside_a_stop(body, delivered))
    made = write_request(asked, upstream_model, of_provider, splices_of(asked, body, how, given));
  document.forget_large();
  return made;
}

}  // namespace sallyport::openai_chat

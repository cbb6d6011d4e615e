#include "adapters/openai_chat_call.hpp"

#include "adapters/json.hpp"
#include "adapters/json_members.hpp"
#include "adapters/json_write.hpp"
#include "adapters/openai_chat_prompt.hpp"
#include "adapters/token_estimate.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace sallyport::openai_chat {
namespace {

using problem = std::optional<failure>;

failure wrong(std::string_view param, std::string_view wanted) {
  return fail_with(failure_kind::invalid_request, "'" + std::string(param) + "' must be " + std::string(wanted) + ".", std::string(param));
}

failure twice(std::string param) {
  std::string sentence = "'" + param + "' stands twice in the same object; send it once.";
  return fail_with(failure_kind::invalid_request, std::move(sentence), std::move(param));
}

problem check_names(json_value object, std::string_view of) {
  std::vector<std::string_view> names;
  object.each_member([&](std::string_view name, json_value) { names.push_back(name); });
  if (names.size() > members_max)
    return fail_with(failure_kind::invalid_request, "The body has more than " + std::to_string(members_max) + " members.");
  std::sort(names.begin(), names.end());
  const auto found = std::adjacent_find(names.begin(), names.end());
  if (found == names.end()) return std::nullopt;
  return twice(std::string(of) + std::string(cut_text(*found, model_bytes_max)));
}

problem read_model(json_value body, call& into) {
  const auto model = body["model"].string();
  if (!model || model->empty() || model->size() > model_bytes_max)
    return wrong("model", "the name of a model: a string of 1 to 256 bytes. GET /v1/models lists those you may use");
  into.model = *model;
  return std::nullopt;
}

problem read_flag(json_value value, std::string_view param, bool& into) {
  if (value.is_given() && !value.boolean()) return wrong(param, "true or false");
  into = value.boolean().value_or(false);
  return std::nullopt;
}

problem read_stream_options(json_value body, call& into) {
  const json_value options = body["stream_options"];
  if (!options.is_given()) return std::nullopt;
  if (!options.is(json_kind::object)) return wrong("stream_options", "an object, as in {\"include_usage\": true}");
  if (auto why = check_names(options, "stream_options.")) return why;
  return read_flag(options["include_usage"], "stream_options.include_usage", into.asked_for_usage);
}

problem read_choices(json_value body, call& into) {
  const json_value n = body["n"];
  if (!n.is_given()) return std::nullopt;
  const auto count = n.integer();
  if (!count || *count < 1 || *count > choices_max) return wrong("n", "a whole number from 1 to 128");
  into.choices = static_cast<int>(*count);
  return std::nullopt;
}

problem read_max_tokens(json_value body, call& into) {
  // The newer name wins, so it is read last.
  for (const char* name : {"max_tokens", "max_completion_tokens"}) {
    const json_value limit = body[name];
    if (!limit.is_given()) continue;
    if (limit.integer().value_or(-1) < 0) return wrong(name, "a whole number of tokens, 0 or more");
    into.max_tokens = limit.integer();
  }
  return std::nullopt;
}

problem check_prompt(json_value body, operation asks) {
  if (asks == operation::chat_completions) {
    if (!body["messages"].is(json_kind::array) || !body["messages"].first_item().is_given())
      return wrong("messages", "a list of at least one message, as in [{\"role\": \"user\", \"content\": \"Hello\"}]");
    return std::nullopt;
  }
  const auto name = name_of_prompt(asks);
  if (!body[name].is(json_kind::string) && !body[name].is(json_kind::array)) return wrong(name, "a string, or a list of strings or tokens");
  return std::nullopt;
}

problem read_prompt(json_value body, call& into) {
  if (auto why = check_prompt(body, into.asks)) return why;
  prompt_contents contents = contents_of_prompt(into.asks, body);
  if (!contents.twice.empty()) return twice(std::move(contents.twice));
  into.prompt_tokens_estimate = estimate_tokens(contents.text_bytes) + static_cast<std::int64_t>(contents.tokens);
  into.has_images = contents.has_images;
  into.has_tools = body["tools"].first_item().is_given() || body["functions"].first_item().is_given();
  return std::nullopt;
}

problem read_body(json_value body, call& into) {
  if (!body.is(json_kind::object)) return fail_with(failure_kind::invalid_request, "The body must be a JSON object.");
  if (auto why = check_names(body, "")) return why;
  if (auto why = read_model(body, into)) return why;
  if (auto why = read_flag(body["stream"], "stream", into.stream)) return why;
  if (into.stream && into.asks == operation::embeddings) return wrong("stream", "false: embeddings come whole");
  if (auto why = read_stream_options(body, into)) return why;
  if (auto why = read_choices(body, into)) return why;
  if (auto why = read_max_tokens(body, into)) return why;
  return read_prompt(body, into);
}

// The parser knows what a name says (it may be escaped), the ranges where it stands; both walk the members in the same order.
void find_places(json_value body, std::string_view text, std::string_view prompt, splice_points& into) {
  json_members ranges(text, 0);
  into.object_start = ranges.inside();
  body.each_member([&](std::string_view name, json_value value) {
    const auto range = ranges.next();
    if (!range) return;
    if (name == "model") into.model = range->value;
    if (name == prompt) into.prompt = range->value;
    if (name != "stream_options") return;
    into.stream_options = range->value;
    json_members options(text, range->value.offset);
    value.each_member([&](std::string_view option, json_value) {
      const auto at = options.next();
      if (at && option == "include_usage") into.include_usage = at->value;
    });
  });
}

result<call> read_with(json_document& document, operation asks, std::string body) {
  if (!document.parse(body)) {
    return fail_with(failure_kind::invalid_json, "The body is not valid JSON: " + std::string(document.problem()) + ".");
  }
  call made;
  made.asks = asks;
  if (auto why = read_body(document.root(), made)) return *std::move(why);
  find_places(document.root(), body, name_of_prompt(asks), made.places);
  made.body = std::move(body);
  return made;
}

}  // namespace

result<call> read_call(operation asks, std::string body) {
  thread_local json_document document;
  auto made = read_with(document, asks, std::move(body));
  document.forget_large();
  return made;
}

}  // namespace sallyport::openai_chat

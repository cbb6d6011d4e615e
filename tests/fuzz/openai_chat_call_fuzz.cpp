// Bytes of a client as a call: whatever is accepted has its places inside the body, and becomes a request that is a call again, for
// the other model, with the usage option that was wanted.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/prompt_head.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sallyport;

void must(bool holds) {
  if (!holds) std::abort();
}

void check_refusal(const dialect& spoken, const failure& why) {
  json_document document;
  must(document.parse(spoken.write_failure(why)));
  must(!document.root()["error"]["message"].text().empty());
}

void check_places(const call& read) {
  const auto& [model, options, include_usage, prompt, object_start] = read.places;
  const std::string_view body = read.body;
  must(model.end() <= body.size() && model.length >= 3 && body[model.offset] == '"' && body[model.end() - 1] == '"');
  must(prompt.end() <= body.size() && (body[prompt.offset] == '[' || body[prompt.offset] == '"'));
  must(object_start <= model.offset && body[object_start - 1] == '{');
  if (options) must(options->end() <= body.size() && (body[options->offset] == '{' || body[options->offset] == 'n'));
  if (include_usage) must(options && include_usage->offset > options->offset && include_usage->end() < options->end());
}

void check_request(const dialect& spoken, const call& read, const quirks& of_provider) {
  const provider_request request = spoken.write_request(read, "other \"model\"", of_provider);
  const auto again = spoken.read_call(read.asks, request.body);
  must(again.has_value());
  must(again->model == "other \"model\"" && again->stream == read.stream && again->choices == read.choices);
  must(again->max_tokens == read.max_tokens);
  // Thoughts of other dialects' providers are taken out.
  must(again->prompt_tokens_estimate == read.prompt_tokens_estimate || may_hold_marked_state(read.body));
  if (!of_provider.takes_stream_options) must(!again->places.stream_options && !request.usage_was_added);
  if (of_provider.takes_stream_options && read.stream) must(again->asked_for_usage && request.usage_was_added == !read.asked_for_usage);
}

// Its beginning is within its bounds, and that of the same call again.
void check_head(const call& read) {
  const auto head = prompt_head(read);
  must(head.size() <= 2 * prompt_head_bytes);
  must(read.asks != operation::completions || head.size() <= completion_head_bytes);
  must(head == prompt_head(read));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const auto asks = static_cast<operation>(bytes[0] % 3);
  const quirks of_provider{.takes_stream_options = bytes[0] < 128};
  const dialect& spoken = dialect_of(dialect_id::openai_chat);
  const auto read = spoken.read_call(asks, std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1));
  if (!read) {
    check_refusal(spoken, read.error());
    return 0;
  }
  check_places(*read);
  check_head(*read);
  check_request(spoken, *read, of_provider);
  return 0;
}

#include "adapters/openai_chat_request.hpp"

#include "adapters/json_write.hpp"
#include "adapters/openai_chat_thoughts.hpp"

#include <utility>

namespace sallyport::openai_chat {
namespace {

std::string_view path_of(operation asks) {
  switch (asks) {
    case operation::completions: return "/completions";
    case operation::embeddings: return "/embeddings";
    default: return "/chat/completions";
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t before_blanks(std::string_view text, std::size_t at) {
  while (at > 0 && is_blank(text[at - 1])) --at;
  return at;
}

std::size_t behind_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// The whole member whose value is given, with one of the commas beside it. The name holds no quote, escaped or not: it is one that we
// know. So the quote before its last is its first.
text_range member_around(std::string_view text, text_range value) {
  const std::size_t colon = before_blanks(text, value.offset) - 1;
  const std::size_t name_end = before_blanks(text, colon);
  const std::size_t name = text.rfind('"', name_end - 2);
  const std::size_t before = before_blanks(text, name);
  if (text[before - 1] == ',') return {before - 1, value.end() - (before - 1)};
  std::size_t end = behind_blanks(text, value.end());
  if (text[end] == ',') end = behind_blanks(text, end + 1);
  return {name, end - name};
}

text_splice ask_for_usage(const call& asked) {
  const auto& places = asked.places;
  if (!places.stream_options) return {{places.object_start, 0}, R"("stream_options":{"include_usage":true},)"};
  if (places.include_usage) return {*places.include_usage, "true"};
  if (asked.body[places.stream_options->offset] != '{') return {*places.stream_options, R"({"include_usage":true})"};
  const std::size_t inside = places.stream_options->offset + 1;
  const bool is_empty = asked.body[behind_blanks(asked.body, inside)] == '}';
  return {{inside, 0}, is_empty ? R"("include_usage":true)" : R"("include_usage":true,)"};
}

bool must_ask_for_usage(const call& asked, const quirks& of_provider) {
  return asked.stream && !asked.asked_for_usage && of_provider.takes_stream_options && asked.asks != operation::embeddings;
}

}  // namespace

provider_request write_request(const call& asked, std::string_view upstream_model, const quirks& of_provider,
                               std::vector<text_splice> splices) {
  if (may_hold_marked_state(asked.body))
    for (text_splice& one : without_other_thoughts(asked, {})) splices.push_back(std::move(one));
  splices.push_back({asked.places.model, json_string(upstream_model)});
  provider_request made;
  made.path = path_of(asked.asks);
  made.usage_was_added = must_ask_for_usage(asked, of_provider);
  if (made.usage_was_added) splices.push_back(ask_for_usage(asked));
  if (!of_provider.takes_stream_options && asked.places.stream_options)
    splices.push_back({member_around(asked.body, *asked.places.stream_options), {}});
  made.body = spliced(asked.body, std::move(splices));
  return made;
}

}  // namespace sallyport::openai_chat

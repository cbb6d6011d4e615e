// A client's body, in the dialect that the first byte names, for providers of every dialect: what is written is a call of theirs.

#include "adapters/opaque_state.hpp"
#include "memory_bound.hpp"
#include "wire_checks.hpp"

namespace {

using namespace sallyport;
using namespace sallyport::fuzz;

/// What is known of some models decides what they are sent.
std::string_view model_by(std::uint8_t byte) {
  constexpr std::array<std::string_view, 4> names{"other \"model\"", "claude-opus-9", "claude-sonnet-4-5", "gpt-5"};
  return names[byte / 64];
}

void check_refusal(const dialect& client, const failure& why) {
  must_be_json(client.write_failure(why));
  must(why.kind == failure_kind::invalid_json || why.kind == failure_kind::invalid_request || why.kind == failure_kind::not_supported);
}

/// By the second byte: what a provider departs from its dialect in.
quirks quirks_by(std::uint8_t byte) {
  quirks made;
  made.takes_stream_options = byte % 2 == 0;
  made.takes_max_completion_tokens = byte / 2 % 2 == 1;
  made.takes_developer_role = byte / 4 % 2 == 1;
  made.tool_id_length = byte / 8 % 2 == 1 ? 9 : 0;
  if (byte / 16 % 4 == 1) made.reasoning_member = "reasoning_details";
  if (byte / 16 % 4 == 2) made.reasoning_member = "reasoning_content";
  return made;
}

void check_warnings(const std::vector<warning>& warnings) {
  for (const warning& one : warnings) {
    const std::string text = written(one);
    must(std::count(text.begin(), text.end(), ';') == 2 && text.find('"') == std::string::npos);
    must(!one.field.empty() && !one.reason.empty());
  }
}

void check_verbatim(const dialect& spoken, const call& read, std::string_view model, const quirks& of_provider) {
  const auto sent = spoken.write_request(read, model, of_provider);
  const auto again = spoken.read_call(read.asks, sent.body);
  // What was nothing but marked state is no call without it.
  if (!again && may_hold_marked_state(read.body)) return;
  must(again.has_value());
  must(again->model == model && again->stream == read.stream && again->max_tokens == read.max_tokens);
  for (std::size_t how = 1; how < continuation_names.size(); ++how) {
    const auto more = spoken.write_continuation(read, model, of_provider, static_cast<continuation>(how), "Once \"upon\" ");
    if (more) must_be_json(more->body);
  }
}

void check_provider(dialect_id provider, const call& read, const chat& said, std::string_view model, const quirks& of_provider) {
  const auto sent = dialect_of(provider).write_chat(said, {model, of_provider, "a"});
  if (!sent) return check_refusal(dialect_of(read.dialect), sent.error());
  check_warnings(sent->warnings);
  must_be_json(sent->body);
  const auto again = dialect_of(provider).read_call(operation::chat_completions, sent->body);
  must(again.has_value());
  must(again->model == model && again->stream == said.stream);
  must(dialect_of(provider).read_chat(*again).has_value());
}

// What is read of what was written is not held beside it.
void check_memory(const dialect& client, const std::string& body, std::string_view model, const quirks& of_provider) {
  const memory_bound bound(body.size());
  const auto read = client.read_call(operation::chat_completions, body);
  if (!read) return;
  const auto said = client.read_chat(*read);
  if (!said) return;
  for (const dialect_id provider : all_dialects) dialect_of(provider).write_chat(*said, {model, of_provider, "a"}).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const dialect& client = dialect_of(dialect_by(bytes[0]));
  const quirks of_provider = quirks_by(bytes[1]);
  const std::string_view model = model_by(bytes[1]);
  const std::string body(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  check_memory(client, body, model, of_provider);
  const auto read = client.read_call(operation::chat_completions, body);
  if (!read) return check_refusal(client, read.error()), 0;
  check_verbatim(client, *read, model, of_provider);
  const auto said = client.read_chat(*read);
  if (!said) return check_refusal(client, said.error()), 0;
  if (is_deep(body)) return 0;
  for (const dialect_id provider : all_dialects) check_provider(provider, *read, *said, model, of_provider);
  return 0;
}

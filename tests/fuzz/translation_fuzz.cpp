// Bytes of a client as a chat in any dialect, and bytes of a provider as an answer and as a stream of any dialect, translated to every
// other: what is written is JSON, or a stream that its own dialect reads without a failure of its form.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sallyport;

constexpr std::array<dialect_id, 3> all{dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages};
const quirks of_openai{.takes_max_completion_tokens = true, .takes_developer_role = true, .reasoning_member = "reasoning_details"};
const quirks of_mistral{.takes_stream_options = false, .tool_id_length = 9, .reasoning_member = "reasoning_content"};

void must_be_json(const std::string& text) {
  json_document document;
  if (!document.parse(text)) std::abort();
}

void translate_call(const dialect& spoken, std::string body) {
  const auto asked = spoken.read_call(operation::chat_completions, std::move(body));
  if (!asked) return;
  const auto said = spoken.read_chat(*asked);
  if (!said) return;
  for (const dialect_id to : all)
    for (const quirks* of : {&of_openai, &of_mistral}) {
      const auto sent = dialect_of(to).write_chat(*said, {.model = "m", .of_provider = *of, .origin = "a"});
      if (sent) must_be_json(sent->body);
    }
}

call asking(std::size_t dialect) {
  call made;
  made.dialect = all[dialect];
  made.stream = true;
  made.asked_for_usage = true;
  made.has_tools = true;
  made.body = R"({"tools":[{"type":"custom","name":"p","custom":{"name":"p"}}]})";
  return made;
}

void translate_answer(const dialect& spoken, std::string_view body) {
  const auto said = spoken.read_answer(body);
  if (!said) return;
  for (std::size_t to = 0; to < all.size(); ++to) must_be_json(dialect_of(all[to]).write_answer(asking(to), *said));
}

void translate_stream(const dialect& spoken, std::size_t to, std::string_view bytes) {
  const auto reader = spoken.read_stream(operation::chat_completions, {});
  const auto writer = dialect_of(all[to]).write_stream(asking(to), {.id = "x", .model = "m", .created = 1, .origin = "a"}, {});
  const auto again = dialect_of(all[to]).read_stream(operation::chat_completions, {});
  bool failed = false;
  reader->feed(bytes);
  while (const event* next = reader->next()) {
    failed = failed || next->kind == event_kind::failed;
    again->feed(writer->write(*next));
    while (const event* seen = again->next())
      if (seen->kind == event_kind::failed && !failed) std::abort();
  }
}

}  // namespace

/// The first byte says which dialect it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const dialect& spoken = dialect_of(all[bytes[0] % all.size()]);
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  translate_call(spoken, std::string(text));
  translate_answer(spoken, text);
  for (std::size_t to = 0; to < all.size(); ++to) translate_stream(spoken, to, text);
  return 0;
}

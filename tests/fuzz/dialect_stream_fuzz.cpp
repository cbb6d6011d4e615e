// Bytes of a provider as a stream, in the dialect that the first byte names, for clients of every dialect: cut in any way they say the same;
// what is written of it is clean, and where it ended well its own reader reads the same words and calls out of it.

#include "adapters/custom_input.hpp"
#include "memory_bound.hpp"
#include "wire_checks.hpp"

#include <map>

namespace {

using namespace sallyport;
using namespace sallyport::fuzz;

constexpr std::string_view custom_tool = "t";

struct said_call {
  std::string first_name, name, arguments;
  int place = 0;
  bool is_split = false;   // by a text or a thought
};

/// The words of a stream's one answer.
struct words {
  std::string text;   // and refusals: anthropic_messages has one place for both
  std::map<int, said_call> calls;
  bool has_ended_well = false;

  void take(const event& one) {
    const bool says = commits(one.kind) || one.kind == event_kind::state;
    if (one.choice != 0 || (says && (has_finished_ || has_ended_well))) is_odd_ = true;
    if (one.kind == event_kind::text || one.kind == event_kind::refusal) text += one.text;
    if (says && one.kind != event_kind::tool_call) ++others_;
    if (one.kind == event_kind::tool_call) take_call(one);
    if (one.kind == event_kind::finished) has_finished_ = true;
    if (one.kind == event_kind::failed) is_odd_ = true;
    if (one.kind == event_kind::done) has_ended_well = !is_odd_;
  }

 private:
  void take_call(const event& one) {
    const auto [place, is_new] = calls.try_emplace(one.tool.index);
    if (is_new) place->second = {.first_name = std::string(one.tool.name), .name = {}, .arguments = {}, .place = others_};
    if (place->second.place != others_) place->second.is_split = true;
    if (place->second.name.empty()) place->second.name = one.tool.name;
    place->second.arguments += one.text;
  }

  int others_ = 0;
  bool has_finished_ = false;
  bool is_odd_ = false;   // several answers, or words behind the end
};

call asked_in(dialect_id spoken, bool has_custom) {
  std::string body = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"a"}],"input":"a","max_tokens":9)";
  if (spoken == dialect_id::openai_chat) body += R"(,"stream_options":{"include_usage":true})";
  if (has_custom && spoken == dialect_id::openai_chat) body += R"(,"tools":[{"type":"custom","custom":{"name":"t"}}])";
  if (has_custom && spoken == dialect_id::openai_responses) body += R"(,"tools":[{"type":"custom","name":"t"}])";
  const auto made = dialect_of(spoken).read_call(operation::chat_completions, body + "}");
  must(made.has_value());
  return *made;
}

/// As the client's dialect shows them: nothing is `{}`, and free text is what stood inside.
std::vector<std::string> arguments_of(const words& said, bool has_custom, bool is_written_anew) {
  std::vector<std::string> made;
  for (const auto& [index, one] : said.calls) {
    const bool is_custom = has_custom && one.first_name == custom_tool;
    if (is_custom && is_written_anew)
      made.push_back(unwrapped_input(one.arguments));
    else
      made.push_back(one.arguments.empty() && !is_custom ? "{}" : one.arguments);
  }
  std::sort(made.begin(), made.end());
  return made;
}

// A call without a name has no place in anthropic_messages, and one that is whole, or that a text came behind, has ended there.
bool fits_blocks(const words& said) {
  return std::all_of(said.calls.begin(), said.calls.end(), [](const auto& one) {
    json_document document;
    const auto& [first_name, name, arguments, place, is_split] = one.second;
    return !name.empty() && !is_split && (arguments.empty() || (document.parse(arguments) && arguments.ends_with('}')));
  });
}

/// Of a client's stream that has not begun: where the provider's text stands is no place in it.
stream_identity begun_by(const stream_reader& reader) {
  stream_identity made = reader.identity();
  made.open_block = -1;
  made.open_item.clear();
  made.next_number = 0;
  return made;
}

struct written {
  words original;
  std::string stream;
};

/// One client's stream, and a second one that another deployment goes on with behind `from` events.
written write_to(dialect_id client, bool has_custom, dialect_id provider, std::string_view bytes, std::size_t from) {
  const call asked = asked_in(client, has_custom);
  const auto reader = dialect_of(provider).read_stream(operation::chat_completions, {});
  std::unique_ptr<stream_writer> writer, second;
  written made;
  std::string going_on;
  reader->feed(bytes);
  reader->end();
  std::size_t count = 0;
  bool is_over = false;
  while (const event* next = reader->next()) {
    if (is_over) continue;
    if (!writer) writer = dialect_of(client).write_stream(asked, begun_by(*reader), {});
    if (count++ == from) {
      second = dialect_of(client).write_stream(asked, reader->identity(), "Once upon");
      second->resumed_by("b");
    }
    made.original.take(*next);
    made.stream += writer->write(*next);
    if (second) going_on += second->write(*next);
    is_over = next->kind == event_kind::failed || next->kind == event_kind::done;
  }
  must_be_framed(client, going_on);
  return made;
}

void check_client(dialect_id client, bool has_custom, dialect_id provider, std::string_view bytes, std::size_t from) {
  const written made = write_to(client, has_custom, provider, bytes, from);
  must_be_framed(client, made.stream);
  if (!made.original.has_ended_well) return;
  if (client == dialect_id::anthropic_messages && !fits_blocks(made.original)) return;
  const auto reader = dialect_of(client).read_stream(operation::chat_completions, {});
  words again;
  reader->feed(made.stream);
  reader->end();
  while (const event* next = reader->next()) again.take(*next);
  must(again.has_ended_well);
  must(again.text == made.original.text);
  const bool is_unwrapped = has_custom && client != dialect_id::anthropic_messages;
  must(arguments_of(again, is_unwrapped, false) == arguments_of(made.original, is_unwrapped, true));
}

// Nothing is kept here of what is read and written.
void check_memory(dialect_id client, dialect_id provider, std::string_view bytes) {
  const memory_bound bound(bytes.size());
  const auto reader = dialect_of(provider).read_stream(operation::chat_completions, {});
  reader->feed(bytes);
  reader->end();
  std::unique_ptr<stream_writer> writer;
  while (const event* next = reader->next()) {
    if (!writer) writer = dialect_of(client).write_stream(asked_in(client, false), begun_by(*reader), {});
    writer->write(*next);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 3) return 0;
  const dialect_id provider = dialect_by(bytes[0]);
  check_stream(provider, bytes + 1, size - 1);
  const std::string_view stream(reinterpret_cast<const char*>(bytes) + 3, size - 3);
  if (is_deep(stream)) return 0;
  for (const dialect_id client : all_dialects) {
    check_client(client, bytes[1] % 2 == 1, provider, stream, bytes[2] % 16);
    check_memory(client, provider, stream);
  }
  return 0;
}

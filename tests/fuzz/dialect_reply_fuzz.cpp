// A provider's whole reply, in the dialect that the first byte names, for clients of every dialect.

#include "memory_bound.hpp"
#include "wire_checks.hpp"

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace sallyport;
using namespace sallyport::fuzz;

std::string texts_in(const answer& said, bool texts, bool refusals) {
  std::string made;
  for (const part& one : said.parts)
    if ((texts && one.kind == part_kind::text) || (refusals && one.kind == part_kind::refusal)) made += one.text;
  return made;
}

/// Arguments as that dialect has them. Nothing: they are no object, and go inside of one in a dialect that knows objects only.
std::optional<std::string> shown_in(dialect_id spoken, const std::string& arguments) {
  if (spoken != dialect_id::anthropic_messages) return arguments.empty() ? "{}" : arguments;
  if (arguments.find_first_not_of(" \t\r\n") == std::string::npos) return "{}";
  json_document document;
  if (document.parse(arguments) && document.root().is(json_kind::object)) return document.root().written();
  return std::nullopt;
}

std::vector<std::optional<std::string>> arguments_in(const answer& said, dialect_id spoken) {
  std::vector<std::optional<std::string>> made;
  for (const part& one : said.parts)
    // An empty text is one for a tool that takes text; elsewhere it goes inside of an object.
    if (one.kind == part_kind::tool_call) made.push_back(one.is_custom && one.text.empty() ? std::nullopt : shown_in(spoken, one.text));
  return made;
}

// Without an id, a name and arguments a call is none.
bool has_empty_call(const answer& said) {
  return std::any_of(said.parts.begin(), said.parts.end(), [](const part& one) {
    return one.kind == part_kind::tool_call && one.id.empty() && one.name.empty() && one.text.empty();
  });
}

void check_client(dialect_id client, const answer& said) {
  call asked;
  asked.dialect = client;
  asked.body = R"({"model":"m"})";
  const std::string body = dialect_of(client).write_answer(asked, said);
  must_be_json(body);
  const auto again = dialect_of(client).read_answer(body);
  must(again.has_value());
  if (client == dialect_id::anthropic_messages) {
    must(texts_in(*again, true, true) == texts_in(said, true, true));
  } else {
    must(texts_in(*again, true, false) == texts_in(said, true, false) && texts_in(*again, false, true) == texts_in(said, false, true));
  }
  if (has_empty_call(said)) return;
  const auto expected = arguments_in(said, client), found = arguments_in(*again, client);
  must(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) must(!expected[i] || found[i] == expected[i]);
  // Each kind has a limit, above which a figure is taken for a mistake.
  constexpr std::int64_t tokens_max = 1'000'000'000'000;
  if (said.tokens.prompt_total() > tokens_max || said.tokens.completion_total() > tokens_max) return;
  must(again->tokens.prompt_total() == said.tokens.prompt_total());
  must(again->tokens.completion_total() == said.tokens.completion_total());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const dialect& spoken = dialect_of(dialect_by(bytes[0]));
  const std::string_view body(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  const memory_bound bound(body.size());
  const auto facts = spoken.read_reply(operation::chat_completions, body);
  auto said = spoken.read_answer(body);
  must(facts.has_value() == said.has_value());
  if (!said) {
    must(facts.error().kind == said.error().kind);
    return 0;
  }
  must(facts->tokens == said->tokens);
  if (is_deep(body)) return 0;
  if (bytes[1] % 2 == 1) said->of.origin = "a";
  for (const dialect_id client : all_dialects) check_client(client, *said);
  return 0;
}

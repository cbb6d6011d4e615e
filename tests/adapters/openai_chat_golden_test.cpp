// Whole calls of other dialects as they go to providers that speak openai_chat, and a stream as a client of it reads one. A change of one
// of these texts is a change that somebody has to look at. SALLYPORT_REWRITE=1 writes them anew.

#include "adapters/dialect.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

using namespace sallyport;

namespace {

const dialect& spoken = dialect_of(dialect_id::openai_chat);

struct destination {
  const char* name;
  quirks own;
};

const std::array<destination, 3> destinations{{
    {"openai", {.takes_max_completion_tokens = true, .takes_developer_role = true}},
    {"mistral", {.takes_stream_options = false, .tool_id_length = 9, .wants_answer_after_tool = true}},
    {"deepseek", {.reasoning_member = "reasoning_content"}},
}};

void must_be(const std::string& name, const std::string& found) {
  const auto file = tests::source_dir() / "tests" / "golden" / "openai_chat" / "translated" / name;
  if (std::getenv("SALLYPORT_REWRITE")) std::ofstream(file, std::ios::binary) << found;
  CAPTURE(name);
  CHECK(tests::whole_file(file) == found);
}

/// The body, and beneath it what is said to the client.
std::string written(const chat& said, const quirks& own) {
  const auto made = spoken.write_chat(said, {.model = "up", .of_provider = own, .origin = "here"});
  REQUIRE_MESSAGE(made.has_value(), (made ? std::string() : made.error().sentence));
  std::string text = made->body + "\n\n";
  for (const warning& one : made->warnings) text += sallyport::written(one) + "\n";
  return text;
}

void check_call(dialect_id from, const std::string& name) {
  const auto file = tests::source_dir() / "tests" / "golden" / "openai_chat" / "translated" / (name + ".call.json");
  const auto asked = dialect_of(from).read_call(operation::chat_completions, tests::whole_file(file));
  REQUIRE_MESSAGE(asked.has_value(), (asked ? std::string() : asked.error().sentence));
  const auto said = dialect_of(from).read_chat(*asked);
  REQUIRE_MESSAGE(said.has_value(), (said ? std::string() : said.error().sentence));
  for (const destination& to : destinations) must_be(name + "." + to.name + ".txt", written(*said, to.own));
}

event saying(event_kind kind, std::string_view text = {}) { return {.kind = kind, .text = text}; }

event of_tool(int index, std::string_view id, std::string_view name, std::string_view text) {
  return {.kind = event_kind::tool_call, .text = text, .tool = {.index = index, .id = id, .name = name}};
}

}  // namespace

TEST_CASE("the golden call of an agent that speaks anthropic_messages goes to each provider in its way") {
  check_call(dialect_id::anthropic_messages, "anthropic_agent");
}

TEST_CASE("the golden call of an agent that speaks openai_responses goes to each provider in its way") {
  check_call(dialect_id::openai_responses, "responses_agent");
}

TEST_CASE("a golden answer is a stream of chunks") {
  const auto asked = spoken.read_call(
      operation::chat_completions,
      R"({"model":"m","messages":[{"role":"user","content":"a"}],"stream":true,"stream_options":{"include_usage":true},"tools":[{"type":"custom","custom":{"name":"apply_patch"}}]})");
  REQUIRE(asked.has_value());
  const auto writer = spoken.write_stream(*asked, {.id = "msg_1", .model = "claude-sonnet-4-6", .created = 0, .origin = "here"}, {});
  event life{.kind = event_kind::ignored, .raw = ": ping\n\n"};
  event finished{.kind = event_kind::finished, .finish = finish_reason::tool_calls};
  event usage_so_far{.kind = event_kind::reported, .tokens = {3, 2, 1, 1, 0, usage_basis::reported}};
  event usage_at_last{.kind = event_kind::reported, .tokens = {3, 2, 1, 40, 20, usage_basis::reported}};
  std::string bytes;
  for (const event& one : {life, saying(event_kind::opened), usage_so_far, saying(event_kind::reasoning, "Let me "),
                           saying(event_kind::reasoning, "see."), saying(event_kind::state, "c2ln"), life, saying(event_kind::text, "I "),
                           saying(event_kind::text, "do."), of_tool(0, "toolu_1", "exec", ""), of_tool(0, {}, {}, R"({"cmd":)"),
                           of_tool(0, {}, {}, R"("ls"})"), of_tool(1, "toolu_2", "apply_patch", R"({"input":"*** Begin Patch"})"),
                           of_tool(2, "toolu_3", "now", ""), usage_at_last, finished, saying(event_kind::done)})
    bytes += writer->write(one);
  must_be("stream.txt", bytes);
}

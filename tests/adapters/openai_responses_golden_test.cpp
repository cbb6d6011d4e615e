// Whole texts of the dialect as they go over the wire. A change of one of them is a change that somebody has to look at.

#include "adapters/dialect.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;

namespace {

const dialect& spoken = dialect_of(dialect_id::openai_responses);

std::filesystem::path golden() { return sallyport::tests::source_dir() / "tests" / "golden" / "openai_responses"; }

std::string wanted(const std::string& name) { return tests::whole_file(golden() / name); }

call call_of(const std::string& body) {
  auto made = spoken.read_call(operation::chat_completions, body);
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  return *std::move(made);
}

event saying(event_kind kind, std::string_view text = {}) {
  event made;
  made.kind = kind;
  made.text = text;
  return made;
}

event tool_event(int index, std::string_view id, std::string_view name, std::string_view text) {
  event made = saying(event_kind::tool_call, text);
  made.tool = {index, id, name};
  return made;
}

std::vector<event> said_events() {
  std::vector<event> made{saying(event_kind::opened),      saying(event_kind::reasoning, "H"),
                          saying(event_kind::reasoning, "m"), saying(event_kind::state, "gAAA"),
                          saying(event_kind::text, "I "),  saying(event_kind::text, "do."),
                          tool_event(0, "c1", "exec_command", ""), tool_event(0, {}, {}, R"({"cmd":"ls"})"),
                          tool_event(1, "c2", "apply_patch", R"({"input":"*** Begin Patch"})")};
  made[3].tool.id = "rs_9";
  made.emplace_back(saying(event_kind::finished)).finish = finish_reason::tool_calls;
  made.emplace_back(saying(event_kind::reported)).tokens = {3, 2, 1, 5, 4, usage_basis::reported};
  made.push_back(saying(event_kind::done));
  return made;
}

}  // namespace

TEST_CASE("each golden call for a response becomes its golden request, byte for byte") {
  for (const char* name : {"escaped_names", "marked_reasoning", "coding_agent"}) {
    CAPTURE(name);
    const call asked = call_of(wanted(std::string(name) + ".call.json"));
    CHECK(spoken.write_request(asked, "up/\"1\"", {}).body == wanted(std::string(name) + ".request.json"));
  }
}

TEST_CASE("the golden call of a coding agent, read and written anew, is its golden request") {
  const quirks usual;
  const auto said = spoken.read_chat(call_of(wanted("coding_agent.call.json")));
  REQUIRE_MESSAGE(said.has_value(), said.error().sentence);
  const auto made = spoken.write_chat(*said, {.model = "gpt-5", .of_provider = usual, .origin = "prov"});
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  CHECK(made->body == wanted("coding_agent.written.json"));
  std::string warnings;
  for (const warning& one : made->warnings) warnings += written(one) + "\n";
  CHECK(warnings == wanted("coding_agent.warnings.txt"));
}

TEST_CASE("the golden answer to a coding agent is its golden stream, byte for byte") {
  const stream_identity of{.id = "msg_7", .model = "there", .created = 99, .origin = "prov", .open_item = {}};
  const auto writer = spoken.write_stream(call_of(wanted("coding_agent.call.json")), of, {});
  std::string stream;
  for (const event& one : said_events()) stream += writer->write(one);
  CHECK(stream == wanted("coding_agent.stream.txt"));
}

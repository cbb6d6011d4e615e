#include "adapters/anthropic_messages_stream.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;
using anthropic_messages::event_reader;

namespace {

struct said {
  event_kind kind;
  std::string text;
  std::string raw;
  std::string id, name;
  int index = 0;
  finish_reason finish = finish_reason::other;
  usage tokens;
  maybe_failure why;
};

std::string block(const std::string& type, const std::string& rest) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + (rest.empty() ? "" : "," + rest) + "}\n\n";
}

std::vector<said> read_with(event_reader& reader, const std::string& bytes) {
  std::vector<said> all;
  const auto drain = [&] {
    while (const event* next = reader.next())
      all.push_back({next->kind, std::string(next->text), std::string(next->raw), std::string(next->tool.id), std::string(next->tool.name),
                     next->tool.index, next->finish, next->tokens, next->why});
  };
  reader.feed(bytes);
  drain();
  reader.end();
  drain();
  return all;
}

std::vector<said> events_of(const std::string& bytes) {
  event_reader reader;
  return read_with(reader, bytes);
}

std::vector<event_kind> kinds_of(const std::vector<said>& all) {
  std::vector<event_kind> made;
  for (const said& one : all) made.push_back(one.kind);
  return made;
}

const std::string start =
    block("message_start", R"("message":{"id":"msg_1","model":"claude","usage":{"input_tokens":5,"output_tokens":1}})");
const std::string stop = block("message_stop", "");
std::string begun(const std::string& content_block) {
  return block("content_block_start", R"("index":1,"content_block":)" + content_block);
}

const std::string open_tool = begun(R"({"type":"tool_use","id":"toolu_1","name":"look","input":{}})");
const std::string close_tool = block("content_block_stop", R"("index":1)");

using kinds = std::vector<event_kind>;
constexpr auto opened = event_kind::opened, text = event_kind::text, reasoning = event_kind::reasoning, state = event_kind::state,
               tool_call = event_kind::tool_call, finished = event_kind::finished, reported = event_kind::reported,
               ignored = event_kind::ignored, failed = event_kind::failed, done = event_kind::done;

}  // namespace

TEST_CASE("a stream of messages is told as it happens") {
  event_reader reader;
  const auto all = read_with(reader, start + block("content_block_start", R"("index":0,"content_block":{"type":"text","text":""})") +
                                         block("content_block_delta", R"("index":0,"delta":{"type":"text_delta","text":"Hi"})") +
                                         block("content_block_stop", R"("index":0)") +
                                         block("message_delta", R"("delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7})") +
                                         stop);
  CHECK(kinds_of(all) == kinds{opened, reported, ignored, text, ignored, finished, reported, done});
  CHECK(all[3].text == "Hi");
  CHECK(all[5].finish == finish_reason::stop);
  CHECK(all[6].tokens == usage{5, 0, 0, 7, 0, usage_basis::reported});
  CHECK(reader.identity().id == "msg_1");
  CHECK(reader.identity().model == "claude");
}

TEST_CASE("the identity says in which block the text of a broken stream stands") {
  event_reader reader;
  CHECK(reader.identity().open_block == -1);
  read_with(reader, start + block("content_block_start", R"("index":2,"content_block":{"type":"text","text":"a"})"));
  CHECK(reader.identity().open_block == 2);
  event_reader closed;
  read_with(closed, block("content_block_start", R"("index":2,"content_block":{"type":"text","text":"a"})") +
                        block("content_block_stop", R"("index":2)"));
  CHECK(closed.identity().open_block == -1);
}

TEST_CASE("calls of tools are counted by themselves and come in fragments") {
  const auto fragment = [](const std::string& json) {
    return block("content_block_delta", R"("index":1,"delta":{"type":"input_json_delta","partial_json":")" + json + "\"}");
  };
  const auto all = events_of(open_tool + fragment("") + fragment(R"({\"a\":)") + fragment("1}") + close_tool);
  CHECK(kinds_of(all) == kinds{tool_call, ignored, tool_call, tool_call, ignored});
  CHECK(all[0].id == "toolu_1");
  CHECK(all[0].name == "look");
  CHECK(all[0].index == 0);
  CHECK(all[2].text + all[3].text == R"({"a":1})");
}

TEST_CASE("a tool without fragments gets what stood at its beginning") {
  CHECK(events_of(open_tool + close_tool).at(1).text == "{}");
  const auto whole = events_of(begun(R"({"type":"tool_use","id":"t","name":"n","input":{"a": 1}})") + close_tool);
  CHECK(whole.at(1).text == R"({"a":1})");
}

TEST_CASE("thoughts come with their signature, and those that are not shown as state alone") {
  const auto all = events_of(block("content_block_start", R"("index":0,"content_block":{"type":"thinking","thinking":"","signature":""})") +
                             block("content_block_delta", R"("index":0,"delta":{"type":"thinking_delta","thinking":"hm"})") +
                             block("content_block_delta", R"("index":0,"delta":{"type":"signature_delta","signature":"SIG"})") +
                             block("content_block_stop", R"("index":0)") +
                             block("content_block_start", R"("index":1,"content_block":{"type":"redacted_thinking","data":"DATA"})"));
  CHECK(kinds_of(all) == kinds{ignored, reasoning, state, ignored, state});
  CHECK(all[2].text == "SIG");
  CHECK(all[2].id.empty());
  CHECK(all[4].text == "DATA");
  CHECK(all[4].id == "redacted_thinking");
}

TEST_CASE("what the provider's own tools do is passed over") {
  const auto all = events_of(begun(R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}})") +
                             block("content_block_delta", R"("index":1,"delta":{"type":"input_json_delta","partial_json":"{}"})") +
                             close_tool + begun(R"({"type":"web_search_tool_result","content":[]})") + close_tool +
                             block("content_block_delta", R"("index":9,"delta":{"type":"text_delta","text":"of no block"})"));
  for (const said& one : all) CHECK(one.kind == ignored);
}

TEST_CASE("a refusal ends with what the provider says of it") {
  const auto all = events_of(block("message_delta", R"("delta":{"stop_reason":"refusal","stop_details":{"explanation":"No."}})"));
  CHECK(kinds_of(all) == kinds{event_kind::refusal, finished});
  CHECK(all[0].text == "No.");
  CHECK(all[1].finish == finish_reason::content_filter);
}

TEST_CASE("an error inside a stream of messages is a failure") {
  const auto why = [](const std::string& error) { return events_of(block("error", R"("error":)" + error)).at(0).why.value_or(fail(failure_kind::internal)).kind; };
  CHECK(why(R"({"type":"overloaded_error","message":"Overloaded"})") == failure_kind::provider_overloaded);
  CHECK(why(R"({"type":"rate_limit_error","message":"slow down"})") == failure_kind::rate_limited);
  CHECK(why(R"({"type":"api_error","message":"Internal server error"})") == failure_kind::error_in_reply);
  CHECK(events_of("event: error\ndata: out of order\n\n").at(0).kind == failed);
}

TEST_CASE("what is no event of the dialect does not pass for one") {
  CHECK(events_of("event: message_delta\ndata: {\n\n").at(0).why.value_or(fail(failure_kind::internal)).kind == failure_kind::garbled_reply);
  CHECK(events_of("data: nonsense\n\n").at(0).why.value_or(fail(failure_kind::internal)).kind == failure_kind::garbled_reply);
  CHECK(events_of("\x1f\x8bzip").at(0).why.value_or(fail(failure_kind::internal)).kind == failure_kind::garbled_reply);
  CHECK(events_of("event: of_tomorrow\ndata: nonsense\n\n").at(0).kind == ignored);
  CHECK(events_of("data: [DONE]\n\n").at(0).kind == ignored);
  CHECK(events_of(": comment\n\n").at(0).kind == ignored);
}

TEST_CASE("what the wire cut off is no answer") {
  const auto all = events_of("event: message_stop\ndata: {\"type\":\"message_stop\"}\n");
  CHECK(kinds_of(all) == kinds{ignored});
}

TEST_CASE("each block of bytes is in just one event, and the end's in the end") {
  const std::string bytes = start + block("message_delta", R"("delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":7})") + stop;
  std::string raw;
  const auto all = events_of(bytes);
  for (const said& one : all) raw += one.raw;
  CHECK(raw == bytes);
  CHECK(all.back().kind == done);
  CHECK(all.back().raw == stop);
}

#include "adapters/openai_responses_stream.hpp"

#include "adapters/openai_responses_reply.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;
using openai_responses::event_reader;

namespace {

/// An event with copies of its texts.
struct told {
  event_kind kind;
  std::string text, id, name, logprobs, raw;
  int index = 0;
  finish_reason finish = finish_reason::other;
  usage tokens;
  maybe_failure why;
};

std::vector<told> drained(event_reader& reader) {
  std::vector<told> made;
  while (const event* one = reader.next())
    made.push_back({one->kind, std::string(one->text), std::string(one->tool.id), std::string(one->tool.name), std::string(one->logprobs),
                    std::string(one->raw), one->tool.index, one->finish, one->tokens, one->why});
  return made;
}

std::string line(const std::string& type, std::string members = {}) {
  std::erase(members, '\n');  // of the source
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + members + "}\n\n";
}

std::vector<told> read(const std::string& bytes) {
  event_reader reader;
  reader.feed(bytes);
  auto made = drained(reader);
  reader.end();
  for (auto& one : drained(reader)) made.push_back(std::move(one));
  return made;
}

std::vector<event_kind> kinds_of(const std::vector<told>& events) {
  std::vector<event_kind> made;
  for (const told& one : events) made.push_back(one.kind);
  return made;
}

const std::string completed = line("response.completed", R"(,"response":{"status":"completed","output":[],"usage":{"input_tokens":3,
    "output_tokens":2,"total_tokens":5}})");

using kinds = std::vector<event_kind>;
using enum event_kind;

}  // namespace

TEST_CASE("a stream of Responses is told as it happens, and its end carries its own bytes") {
  event_reader reader;
  reader.feed(line("response.created", R"(,"sequence_number":0,"response":{"id":"resp_1","model":"m","created_at":9})") +
      line("response.in_progress") +
              line("response.output_text.delta", R"(,"sequence_number":4,"output_index":1,"item_id":"msg_1","delta":"Hi",
                  "logprobs":[{"token":"Hi"}])"));
  const auto first = drained(reader);
  CHECK(kinds_of(first) == kinds{opened, ignored, text});
  CHECK(first[2].text == "Hi");
  CHECK(first[2].logprobs == R"([{"token":"Hi"}])");
  CHECK(reader.identity().id == "resp_1");
  CHECK(reader.identity().model == "m");
  CHECK(reader.identity().created == 9);
  CHECK(reader.identity().open_block == 1);
  CHECK(reader.identity().open_item == "msg_1");
  CHECK(reader.identity().next_number == 5);
  reader.feed(line("response.output_text.done", R"(,"output_index":1,"text":"Hi")") + completed);
  const auto last = drained(reader);
  CHECK(reader.identity().open_block == -1);
  CHECK(kinds_of(last) == kinds{ignored, finished, reported, done});
  CHECK(last[1].finish == finish_reason::stop);
  CHECK(last[1].raw.empty());
  CHECK(last[2].tokens == usage{3, 0, 0, 2, 0, usage_basis::reported});
  CHECK(last[3].raw == completed);
}

TEST_CASE("tool calls are numbered in the order in which they appear") {
  const auto added = [](int place, const std::string& item) {
    return line("response.output_item.added", ",\"output_index\":" + std::to_string(place) + ",\"item\":" + item);
  };
  const auto events = read(added(0, R"({"type":"reasoning","id":"rs"})") + added(1,
      R"({"type":"function_call","call_id":"c1","name":"f","arguments":""})") +
                           added(2, R"({"type":"custom_tool_call","call_id":"c2","name":"g","input":""})") +
                           line("response.custom_tool_call_input.delta", R"(,"output_index":2,"delta":"ls")") +
                           line("response.function_call_arguments.delta", R"(,"output_index":1,"delta":"{}")") +
                           line("response.function_call_arguments.done", R"(,"output_index":1,"arguments":"{}")") + completed);
  CHECK(kinds_of(events) == kinds{ignored, tool_call, tool_call, tool_call, tool_call, ignored, finished, reported, done});
  CHECK(events[1].id == "c1");
  CHECK(events[1].name == "f");
  CHECK(events[2].index == 1);
  CHECK(events[3].index == 1);
  CHECK(events[3].text == "ls");
  CHECK(events[4].index == 0);
  CHECK(events[6].finish == finish_reason::tool_calls);
}

TEST_CASE("a call that comes whole is told once") {
  const auto events = read(line("response.output_item.done", R"(,"output_index":0,"item":{"type":"function_call","call_id":"c1",
      "name":"f","arguments":"{}"})") +
                           line("response.output_item.done", R"(,"output_index":0,"item":{"type":"function_call","call_id":"c1",
                               "name":"f","arguments":"{}"})"));
  CHECK(kinds_of(events) == kinds{tool_call, tool_call, ignored});
  CHECK(events[0].id == "c1");
  CHECK(events[1].text == "{}");
}

TEST_CASE("thoughts come as text, their state with the end of their item") {
  const auto events = read(line("response.reasoning_summary_part.added", R"(,"summary_index":0)") +
      line("response.reasoning_summary_text.delta", R"(,"delta":"a")") +
                           line("response.reasoning_summary_part.added", R"(,"summary_index":1)") +
                               line("response.reasoning_text.delta", R"(,"delta":"b")") +
                           line("response.output_item.done", R"(,"item":{"type":"reasoning","id":"rs_1","encrypted_content":"gA"})") +
                           line("response.output_item.done", R"(,"item":{"type":"reasoning","id":"rs_2","summary":[]})") +
                           line("response.refusal.delta", R"(,"delta":"no")"));
  CHECK(kinds_of(events) == kinds{ignored, reasoning, reasoning, reasoning, state, ignored, refusal});
  CHECK(events[2].text == "\n\n");
  CHECK(events[4].text == "gA");
  CHECK(events[4].id == "rs_1");
}

TEST_CASE("an answer that is cut, filtered, failed or cancelled says so") {
  const auto cut = read(line("response.incomplete", R"(,"response":{"status":"incomplete",
      "incomplete_details":{"reason":"max_output_tokens"}})"));
  CHECK(kinds_of(cut) == kinds{finished, done});
  CHECK(cut[0].finish == finish_reason::length);
  CHECK(read(line("response.incomplete", R"(,"response":{"incomplete_details":{"reason":"content_filter"}})"))[0].finish ==
      finish_reason::content_filter);
  const auto kind_of = [](const std::string& bytes) {
    const auto events = read(bytes);
    REQUIRE(events[0].kind == failed);
    return events[0].why->kind;
  };
  CHECK(kind_of(line("error", R"(,"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"m"})")) ==
      failure_kind::quota_exhausted);
  CHECK(kind_of(line("error", R"(,"code":"rate_limit_exceeded","message":"m")")) == failure_kind::rate_limited);
  CHECK(kind_of(line("response.failed", R"(,"response":{"status":"failed","error":{"code":"server_error","message":"m"}})")) ==
      failure_kind::error_in_reply);
  CHECK(kind_of(line("response.cancelled", R"(,"response":{"status":"cancelled"})")) == failure_kind::error_in_reply);
  CHECK(kind_of("data: {\n\n") == failure_kind::garbled_reply);
  CHECK(kind_of("\x1f\x8b\x08") == failure_kind::garbled_reply);
}

TEST_CASE("what the wire cut off is no answer, and a comment is none either") {
  CHECK(kinds_of(read("data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}")) == kinds{ignored});
  CHECK(kinds_of(read(": wait\n\ndata: [DONE]\n\n")) == kinds{ignored, ignored});
}

TEST_CASE("a whole response is an answer with its parts in order") {
  const auto made = openai_responses::read_answer(R"({"id":"resp_1","object":"response","model":"m","created_at":9,"status":"completed",
      "error":null,"output":[
    {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],
        "encrypted_content":"gA"},
    {"type":"web_search_call","id":"ws"},
    {"type":"message","content":[{"type":"output_text","text":"c","logprobs":[{"token":"c"}]},{"type":"refusal","refusal":"d"}]},
    {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"custom_tool_call","call_id":"c2","name":"g",
        "input":"ls"}],
    "usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":1},"output_tokens":8,
        "output_tokens_details":{"reasoning_tokens":3},"total_tokens":18}})");
  REQUIRE_MESSAGE(made.has_value(), made.error().detail);
  REQUIRE(made->parts.size() == 5);
  CHECK(made->of.id == "resp_1");
  CHECK(made->of.created == 9);
  CHECK(made->parts[0].text == "a\n\nb");
  CHECK(made->parts[0].state == opaque_state{"", "rs_1", "gA"});
  CHECK(made->parts[1].logprobs == R"([{"token":"c"}])");
  CHECK(made->parts[2].kind == part_kind::refusal);
  CHECK(made->parts[3].text == "{}");
  CHECK(made->parts[4].is_custom);
  CHECK(made->finish == finish_reason::tool_calls);
  CHECK(made->tokens == usage{5, 4, 1, 5, 3, usage_basis::reported});
}

TEST_CASE("a whole response that failed, or is none, is a failure") {
  const auto kind_of = [](std::string_view body) {
    const auto made = openai_responses::read_reply(body);
    REQUIRE(made.has_error());
    return made.error().kind;
  };
  CHECK(kind_of("") == failure_kind::empty_reply);
  CHECK(kind_of("<html>") == failure_kind::garbled_reply);
  CHECK(kind_of("[]") == failure_kind::garbled_reply);
  CHECK(kind_of("{}") == failure_kind::empty_reply);
  CHECK(kind_of(R"({"error":{"code":"insufficient_quota","message":"m"}})") == failure_kind::quota_exhausted);
  CHECK(kind_of(R"({"status":"failed","output":[],"error":{"code":"server_error","message":"m"}})") == failure_kind::error_in_reply);
  CHECK(kind_of(R"({"status":"cancelled","output":[]})") == failure_kind::error_in_reply);
  const auto queued = openai_responses::read_reply(R"({"status":"queued","output":[],"error":null})");
  REQUIRE(queued.has_value());
  CHECK(queued->finish == finish_reason::other);
  const auto cut = openai_responses::read_reply(R"({"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},
      "output":[{"type":"message","content":[{"type":"output_text","text":"abc"}]}]})");
  CHECK(cut->finish == finish_reason::length);
  CHECK(cut->text_bytes == 3);
}

TEST_CASE("a text that comes whole is told once") {
  const std::string done = line("response.output_text.done", R"(,"output_index":0,"text":"Hi")");
  CHECK(kinds_of(read(line("response.content_part.added") + done)) == kinds{ignored, text});
  const auto events = read(line("response.content_part.added") + line("response.output_text.delta", R"(,"delta":"Hi")") + done +
                           line("response.content_part.added") + done);
  CHECK(kinds_of(events) == kinds{ignored, text, ignored, ignored, text});
}

TEST_CASE("a number of an event that cannot be is no number") {
  for (const std::string number : {"9223372036854775807", "-5"}) {
    event_reader reader;
    reader.feed(line("response.created", ",\"sequence_number\":" + number));
    drained(reader);
    CHECK(reader.identity().next_number >= 1);
    CHECK(reader.identity().next_number <= 1'000'000'000'001);
  }
}

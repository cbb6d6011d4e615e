#include "adapters/openai_responses_events.hpp"

#include "adapters/opaque_state.hpp"
#include "adapters/openai_responses_call.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;
using openai_responses::event_writer;
namespace json = boost::json;

namespace {

call asked(const std::string& members = R"("input":"a")") {
  auto made = openai_responses::read_call(operation::chat_completions, R"({"model":"m","stream":true,)" + members + "}");
  REQUIRE(made.has_value());
  return *std::move(made);
}

const stream_identity identity{.id = "msg_7", .model = "there", .created = 99, .origin = "prov", .open_item = {}};

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

event finished(finish_reason why) {
  event made = saying(event_kind::finished);
  made.finish = why;
  return made;
}

event reported(const usage& tokens) {
  event made = saying(event_kind::reported);
  made.tokens = tokens;
  return made;
}

std::string written(event_writer& writer, const std::vector<event>& events) {
  std::string made;
  for (const event& one : events) made += writer.write(one);
  return made;
}

/// The events of a stream; fails where the framing, the names or the numbers are not as they have to be.
std::vector<json::value> events_in(const std::string& stream, std::int64_t number = 0) {
  std::vector<json::value> made;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t end = stream.find("\n\n", at);
    REQUIRE(end != std::string::npos);
    const std::string block = stream.substr(at, end - at);
    at = end + 2;
    if (block.starts_with(":")) continue;
    const std::size_t line = block.find('\n');
    REQUIRE(block.starts_with("event: "));
    REQUIRE(block.substr(line + 1).starts_with("data: "));
    REQUIRE(block.find('\n', line + 1) == std::string::npos);
    made.push_back(json::parse(block.substr(line + 7)));
    CHECK(made.back().at("type") == json::value(block.substr(7, line - 7)));
    CHECK(made.back().at("sequence_number") == json::value(number++));
  }
  return made;
}

std::vector<std::string> types_of(const std::vector<json::value>& events) {
  std::vector<std::string> made;
  for (const auto& one : events) made.emplace_back(one.at("type").as_string());
  return made;
}

json::value& with_text(json::value& part, const char* name, const json::value& event) {
  json::value& text = part.as_object()[name];
  text = std::string(text.as_string()) + std::string(event.at("delta").as_string());
  return part;
}

/// Puts a response together from its deltas, as the vendor's own client does, and compares it with what the terminal event says.
json::value put_together(const std::vector<json::value>& events) {
  json::value response;
  const auto item = [&](const json::value& of) -> json::value& {
    return response.at("output").as_array().at(static_cast<std::size_t>(of.at("output_index").as_int64()));
  };
  const auto content = [&](const json::value& of) -> json::value& {
    CHECK(item(of).at("id") == of.at("item_id"));
    return item(of).at("content").as_array().at(static_cast<std::size_t>(of.at("content_index").as_int64()));
  };
  for (const json::value& one : events) {
    const std::string type(one.at("type").as_string());
    if (type == "response.created") response = one.at("response");
    REQUIRE(response.is_object());
    if (type == "response.output_item.added") {
      REQUIRE(one.at("output_index") == static_cast<std::int64_t>(response.at("output").as_array().size()));
      response.at("output").as_array().push_back(one.at("item"));
    }
    if (type == "response.content_part.added") {
      REQUIRE(one.at("content_index") == static_cast<std::int64_t>(item(one).at("content").as_array().size()));
      item(one).at("content").as_array().push_back(one.at("part"));
    }
    if (type == "response.output_text.delta") with_text(content(one), "text", one);
    if (type == "response.refusal.delta") with_text(content(one), "refusal", one);
    if (type == "response.output_text.done") CHECK(content(one).at("text") == one.at("text"));
    if (type == "response.refusal.done") CHECK(content(one).at("refusal") == one.at("refusal"));
    if (type == "response.content_part.done") content(one) = one.at("part");
    if (type == "response.function_call_arguments.delta") with_text(item(one), "arguments", one);
    if (type == "response.custom_tool_call_input.delta") with_text(item(one), "input", one);
    if (type == "response.function_call_arguments.done") CHECK(item(one).at("arguments") == one.at("arguments"));
    if (type == "response.reasoning_summary_part.added") item(one).at("summary").as_array().push_back(one.at("part"));
    if (type == "response.reasoning_summary_text.delta") with_text(item(one).at("summary").as_array().at(0), "text", one);
    if (type == "response.output_item.done") {
      const json::value before = item(one);
      for (const char* name : {"content", "arguments", "input", "summary", "id", "type"})
        if (before.as_object().contains(name)) CHECK(before.at(name) == one.at("item").at(name));
      item(one) = one.at("item");
    }
    if (type == "response.completed" || type == "response.incomplete") {
      CHECK(response.at("output") == one.at("response").at("output"));
      return one.at("response");
    }
  }
  FAIL("no terminal event");
  return {};
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("a text goes out as one message in named events") {
  event_writer writer(asked(), identity, {});
  const auto events = events_in(written(writer, {saying(event_kind::opened), saying(event_kind::text, "He"), saying(event_kind::text,
      "llo"),
                                                 finished(finish_reason::stop), reported({3, 0, 0, 2, 0, usage_basis::reported}),
                                                     saying(event_kind::done)}));
  CHECK(types_of(events) == names{"response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
                                  "response.output_text.delta", "response.output_text.delta", "response.output_text.done",
                                  "response.content_part.done", "response.output_item.done", "response.completed"});
  const json::value response = put_together(events);
  CHECK(response.at("status") == "completed");
  CHECK(response.at("id") == "resp_msg_7");
  CHECK(response.at("output").at(0).at("content").at(0).at("text") == "Hello");
  CHECK(response.at("usage").at("total_tokens") == 5);
}

TEST_CASE("thoughts, texts, refusals and tool calls put together are what was said") {
  event_writer writer(asked(R"("input":"a","tools":[{"type":"custom","name":"g"}])"), identity, {});
  event state = saying(event_kind::state, "sig");
  state.tool.id = "i";
  event text = saying(event_kind::text, "Hi");
  text.logprobs = R"([{"token":"Hi","logprob":-1,"bytes":[],"top_logprobs":[]}])";
  const auto events = events_in(written(
      writer, {saying(event_kind::reasoning, "H"), saying(event_kind::reasoning, "m"), state, text, saying(event_kind::text, "!"),
               saying(event_kind::refusal, "No"), tool_event(0, "c1", "f", ""), tool_event(1, "c2", "g", R"({"inp)"),
               tool_event(0, {}, {}, R"({"a":)"), tool_event(1, {}, {}, R"(ut":"ls"})"), tool_event(0, {}, {}, "1}"),
               reported({1, 0, 0, 1, 0, usage_basis::reported}), finished(finish_reason::tool_calls), saying(event_kind::done)}));
  const json::value response = put_together(events);
  const auto& items = response.at("output").as_array();
  REQUIRE(items.size() == 4);
  CHECK(items[0].at("summary").at(0).at("text") == "Hm");
  CHECK(items[0].at("encrypted_content") == json::value(marked({"prov", "i", "sig"})));
  CHECK(items[1].at("content").at(0).at("text") == "Hi!");
  CHECK(items[1].at("content").at(0).at("logprobs").as_array().size() == 1);
  CHECK(items[1].at("content").at(1).at("refusal") == "No");
  CHECK(items[2].at("arguments") == R"({"a":1})");
  CHECK(items[2].at("call_id") == "c1");
  CHECK(items[3].at("type") == "custom_tool_call");
  CHECK(items[3].at("input") == "ls");
}

TEST_CASE("a thought without state is marked where it ends, and a state without a thought is an item") {
  event_writer writer(asked(), identity, {});
  const auto events = events_in(written(writer, {saying(event_kind::state, "hidden"), saying(event_kind::reasoning, "Hm"),
      saying(event_kind::text, "Hi"),
                                                 saying(event_kind::reasoning, "So"), saying(event_kind::done)}));
  const json::value response = put_together(events);
  const auto& items = response.at("output").as_array();
  REQUIRE(items.size() == 4);
  CHECK(items[0].at("summary").as_array().empty());
  CHECK(items[0].at("encrypted_content") == json::value(marked({"prov", "", "hidden"})));
  CHECK(items[1].at("encrypted_content") == json::value(marked({"prov", "", ""})));
  CHECK(items[3].at("encrypted_content") == json::value(marked({"prov", "", ""})));
}

TEST_CASE("an answer that was cut ends as incomplete, and one without words ends too") {
  event_writer cut(asked(), identity, {});
  const json::value response = put_together(events_in(written(cut, {saying(event_kind::text, "a"), finished(finish_reason::length),
      saying(event_kind::done)})));
  CHECK(response.at("status") == "incomplete");
  CHECK(response.at("incomplete_details").at("reason") == "max_output_tokens");
  CHECK(response.at("output").at(0).at("status") == "incomplete");
  event_writer empty(asked(), identity, {});
  const json::value nothing = put_together(events_in(written(empty, {saying(event_kind::done)})));
  CHECK(nothing.at("output").as_array().empty());
  CHECK_FALSE(nothing.as_object().contains("usage"));
  CHECK(empty.write(saying(event_kind::text, "late")).empty());
}

TEST_CASE("a stream that is gone on with stays in the text that its beginning was in") {
  stream_identity of = identity;
  of.id = "resp_1";
  of.open_block = 1;
  of.open_item = "msg_abc";
  of.next_number = 12;
  event_writer writer(asked(), of, "Hel");
  writer.resumed_by("b");
  const auto events = events_in(written(writer, {saying(event_kind::opened), saying(event_kind::text, "lo"),
      finished(finish_reason::stop), saying(event_kind::done)}), 12);
  CHECK(types_of(events) == names{"response.output_text.delta", "response.output_text.done", "response.content_part.done",
                                  "response.output_item.done", "response.completed"});
  CHECK(events[0].at("sallyport").at("resumed_by") == "b");
  CHECK_FALSE(events[1].as_object().contains("sallyport"));
  CHECK(events[0].at("item_id") == "msg_abc");
  CHECK(events[0].at("output_index") == 1);
  CHECK(events[1].at("text") == "Hello");
  CHECK(events[4].at("response").at("id") == "resp_1");
  CHECK(events[4].at("response").at("output").at(0).at("content").at(0).at("text") == "Hello");
}

TEST_CASE("a stream that fails says so with its own numbers, and a wait is kept alive") {
  event_writer writer(asked(), identity, {});
  event waiting = saying(event_kind::ignored);
  waiting.raw = ": wait\n\n";
  CHECK(writer.write(waiting).empty());
  std::string stream = writer.write(saying(event_kind::text, "a"));
  CHECK(writer.write(waiting) == ": ping\n\n");
  event broken = saying(event_kind::failed);
  broken.why = fail(failure_kind::provider_error);
  stream += writer.write(broken);
  const auto types = types_of(events_in(stream));
  CHECK(types.back() == "response.failed");
  CHECK(types[types.size() - 2] == "error");
  CHECK(writer.write(saying(event_kind::done)).empty());
}

TEST_CASE("a call of a tool of a namespace comes back with the namespace") {
  const call of = asked(R"("input":"a","tools":[{"type":"namespace","name":"house","tools":[{"type":"function","name":"look"}]}])");
  event_writer writer(of, identity, {});
  const auto seen = events_in(written(writer, {tool_event(0, "c1", "house__look", "{}"), finished(finish_reason::tool_calls), saying(event_kind::done)}));
  for (const auto& one : seen) {
    const auto* item = one.as_object().if_contains("item");
    if (!item) continue;
    CHECK(item->at("name") == "look");
    CHECK(item->at("namespace") == "house");
  }
  CHECK(seen.back().at("response").at("output").at(0).at("namespace") == "house");
}

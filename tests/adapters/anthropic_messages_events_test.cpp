#include "adapters/anthropic_messages_events.hpp"

#include "adapters/opaque_state.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;
using anthropic_messages::event_writer;

namespace {

namespace json = boost::json;

call asked() {
  call made;
  made.dialect = dialect_id::anthropic_messages;
  made.model = "public";
  return made;
}

stream_identity of_other() {
  stream_identity made;
  made.id = "chatcmpl-1";
  made.model = "gpt";
  made.origin = "openai";
  return made;
}

event told(event_kind kind, std::string_view text = {}) {
  event made;
  made.kind = kind;
  made.text = text;
  return made;
}

event call_of(int index, std::string_view id, std::string_view name, std::string_view text) {
  event made = told(event_kind::tool_call, text);
  made.tool = {.index = index, .id = id, .name = name};
  return made;
}

event finished(finish_reason why) {
  event made = told(event_kind::finished);
  made.finish = why;
  return made;
}

event reported(usage tokens) {
  event made = told(event_kind::reported);
  made.tokens = tokens;
  return made;
}

/// The events of a stream, each checked for its framing.
std::vector<json::object> events_in(const std::string& stream) {
  std::vector<json::object> made;
  std::size_t from = 0;
  while (from < stream.size()) {
    const std::size_t end = stream.find("\n\n", from);
    REQUIRE(end != std::string::npos);
    const std::string block = stream.substr(from, end - from);
    from = end + 2;
    const std::size_t line = block.find("\ndata: ");
    REQUIRE(line != std::string::npos);
    made.push_back(json::parse(block.substr(line + 7)).as_object());
    CHECK(block.substr(0, line) == "event: " + std::string(made.back().at("type").as_string()));
  }
  return made;
}

std::string written(event_writer& writer, const std::vector<event>& all) {
  std::string made;
  for (const event& one : all) made += writer.write(one);
  return made;
}

std::vector<json::object> written(const std::vector<event>& all) {
  event_writer writer(asked(), of_other(), {});
  return events_in(written(writer, all));
}

std::string types_of(const std::vector<json::object>& all) {
  std::string made;
  for (const auto& one : all) {
    made += made.empty() ? "" : " ";
    made += std::string(one.at("type").as_string());
    if (one.contains("index")) made += ":" + std::to_string(one.at("index").as_int64());
  }
  return made;
}

std::string stop_reason(const std::vector<event>& all) {
  const auto events = written(all);
  return std::string(events.at(events.size() - 2).at("delta").at("stop_reason").as_string());
}

const event done = told(event_kind::done);

}  // namespace

TEST_CASE("a text is a block between the beginning and the end of a message") {
  const auto all = written({told(event_kind::opened), told(event_kind::text, "Hi"), told(event_kind::text, "\n"),
                            finished(finish_reason::length), reported({10, 3, 2, 5, 1, usage_basis::reported}), done});
  CHECK(types_of(all) == "message_start content_block_start:0 content_block_delta:0 content_block_delta:0 content_block_stop:0 "
                         "message_delta message_stop");
  const auto& message = all[0].at("message");
  CHECK(message.at("id") == "msg_chatcmpl-1");
  CHECK(message.at("model") == "gpt");
  CHECK(message.at("content").as_array().empty());
  CHECK(message.at("usage").at("input_tokens") == 0);
  CHECK(all[2].at("delta") == json::value({{"type", "text_delta"}, {"text", "Hi"}}));
  CHECK(all[5].at("delta").at("stop_reason") == "max_tokens");
  const auto& usage = all[5].at("usage");
  CHECK(usage.at("input_tokens") == 10);
  CHECK(usage.at("cache_read_input_tokens") == 3);
  CHECK(usage.at("cache_creation_input_tokens") == 2);
  CHECK(usage.at("output_tokens") == 6);
}

TEST_CASE("thoughts, text and calls are blocks of their own, one after the other") {
  const auto all = written({told(event_kind::reasoning, "hm"), told(event_kind::text, "So:"), call_of(0, "call_1", "look", ""),
                            call_of(0, "", "", R"({"a":)"), call_of(0, "", "", "1}"), call_of(1, "call_2", "look", "{}"), done});
  CHECK(types_of(all) ==
        "message_start content_block_start:0 content_block_delta:0 content_block_delta:0 content_block_stop:0 "
        "content_block_start:1 content_block_delta:1 content_block_stop:1 content_block_start:2 content_block_delta:2 "
        "content_block_delta:2 content_block_stop:2 content_block_start:3 content_block_delta:3 content_block_stop:3 "
        "message_delta message_stop");
  CHECK(all[8].at("content_block") == json::value({{"type", "tool_use"}, {"id", "call_1"}, {"name", "look"}, {"input", json::object()}}));
  CHECK(all[9].at("delta") == json::value({{"type", "input_json_delta"}, {"partial_json", R"({"a":)"}}));
}

TEST_CASE("state goes to the client marked with whose it is") {
  event state = told(event_kind::state, "BYTES");
  state.tool.id = "rs_1";
  const auto with_text = written({told(event_kind::reasoning, "hm"), state, done});
  CHECK(with_text[3].at("delta").at("signature") == json::value(marked({"openai", "rs_1", "BYTES"})));
  const auto alone = written({state, done});
  CHECK(alone[1].at("content_block").at("type") == "redacted_thinking");
  CHECK(alone[1].at("content_block").at("data") == json::value(marked({"openai", "rs_1", "BYTES"})));
  CHECK(types_of(alone) == "message_start content_block_start:0 content_block_stop:0 message_delta message_stop");
  const auto stateless = written({told(event_kind::reasoning, "hm"), done});
  CHECK(stateless[3].at("delta").at("signature") == json::value(marked({"openai", "", ""})));
}

TEST_CASE("arguments that come late or before their name find their block") {
  const auto all = written({call_of(0, "a", "one", "{"), call_of(1, "b", "two", "{}"), call_of(0, "", "", "}"), call_of(2, "", "", "{"),
                            call_of(2, "", "three", "}"), done});
  CHECK(types_of(all).find("content_block_stop:1 content_block_start:2") != std::string::npos);
  CHECK(all[6].at("index") == 0);
  CHECK(all[8].at("content_block").at("id") == "toolu_chatcmpl-1_2");
  CHECK(all[9].at("delta").at("partial_json") == "{}");
}

TEST_CASE("calls and refusals end a message whatever the provider's word was") {
  CHECK(stop_reason({call_of(0, "a", "one", "{}"), finished(finish_reason::stop), done}) == "tool_use");
  CHECK(stop_reason({told(event_kind::refusal, "No."), finished(finish_reason::stop), done}) == "refusal");
  CHECK(stop_reason({finished(finish_reason::content_filter), done}) == "refusal");
  CHECK(stop_reason({finished(finish_reason::stop), done}) == "end_turn");
  CHECK(stop_reason({call_of(0, "a", "one", "{"), finished(finish_reason::length), done}) == "max_tokens");
}

TEST_CASE("a stream that is gone on with stays in its block") {
  stream_identity of = of_other();
  of.open_block = 2;
  event_writer writer(asked(), of, "Once upon");
  writer.resumed_by("other/gpt");
  const auto all = events_in(
      written(writer, {told(event_kind::opened), told(event_kind::text, " a time"), call_of(0, "a", "b", "{}"), done}));
  CHECK(types_of(all) == "content_block_delta:2 content_block_stop:2 content_block_start:3 content_block_delta:3 content_block_stop:3 "
                         "message_delta message_stop");
  CHECK(all[0].at("sallyport").at("resumed_by") == "other/gpt");
  CHECK_FALSE(all[1].contains("sallyport"));
}

TEST_CASE("a keep-alive is a ping, once there is a message") {
  event comment;
  comment.raw = ": hold on\n\n";
  CHECK(types_of(written({comment, told(event_kind::opened), comment, told(event_kind::ignored)})) == "message_start ping");
}

TEST_CASE("a failure is an error event and the last one") {
  event failed = told(event_kind::failed);
  failed.why = fail(failure_kind::provider_overloaded);
  const auto all = written({told(event_kind::text, "a"), failed, told(event_kind::text, "b"), done});
  CHECK(types_of(all) == "message_start content_block_start:0 content_block_delta:0 error");
  CHECK(all[3].at("error").at("type") == "overloaded_error");
}

TEST_CASE("of several answers a message holds the first") {
  event second = told(event_kind::text, "other");
  second.choice = 1;
  CHECK(types_of(written({second, done})) == "message_start message_delta message_stop");
}

TEST_CASE("a message without anything in it has a beginning and an end") {
  CHECK(types_of(written({done, done})) == "message_start message_delta message_stop");
}

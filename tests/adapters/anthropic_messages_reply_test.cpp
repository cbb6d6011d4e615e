#include "adapters/anthropic_messages_reply.hpp"

#include "adapters/anthropic_messages_answer.hpp"
#include "adapters/opaque_state.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::anthropic_messages;

namespace {

constexpr auto of_chat = operation::chat_completions;

failure_kind failed(std::string_view body, operation asked = of_chat) {
  const auto read = read_reply(asked, body);
  REQUIRE_FALSE(read.has_value());
  return read.error().kind;
}

part of_kind(part_kind kind, std::string text) {
  part one;
  one.kind = kind;
  one.text = std::move(text);
  return one;
}

boost::json::value written(const answer& said) {
  call asked;
  asked.model = "public";
  return boost::json::parse(write_answer(asked, said));
}

}  // namespace

TEST_CASE("an answer's parts come in the provider's order, without what its own tools did") {
  const auto read = read_answer(R"({"id":"msg_1","model":"m","content":[{"type":"thinking","thinking":"hm","signature":"S"},
      {"type":"redacted_thinking","data":"D"},{"type":"server_tool_use","id":"s","name":"web_search","input":{}},
      {"type":"text","text":"So"},{"type":"tool_use","id":"t","name":"look","input":{"a": 1}}],
      "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}})");
  REQUIRE(read.has_value());
  REQUIRE(read->parts.size() == 4);
  CHECK(read->parts[0].state == opaque_state{"", "", "S"});
  CHECK(read->parts[1].state == opaque_state{"", "redacted_thinking", "D"});
  CHECK(read->parts[2].text == "So");
  CHECK(read->parts[3].text == R"({"a":1})");
  CHECK(read->finish == finish_reason::tool_calls);
  CHECK(read->of.id == "msg_1");
}

TEST_CASE("a refusal brings what the provider says of it") {
  const auto read = read_answer(R"({"content":[],"stop_reason":"refusal","stop_details":{"explanation":"No."}})");
  REQUIRE(read.has_value());
  CHECK(read->finish == finish_reason::content_filter);
  CHECK(read->parts.at(0).kind == part_kind::refusal);
  CHECK(read->parts.at(0).text == "No.");
}

TEST_CASE("a count costs nothing, whatever it says") {
  const auto read = read_reply(operation::count_tokens, R"({"input_tokens":14})");
  REQUIRE(read.has_value());
  CHECK(read->tokens == usage{0, 0, 0, 0, 0, usage_basis::reported});
  CHECK(read->finish == finish_reason::stop);
  CHECK(failed("{}", operation::count_tokens) == failure_kind::empty_reply);
}

TEST_CASE("what is no message is a failure") {
  CHECK(failed(" ") == failure_kind::empty_reply);
  CHECK(failed("<html>") == failure_kind::garbled_reply);
  CHECK(failed("[]") == failure_kind::garbled_reply);
  CHECK(failed("{}") == failure_kind::empty_reply);
  CHECK(failed(R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})") == failure_kind::provider_overloaded);
}

TEST_CASE("the length of an answer is that of all that the model wrote") {
  CHECK(read_reply(of_chat, R"({"content":[{"type":"text","text":"abc"},{"type":"thinking","thinking":"de"},
      {"type":"tool_use","input":{"a": 1}}]})")->text_bytes == 12);
}

TEST_CASE("an answer is written as a message") {
  answer said;
  said.of = {.id = "resp_1", .model = {}, .origin = "openai"};
  part call = of_kind(part_kind::tool_call, R"({"a": 1})");
  call.name = "look";
  part broken = of_kind(part_kind::tool_call, "{");
  broken.id = "c.2";
  part hidden = of_kind(part_kind::reasoning, "");
  hidden.state = opaque_state{"", "rs_1", "B"};
  said.parts = {of_kind(part_kind::reasoning, "hm"), hidden, of_kind(part_kind::text, "So"), of_kind(part_kind::text, ""), call, broken};
  said.finish = finish_reason::stop;
  said.tokens = {1, 0, 0, 2, 0, usage_basis::reported};
  const auto message = written(said);
  CHECK(message.at("id") == "msg_resp_1");
  CHECK(message.at("model") == "public");
  CHECK(message.at("stop_reason") == "tool_use");
  CHECK(message.at("usage").at("output_tokens") == 2);
  const auto& content = message.at("content").as_array();
  REQUIRE(content.size() == 5);
  CHECK(content[0].at("signature") == boost::json::value(marked({"openai", "", ""})));
  CHECK(content[1].at("data") == boost::json::value(marked({"openai", "rs_1", "B"})));
  CHECK(content[3].at("id") == "toolu_resp_1_0");
  CHECK(content[3].at("input").at("a") == 1);
  CHECK(content[4].at("id") == "c.2");
  CHECK(content[4].at("input").at("arguments") == "{");
}

TEST_CASE("a refusal is a text, and the reason why the message ends") {
  answer said;
  said.parts = {of_kind(part_kind::refusal, "No.")};
  said.finish = finish_reason::stop;
  CHECK(written(said).at("content").at(0).at("type") == "text");
  CHECK(written(said).at("stop_reason") == "refusal");
}

TEST_CASE("a call of a tool that takes free text is one with its text as input") {
  answer said;
  part& called = said.parts.emplace_back(of_kind(part_kind::tool_call, "4 + 4"));
  called.name = "calculator";
  called.is_custom = true;
  CHECK(written(said).at("content").at(0).at("input") == boost::json::parse(R"({"input":"4 + 4"})"));
}

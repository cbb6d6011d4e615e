#include "adapters/openai_chat_answer.hpp"

#include "adapters/json.hpp"
#include "adapters/openai_chat_reply.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using openai_chat::read_answer;
using openai_chat::write_answer;

namespace {

call with_body(std::string body) {
  call made;
  made.has_tools = true;
  made.body = std::move(body);
  return made;
}

part piece(part_kind kind, std::string text) {
  part made;
  made.kind = kind;
  made.text = std::move(text);
  return made;
}

part tool_call(std::string id, std::string name, std::string arguments) {
  part made = piece(part_kind::tool_call, std::move(arguments));
  made.id = std::move(id);
  made.name = std::move(name);
  return made;
}

bool holds(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("the signature of a tool call stands before it as the state of a thought") {
  const auto read = read_answer(
      R"({"choices":[{"message":{"tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{}"},)"
      R"("extra_content":{"google":{"thought_signature":"sig"}}},{"id":"c2","function":{"name":"g","arguments":"{}"}}]}}]})");
  REQUIRE(read.has_value());
  REQUIRE(read->parts.size() == 3);
  CHECK(read->parts[0].state == opaque_state{"", "tool_call", "sig"});
  CHECK(read->parts[1].name == "f");
  CHECK(read->parts[2].name == "g");
}

TEST_CASE("a whole answer is read part by part") {
  const auto read = read_answer(
      R"({"id":"chatcmpl-1","created":7,"model":"m","choices":[{"index":0,"finish_reason":"stop","logprobs":{"content":[{"token":"t"}]},"message":{"role":"assistant",)"
      R"("content":"t","reasoning_content":"why","reasoning_details":[{"type":"reasoning.text","text":"why","signature":"sig"}],"tool_calls":[)"
      R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"custom","custom":{"name":"p","input":"x"}}]}}],)"
      R"("usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}})");
  REQUIRE(read.has_value());
  CHECK(read->of.id == "chatcmpl-1");
  CHECK(read->of.created == 7);
  REQUIRE(read->parts.size() == 4);
  CHECK(read->parts[0].text == "why");
  CHECK(read->parts[0].state == opaque_state{"", R"({"type":"reasoning.text"})", "sig"});
  CHECK(read->parts[1].text == "t");
  CHECK(read->parts[1].logprobs == R"([{"token":"t"}])");
  CHECK(read->parts[2].name == "f");
  CHECK_FALSE(read->parts[2].is_custom);
  CHECK(read->parts[3].is_custom);
  CHECK(read->parts[3].text == "x");
  CHECK(read->finish == finish_reason::tool_calls);
  CHECK(read->tokens.input == 5);
}

TEST_CASE("what read_reply refuses is refused here") {
  CHECK(read_answer("").error().kind == failure_kind::empty_reply);
  CHECK(read_answer("<html>").error().kind == failure_kind::garbled_reply);
  CHECK(read_answer(R"({"error":{"message":"no"}})").error().kind == failure_kind::error_in_reply);
}

TEST_CASE("an answer is written as OpenAI writes it") {
  answer said{.of = {.id = "msg_1", .model = "m", .created = 0, .origin = "maker"},
              .parts = {piece(part_kind::text, "Hi")},
              .finish = finish_reason::length};
  said.tokens = {.input = 1, .cached = 2, .cache_write = 3, .output = 4, .reasoning = 5, .basis = usage_basis::reported};
  CHECK(
      write_answer(with_body("{}"), said) ==
      R"({"id":"chatcmpl-msg_1","object":"chat.completion","created":0,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},)"
      R"("logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":6,"completion_tokens":9,"total_tokens":15,)"
      R"("prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":3},"completion_tokens_details":{"reasoning_tokens":5}}})");
}

TEST_CASE("content is null beside calls and refusals") {
  answer said{.of = {}, .parts = {tool_call("c1", "f", "")}, .finish = finish_reason::tool_calls, .tokens = {}};
  CHECK(holds(write_answer(with_body("{}"), said),
              R"("content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}])"));
  said.parts = {piece(part_kind::refusal, "No.")};
  CHECK(holds(write_answer(with_body("{}"), said), R"("content":null,"refusal":"No.")"));
  said.parts.clear();
  CHECK(holds(write_answer(with_body("{}"), said), R"("content":"","refusal":null)"));
}

TEST_CASE("thoughts are told, and marked for their maker") {
  answer said{.of = {.origin = "maker"},
              .parts = {piece(part_kind::reasoning, "why"), piece(part_kind::reasoning, ""), piece(part_kind::text, "t")},
              .tokens = {}};
  said.parts[0].state = opaque_state{.origin = {}, .id = "rs_1", .bytes = "sig"};
  said.parts[1].state = opaque_state{.origin = {}, .id = {}, .bytes = "hidden"};
  CHECK(holds(
      write_answer(with_body("{}"), said),
      R"("reasoning_content":"why","reasoning_details":[{"type":"reasoning.text","text":"why","signature":"sallyport.state.1.6d616b6572.72735f31.sig"},)"
      R"({"type":"reasoning.encrypted","data":"sallyport.state.1.6d616b6572..hidden"}])"));
}

TEST_CASE("a call of a tool that the client knows as one that takes text is one") {
  answer said{.of = {}, .parts = {tool_call("c1", "p", R"({"input":"x"})"), tool_call("c2", "f", R"({"input":"x"})")}, .tokens = {}};
  CHECK(holds(
      write_answer(with_body(R"({"tools":[{"type":"custom","custom":{"name":"p"}}]})"), said),
      R"("tool_calls":[{"id":"c1","type":"custom","custom":{"name":"p","input":"x"}},{"id":"c2","type":"function","function":{"name":"f","arguments":"{\"input\":\"x\"}"}}])"));
}

TEST_CASE("what is written is read back") {
  answer said{.of = {.id = "chatcmpl-1", .model = "m", .created = 3},
              .parts = {piece(part_kind::reasoning, "why"), piece(part_kind::text, "t"), tool_call("c1", "f", "{}")},
              .finish = finish_reason::tool_calls,
              .tokens = {.input = 1, .output = 2, .basis = usage_basis::reported}};
  const auto back = read_answer(write_answer(with_body("{}"), said));
  REQUIRE(back.has_value());
  CHECK(back->parts == said.parts);
  CHECK(back->finish == said.finish);
  CHECK(back->tokens == said.tokens);
}

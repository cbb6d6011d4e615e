#include "adapters/openai_chat_reply.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using openai_chat::read_reply;

namespace {

constexpr auto of_chat = operation::chat_completions;

failure_kind kind_of_reply(std::string_view body, operation asked = of_chat) {
  const auto read = read_reply(asked, body);
  REQUIRE(read.has_error());
  return read.error().kind;
}

}  // namespace

TEST_CASE("an answer says how it ended, what it cost and how long it is") {
  const auto read = read_reply(of_chat, R"({"choices":[{"index":0,"message":{"role":"assistant","content":"Hello","reasoning":"Hm",
    "tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],
    "usage":{"prompt_tokens":5,"completion_tokens":9}})");
  REQUIRE(read.has_value());
  CHECK(read->finish == finish_reason::tool_calls);
  CHECK(read->text_bytes == 9);
  CHECK(read->tokens.input == 5);
  CHECK(read->tokens.output == 9);
}

TEST_CASE("an answer may be silent, but not absent") {
  const auto silent = read_reply(of_chat, R"({"choices":[{"message":{"content":null},"finish_reason":"stop"}]})");
  REQUIRE(silent.has_value());
  CHECK(silent->finish == finish_reason::stop);
  CHECK(silent->tokens.basis == usage_basis::none);

  CHECK(kind_of_reply("") == failure_kind::empty_reply);
  CHECK(kind_of_reply(" \r\n\n ") == failure_kind::empty_reply);
  CHECK(kind_of_reply("{}") == failure_kind::empty_reply);
  CHECK(kind_of_reply(R"({"choices":[]})") == failure_kind::empty_reply);
  CHECK(kind_of_reply(R"({"choices":null})") == failure_kind::empty_reply);
  CHECK(kind_of_reply(R"({"data":[]})", operation::embeddings) == failure_kind::empty_reply);
  CHECK(kind_of_reply("<html>") == failure_kind::garbled_reply);
  CHECK(kind_of_reply("[1]") == failure_kind::garbled_reply);
  CHECK(kind_of_reply(R"({"choices":[{"message":{"content":"cut)") == failure_kind::garbled_reply);
}

TEST_CASE("an error inside a reply of 200 is an error, of the finest kind it names") {
  CHECK(kind_of_reply(R"({"error":{"message":"no","code":502}})") == failure_kind::error_in_reply);
  CHECK(kind_of_reply(R"({"error":{"message":"slow down","code":429}})") == failure_kind::rate_limited);
  CHECK(kind_of_reply(R"({"code":"some","error":"Incorrect API key provided"})") == failure_kind::credential_refused);
  CHECK(kind_of_reply(R"({"object":"error","message":"m","type":"invalid_request_error"})") == failure_kind::request_refused);
  CHECK(kind_of_reply(R"({"error":{"message":"x","code":"context_length_exceeded"}})") == failure_kind::context_length);
  CHECK(kind_of_reply(R"({"error":{"message":"x","code":503}})") == failure_kind::provider_overloaded);
  CHECK(kind_of_reply(R"({"choices":[{"message":{"content":"a"},"finish_reason":"error"}]})") == failure_kind::error_in_reply);
  CHECK(read_reply(of_chat, R"({"error":null,"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]})").has_value());
}

TEST_CASE("embeddings and completions are read") {
  const auto rows = read_reply(operation::embeddings, R"({"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":3,"total_tokens":3}})");
  REQUIRE(rows.has_value());
  CHECK(rows->tokens.input == 3);
  const auto text = read_reply(operation::completions, R"({"choices":[{"text":"abc","finish_reason":"length"}]})");
  REQUIRE(text.has_value());
  CHECK(text->text_bytes == 3);
  CHECK(text->finish == finish_reason::length);
}

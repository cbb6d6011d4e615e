// From the bytes of a call to what is found in it.

#include "adapters/call_text.hpp"
#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;

namespace {

std::string found_in_call(operation asks, const std::string& body) {
  call_text reader;
  REQUIRE_FALSE(reader.read(asks, body).has_value());
  return tests::found_in(tests::all_detectors(), {reader.texts().begin(), reader.texts().end()});
}

std::string found_in_content(const std::string& content) {
  return found_in_call(operation::chat_completions, R"({"model":"chat","messages":[{"role":"user","content":)" + content + "}]}");
}

}  // namespace

TEST_CASE("JSON escapes hide nothing") {
  CHECK(found_in_content(R"("4111\u0020\u0031111 1111\u00a01111")") == "payment_card");
  CHECK(found_in_content(R"("a\u0040b.com")") == "email");
  CHECK(found_in_content(R"("4111\u200b11111111\u00ad1111")") == "payment_card");
  CHECK(found_in_content(R"("a card:\n4111111111111111\n")") == "payment_card");
}

TEST_CASE("a number in two parts of a message is found, and so is one that only begins or ends a part") {
  CHECK(found_in_content(R"([{"type":"text","text":"4111 1111 11"},{"type":"text","text":"11 1111"}])") == "payment_card");
  CHECK(found_in_content(R"([{"type":"text","text":"DE89 3704 0044"},{"type":"text","text":" 0532 0130 00"}])") == "iban");
  CHECK(found_in_content(R"([{"type":"text","text":"page 12"},{"type":"text","text":"4111111111111111"}])") == "payment_card");
}

TEST_CASE("arguments of tool calls, numbers, names and files are looked at") {
  CHECK(found_in_call(
            operation::chat_completions,
            R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":"{\"c\":\"\\u0034111111111111111\"}"}}]}]})") ==
        "payment_card");
  CHECK(found_in_call(operation::chat_completions, R"({"messages":[],"metadata":{"bsn":111222333}})") == "nl_bsn");
  CHECK(found_in_call(operation::chat_completions, R"({"messages":[],"tools":[{"ada@example.com":{}}]})") == "email");
  CHECK(found_in_content(R"([{"type":"file","file":{"filename":"536-90-4399.pdf"}}])") == "us_ssn");
  CHECK(found_in_call(operation::embeddings, R"({"input":["nothing","10.0.0.1"]})") == "ip");
  CHECK(found_in_call(operation::completions, R"({"prompt":"nothing","suffix":"10.0.0.1"})") == "ip");
}

TEST_CASE("an ordinary call holds nothing") {
  const auto* body = R"({"model":"gpt-4o-mini-2024-07-18","temperature":0.7,"max_tokens":1000,"seed":123456789,"stream":true,
      "messages":[{"role":"system","content":"You are a helpful assistant."},
        {"role":"user","content":"What were the 10 largest cities in 2023?"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"call_abc123DEF456ghi789JKL012","type":"function",
          "function":{"name":"search","arguments":"{\"q\":\"cities\"}"}}]},
        {"role":"tool","tool_call_id":"call_abc123DEF456ghi789JKL012","content":"{\"rows\":[[\"Tokyo\",37194105],[\"Delhi\",32941309]]}"}],
      "tools":[{"type":"function","function":{"name":"search","parameters":{"type":"object","properties":{"q":{"type":"string"}}}}}],
      "user":"550e8400-e29b-41d4-a716-446655440000","logit_bias":{"50256":-100}})";
  CHECK(found_in_call(operation::chat_completions, body).empty());
}

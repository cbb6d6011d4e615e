#include "adapters/anthropic_messages_call.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using anthropic_messages::read_call;

namespace {

constexpr auto of_chat = operation::chat_completions;

call taken(const std::string& body, operation asks = of_chat) {
  auto read = read_call(asks, body);
  REQUIRE_MESSAGE(read.has_value(), read.error().sentence);
  return *std::move(read);
}

std::string param_of(const std::string& body, operation asks = of_chat) {
  const auto read = read_call(asks, body);
  REQUIRE_FALSE(read.has_value());
  return read.error().param;
}

std::string asking(const std::string& more) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hi"}])" + more + "}";
}
std::string saying(const std::string& content) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":)" + content + "}]}";
}

}  // namespace

TEST_CASE("a call for a message is read") {
  const std::string body = asking(R"(,"stream":true,"tools":[{"name":"a"}],"of_tomorrow":{"x":1})");
  const call read = taken(body);
  CHECK(read.dialect == dialect_id::anthropic_messages);
  CHECK(read.model == "m");
  CHECK(read.stream);
  CHECK(read.max_tokens == 5);
  CHECK(read.has_tools);
  CHECK_FALSE(read.has_images);
  CHECK(read.asked_for_usage);
  CHECK(read.body == body);
  CHECK(body.substr(read.places.model.offset, read.places.model.length) == "\"m\"");
  CHECK(body.substr(read.places.prompt.offset, read.places.prompt.length) == R"([{"role":"user","content":"Hi"}])");
}

TEST_CASE("what a message needs must be there, and of its type") {
  CHECK(param_of(R"({"model":"m","messages":[{}]})") == "max_tokens");
  CHECK(param_of(R"({"model":"m","max_tokens":-1,"messages":[{}]})") == "max_tokens");
  CHECK(param_of(R"({"model":"m","max_tokens":null,"messages":[{}]})") == "max_tokens");
  CHECK(param_of(R"({"model":"m","max_tokens":"5","messages":[{}]})") == "max_tokens");
  CHECK(param_of(R"({"model":"m","max_tokens":5,"messages":[]})") == "messages");
  CHECK(param_of(R"({"max_tokens":5,"messages":[{}]})") == "model");
  CHECK(param_of(asking(R"(,"stream":1)")) == "stream");
  CHECK(param_of(asking(R"(,"model":"n")")) == "model");
  CHECK(read_call(of_chat, "{").error().kind == failure_kind::invalid_json);
}

TEST_CASE("a count needs no limit and is not streamed") {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"Hi"}])";
  CHECK(taken(body + "}", operation::count_tokens).asks == operation::count_tokens);
  CHECK(param_of(body + R"(,"stream":true})", operation::count_tokens) == "stream");
}

TEST_CASE("names that decide what a message says stand once") {
  CHECK(param_of(saying(R"("a","content":"b")")) == "messages[0].content");
  CHECK(param_of(saying(R"([{"type":"text","text":"a","text":"b"}])")) == "messages[0].content[0].text");
  CHECK(param_of(saying(R"([{"type":"tool_result","content":[{"text":"a","text":"b"}]}])")) == "messages[0].content[0].content.text");
  CHECK(param_of(asking(R"(,"system":[{"type":"text","text":"a","text":"b"}])")) == "system[0].text");
}

TEST_CASE("images are seen wherever they stand, and are no text") {
  const std::string image = R"({"type":"image","source":{"type":"base64","data":")" + std::string(4'000, 'A') + "\"}}";
  CHECK(taken(saying("[" + image + "]")).has_images);
  const call inside = taken(saying(R"([{"type":"tool_result","content":[)" + image + "]}]"));
  CHECK(inside.has_images);
  CHECK(inside.prompt_tokens_estimate < 50);
}

TEST_CASE("system, messages and tools count as text") {
  const auto base = taken(asking("")).prompt_tokens_estimate;
  CHECK(taken(asking(R"(,"system":"12345678")")).prompt_tokens_estimate == base + 2);
  CHECK(taken(asking(R"(,"tools":[{"name":"12345678"}])")).prompt_tokens_estimate > base + 2);
}

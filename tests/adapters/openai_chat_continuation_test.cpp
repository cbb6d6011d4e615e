#include "adapters/openai_chat_continuation.hpp"

#include "adapters/openai_chat_call.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;

namespace {

constexpr auto of_chat = operation::chat_completions;

call read(const std::string& body, operation asks = of_chat) {
  auto made = openai_chat::read_call(asks, body);
  REQUIRE(made.has_value());
  return std::move(*made);
}

std::string chat_with(const std::string& more) {
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true)" + more + "}";
}

std::string continued(const std::string& body, continuation how, std::string_view delivered, operation asks = of_chat) {
  const auto made = openai_chat::write_continuation(read(body, asks), "up", {}, how, delivered);
  return made ? made->body : "none";
}

}  // namespace

TEST_CASE("the text so far becomes the assistant's last message, in the way of each kind") {
  using enum continuation;
  const std::string front = R"("stream_options":{"include_usage":true},)";
  CHECK(continued(chat_with(""), prefill, "Hel\"lo ") ==
        "{" + front + R"("model":"up","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"Hel\"lo"}],"stream":true})");
  CHECK(continued(chat_with(""), prefix, "Hello").find(R"({"role":"assistant","content":"Hello","prefix":true}])") != std::string::npos);
  const auto told = boost::json::parse(continued(chat_with(""), continue_final_message, "Hello")).as_object();
  CHECK(told.at("continue_final_message").as_bool());
  CHECK_FALSE(told.at("add_generation_prompt").as_bool());
  CHECK(told.at("messages").as_array().size() == 2);
}

TEST_CASE("asked anew it is the call itself") {
  CHECK(continued(chat_with(""), continuation::replay, "Hello") == openai_chat::write_continuation(read(chat_with("")), "up", {}, continuation::replay, "")->body);
  CHECK(continued(chat_with(""), continuation::replay, "Hello").find("Hello") == std::string::npos);
  CHECK(continued(chat_with(""), continuation::none, "Hello") == "none");
}

TEST_CASE("what the client may still get is its limit less what it has, and at least one token") {
  const auto limit = [](const std::string& field, std::string_view delivered) {
    const auto body = boost::json::parse(continued(chat_with(",\"" + field + "\":100"), continuation::prefill, delivered)).as_object();
    return body.at(field).as_int64();
  };
  CHECK(limit("max_tokens", std::string(40, 'x')) == 90);
  CHECK(limit("max_completion_tokens", std::string(40, 'x')) == 90);
  CHECK(limit("max_tokens", std::string(4000, 'x')) == 1);
}

TEST_CASE("a member that belongs to the other kind of call is left as it is") {
  const auto chat = boost::json::parse(continued(chat_with(R"(,"prompt":false)"), continuation::prefill, "Hello")).as_object();
  CHECK(chat.at("prompt") == false);
  const std::string body = R"({"model":"m","prompt":"Once","messages":7,"stream":true})";
  CHECK(boost::json::parse(continued(body, continuation::prefill, " upon", operation::completions)).at("messages") == 7);
}

TEST_CASE("a completion goes on from its prompt and the text") {
  const std::string body = R"({"model":"m","prompt":"Once \"upon","stream":true})";
  const auto made = boost::json::parse(continued(body, continuation::continue_final_message, " a\ntime", operation::completions)).as_object();
  CHECK(made.at("prompt").as_string() == "Once \"upon a\ntime");
  CHECK_FALSE(made.contains("continue_final_message"));
  CHECK(continued(R"({"model":"m","prompt":["a","b"],"stream":true})", continuation::prefill, "x", operation::completions) == "none");
}

TEST_CASE("no beginning is given where the answer has a shape of its own, or could not be the same") {
  for (const char* more : {R"(,"response_format":{"type":"json_object"})", R"(,"response_format":{"type":"json_schema","json_schema":{}})",
                           R"(,"structured_outputs":{"regex":"a+"})", R"(,"guided_json":{})", R"(,"grammar":"root ::= x")",
                           R"(,"tool_choice":"required")", R"(,"tool_choice":{"type":"function","function":{"name":"f"}})",
                           R"(,"add_generation_prompt":false)", R"(,"stop":"lol")", R"(,"stop":["x","Hello world"])"}) {
    CAPTURE(more);
    CHECK(continued(chat_with(more), continuation::prefill, "Hello") == "none");
  }
  CHECK(continued(R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"stream":true})", continuation::prefill,
                  "Hello") == "none");
  CHECK(continued(chat_with(""), continuation::prefill, " \n") == "none");
  for (const char* more : {R"(,"response_format":{"type":"text"})", R"(,"tool_choice":"auto","tools":[{"type":"function"}])", R"(,"stop":["x","lx"])",
                           R"(,"response_format":null)"}) {
    CAPTURE(more);
    CHECK(continued(chat_with(more), continuation::prefill, "Hello w") != "none");
  }
}

TEST_CASE("one plain answer may be continued") {
  CHECK(openai_chat::may_be_continued(read(chat_with(""))));
  CHECK(openai_chat::may_be_continued(read(chat_with(R"(,"logprobs":false,"n":1)"))));
  for (const char* more : {R"(,"n":2)", R"(,"logprobs":true)", R"(,"top_logprobs":2)", R"(,"audio":{"voice":"a"})"}) {
    CAPTURE(more);
    CHECK_FALSE(openai_chat::may_be_continued(read(chat_with(more))));
  }
  const auto completion = [](const char* more) { return read(R"({"model":"m","prompt":"p","stream":true)" + std::string(more) + "}", operation::completions); };
  CHECK(openai_chat::may_be_continued(completion("")));
  CHECK_FALSE(openai_chat::may_be_continued(completion(R"(,"echo":true)")));
  CHECK_FALSE(openai_chat::may_be_continued(completion(R"(,"logprobs":0)")));
  CHECK_FALSE(openai_chat::may_be_continued(read(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})")));
}

#include "adapters/openai_responses_call.hpp"

#include "adapters/openai_responses_request.hpp"
#include "adapters/opaque_state.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace sallyport::openai_responses;

namespace {

call read(const std::string& body) {
  auto made = openai_responses::read_call(operation::chat_completions, body);
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  return *std::move(made);
}

std::string refused(const std::string& body) {
  const auto made = openai_responses::read_call(operation::chat_completions, body);
  REQUIRE(made.has_error());
  return std::string(made.error().name()) + " " + made.error().param;
}

std::string sent(const std::string& body) { return write_request(read(body), "there").body; }

}  // namespace

TEST_CASE("a Responses call says what the gateway decides by") {
  const call one = read(R"({"model":"m","input":"Hello","stream":true,"max_output_tokens":40,"previous_response_id":"resp_1"})");
  CHECK(one.dialect == dialect_id::openai_responses);
  CHECK(one.model == "m");
  CHECK(one.stream);
  CHECK(one.asked_for_usage);
  CHECK(one.max_tokens == 40);
  CHECK(one.previous_response == "resp_1");
  CHECK(one.choices == 1);
  CHECK_FALSE(one.has_tools);
  CHECK_FALSE(one.has_images);
  CHECK(one.body.substr(one.places.prompt.offset, one.places.prompt.length) == "\"Hello\"");
}

TEST_CASE("the estimate of a Responses call counts instructions, input and tools, and no media") {
  const auto base = read(R"({"model":"m","input":[{"role":"user","content":"Hello"}]})").prompt_tokens_estimate;
  CHECK(read(R"({"model":"m","instructions":"Be as brief as you can.","input":[{"role":"user",
      "content":"Hello"}]})").prompt_tokens_estimate > base);
  CHECK(read(R"({"model":"m","input":[{"role":"user","content":"Hello"}],"tools":[{"type":"function",
      "name":"look_up"}]})").prompt_tokens_estimate > base);
  const std::string image = R"([{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,)" +
      std::string(4000, 'A') + R"("}]}])";
  const call with_image = read(R"({"model":"m","input":)" + image + "}");
  CHECK(with_image.has_images);
  CHECK(with_image.prompt_tokens_estimate < 100);
  CHECK(read(R"({"model":"m","input":[{"type":"function_call_output","call_id":"c","output":[{"type":"input_image",
      "image_url":"https://a/b"}]}]})").has_images);
}

TEST_CASE("what is wrong with a Responses call is told by the field") {
  CHECK(refused("{") == "invalid_json ");
  CHECK(refused("[]") == "invalid_request ");
  CHECK(refused(R"({"input":"a"})") == "invalid_request model");
  CHECK(refused(R"({"model":"m"})") == "invalid_request input");
  CHECK(refused(R"({"model":"m","input":[]})") == "invalid_request input");
  CHECK(refused(R"({"model":"m","input":7})") == "invalid_request input");
  CHECK(refused(R"({"model":"m","input":"a","stream":1})") == "invalid_request stream");
  CHECK(refused(R"({"model":"m","input":"a","background":"yes"})") == "invalid_request background");
  CHECK(refused(R"({"model":"m","input":"a","max_output_tokens":-1})") == "invalid_request max_output_tokens");
  CHECK(refused(R"({"model":"m","input":"a","previous_response_id":7})") == "invalid_request previous_response_id");
  CHECK(refused(R"({"model":"m","input":"a","previous_response_id":")" + std::string(257, 'r') + "\"}") ==
      "invalid_request previous_response_id");
  CHECK(refused(R"({"model":"m","model":"n","input":"a"})") == "invalid_request model");
  CHECK(refused(R"({"model":"m","input":[{"role":"user","content":"a","content":"b"}]})") == "invalid_request input[0].content");
  CHECK(refused(R"({"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a","text":"b"}]}]})") ==
        "invalid_request input[0].content[0].text");
}

TEST_CASE("the input may be missing only where the provider keeps what is asked about") {
  CHECK(read(R"({"model":"m","previous_response_id":"resp_1"})").places.prompt.length == 0);
  CHECK(read(R"({"model":"m","prompt":{"id":"pmpt_1"}})").model == "m");
  CHECK(read(R"({"model":"m","conversation":"conv_1","background":true})").model == "m");
}

TEST_CASE("a Responses call goes on with another name of the model and every other byte as it was") {
  CHECK(sent(R"({ "input" : "a", "model" : "m" })") == R"({ "input" : "a", "model" : "there" })");
  CHECK(write_request(read(R"({"model":"m","input":"a"})"), "there").path == "/responses");
}

TEST_CASE("reasoning that another dialect's provider wrote is taken out of a Responses call") {
  const std::string ours = R"({"type":"reasoning","summary":[],"encrypted_content":")" + marked({"there", "", "x"}) + "\"}";
  const std::string own = R"({"type":"reasoning","summary":[],"encrypted_content":"gAAA"})";
  const std::string said = R"({"role":"user","content":"a"})";
  const auto body = [](const std::string& items) { return R"({"model":"m","input":[)" + items + "]}"; };
  const auto left = [](const std::string& items) { return R"({"model":"there","input":[)" + items + "]}"; };
  CHECK(sent(body(said + "," + ours + "," + said)) == left(said + "," + said));
  CHECK(sent(body(ours + "," + said)) == left(said));
  CHECK(sent(body(said + "," + ours + " , " + ours)) == left(said));
  CHECK(sent(body(ours + "," + own + "," + ours)) == left(own));
  CHECK(sent(body(ours + "," + ours)) == left(""));
  CHECK(sent(body(said + "," + own)) == left(said + "," + own));
}

TEST_CASE("a Responses call is answered anew elsewhere, and never gone on with") {
  const call streamed = read(R"({"model":"m","input":"a","stream":true})");
  CHECK(may_be_continued(streamed));
  CHECK(write_continuation(streamed, "there", continuation::replay)->body == R"({"model":"there","input":"a","stream":true})");
  CHECK_FALSE(write_continuation(streamed, "there", continuation::prefill));
  CHECK_FALSE(write_continuation(streamed, "there", continuation::none));
  CHECK_FALSE(may_be_continued(read(R"({"model":"m","input":"a"})")));
  CHECK_FALSE(may_be_continued(read(R"({"model":"m","input":"a","stream":true,"previous_response_id":"resp_1"})")));
  CHECK_FALSE(may_be_continued(read(R"({"model":"m","input":"a","stream":true,"include":["message.output_text.logprobs"]})")));
}

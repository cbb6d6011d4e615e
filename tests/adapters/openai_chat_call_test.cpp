#include "adapters/call_fields.hpp"
#include "adapters/openai_chat_call.hpp"

#include "adapters/json_write.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <chrono>

using namespace sallyport;
using openai_chat::read_call;

namespace {

constexpr auto of_chat = operation::chat_completions;

const std::string hello = R"("messages":[{"role":"user","content":"Hello"}])";

std::string with(const std::string& members) { return "{\"model\":\"m\"," + hello + (members.empty() ? "" : "," + members) + "}"; }

failure refusal(std::string body, operation asks = of_chat) {
  auto read = read_call(asks, std::move(body));
  REQUIRE(read.has_error());
  return read.error();
}

std::string_view at(const call& read, text_range range) { return std::string_view(read.body).substr(range.offset, range.length); }

}  // namespace

TEST_CASE("what the gateway decides by is read, and the body is kept") {
  const std::string body = " {\n \"model\" : \"gpt\\u002d4\", " + hello +
                           R"(, "stream":true, "stream_options": {"x":1, "include_usage" : false }, "n":2,
                           "max_tokens":5, "max_completion_tokens":7, "tools":[{"type":"function"}], "unknown":{"a":1,"a":2}} )";
  const auto read = read_call(of_chat, body);
  REQUIRE(read.has_value());
  CHECK(read->body == body);
  CHECK(read->model == "gpt-4");
  CHECK(read->stream);
  CHECK_FALSE(read->asked_for_usage);
  CHECK(read->choices == 2);
  CHECK(read->max_tokens == 7);
  CHECK(read->has_tools);
  CHECK_FALSE(read->has_images);
  CHECK(at(*read, read->places.model) == "\"gpt\\u002d4\"");
  CHECK(at(*read, *read->places.stream_options) == R"({"x":1, "include_usage" : false })");
  CHECK(at(*read, *read->places.include_usage) == "false");
  CHECK(body[read->places.object_start - 1] == '{');
  CHECK("\"messages\":" + std::string(at(*read, read->places.prompt)) == hello);
}

TEST_CASE("a name with escapes is the same name") {
  const auto read = read_call(of_chat, "{\"mod\\u0065l\":\"m\"," + hello + "}");
  REQUIRE(read.has_value());
  CHECK(read->model == "m");
  CHECK(at(*read, read->places.model) == "\"m\"");

  const failure why = refusal("{\"mod\\u0065l\":\"a\",\"model\":\"b\"," + hello + "}");
  CHECK(why.kind == failure_kind::invalid_request);
  CHECK(why.param == "model");
}

TEST_CASE("a name that stands twice is refused where the gateway reads") {
  CHECK(refusal(with(R"("x":1,"x":2)")).param == "x");
  CHECK(refusal(with(R"("stream_options":{"include_usage":true,"include_usage":false})")).param == "stream_options.include_usage");
  CHECK(refusal(R"({"model":"m","messages":[{},{"content":"a","content":"b"}]})").param == "messages[1].content");
  CHECK(refusal(R"({"model":"m","messages":[{"content":[{"type":"text","text":"a","text":"b"}]}]})").param ==
        "messages[0].content[0].text");
  CHECK(read_call(of_chat, with(R"("metadata":{"x":1,"x":2})")).has_value());
}

TEST_CASE("a member of the wrong type is named, with what is wanted") {
  struct wrong {
    const char* members;
    const char* param;
  };
  for (const auto& [members, param] : std::initializer_list<wrong>{
           {R"("stream":"yes")", "stream"},
           {R"("stream":1)", "stream"},
           {R"("stream_options":[])", "stream_options"},
           {R"("stream_options":{"include_usage":"yes"})", "stream_options.include_usage"},
           {R"("n":0)", "n"},
           {R"("n":129)", "n"},
           {R"("n":1.5)", "n"},
           {R"("n":"2")", "n"},
           {R"("max_tokens":-1)", "max_tokens"},
           {R"("max_tokens":"5")", "max_tokens"},
           {R"("max_completion_tokens":1e3)", "max_completion_tokens"},
           {R"("max_tokens":99999999999999999999)", ""},
       }) {
    CAPTURE(members);
    const failure why = refusal(with(members));
    CHECK(why.param == param);
    CHECK(why.kind == (*param ? failure_kind::invalid_request : failure_kind::invalid_json));
    CHECK_FALSE(why.sentence.empty());
  }
  for (const char* members : {R"("stream":null,"stream_options":null,"n":null,"max_tokens":null)", R"("max_tokens":0,"n":128)"}) {
    CAPTURE(members);
    CHECK(read_call(of_chat, with(members)).has_value());
  }
}

TEST_CASE("without a model or something to ask it there is no call") {
  CHECK(refusal("{" + hello + "}").param == "model");
  CHECK(refusal(R"({"model":"",)" + hello + "}").param == "model");
  CHECK(refusal(R"({"model":7,)" + hello + "}").param == "model");
  CHECK(refusal("{\"model\":\"" + std::string(257, 'm') + "\"," + hello + "}").param == "model");
  CHECK(read_call(of_chat, "{\"model\":\"" + std::string(256, 'm') + "\"," + hello + "}").has_value());
  CHECK(refusal(R"({"model":"m"})").param == "messages");
  CHECK(refusal(R"({"model":"m","messages":[]})").param == "messages");
  CHECK(refusal(R"({"model":"m","messages":"Hello"})").param == "messages");
  CHECK(refusal(R"({"model":"m"})", operation::completions).param == "prompt");
  CHECK(refusal(R"({"model":"m","input":null})", operation::embeddings).param == "input");
  CHECK(refusal(R"({"model":"m","input":"a","stream":true})", operation::embeddings).param == "stream");
  CHECK(read_call(operation::completions, R"({"model":"m","prompt":"a"})").has_value());
  CHECK(read_call(operation::embeddings, R"({"model":"m","input":["a","b"]})").has_value());
}

TEST_CASE("what is no JSON object is refused by its right name") {
  for (const char* body : {"", " ", "{", "{}x", "{'a':1}", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}"}) {
    CAPTURE(body);
    CHECK(refusal(body).kind == failure_kind::invalid_json);
  }
  for (const char* body : {"[]", "null", "3", "\"x\""}) {
    CAPTURE(body);
    CHECK(refusal(body).kind == failure_kind::invalid_request);
  }
  CHECK(refusal("").sentence == "The body is not valid JSON: it is empty.");
}

TEST_CASE("too many members are refused") {
  std::string many;
  for (std::size_t i = 0; i < members_max; ++i) many += ",\"a" + std::to_string(i) + "\":1";
  CHECK(refusal("{\"model\":\"m\"," + hello + many + "}").kind == failure_kind::invalid_request);
}

TEST_CASE("the prompt is estimated from its text, not from its images") {
  const auto plain = read_call(of_chat, R"({"model":"m","messages":[{"role":"user","content":")" + std::string(4000, 'a') + R"("}]})");
  REQUIRE(plain.has_value());
  CHECK(plain->prompt_tokens_estimate >= 1000);
  CHECK(plain->prompt_tokens_estimate <= 1010);

  const std::string image = R"({"type":"image_url","image_url":{"url":"data:image/png;base64,)" + std::string(400'000, 'A') + "\"}}";
  const std::string text_part = R"({"type":"text","text":")" + std::string(400, 'a') + "\"}";
  const auto pictured = read_call(of_chat, R"({"model":"m","messages":[{"role":"user","content":[)" + text_part + "," + image + "]}]}");
  REQUIRE(pictured.has_value());
  CHECK(pictured->has_images);
  CHECK(pictured->prompt_tokens_estimate >= 100);
  CHECK(pictured->prompt_tokens_estimate <= 120);

  const std::string described = R"({"name":"f","description":")" + std::string(4000, 'd') + "\"}";
  const auto tooled = read_call(of_chat, with(R"("tools":[{"type":"function","function":)" + described + "}]"));
  REQUIRE(tooled.has_value());
  CHECK(tooled->prompt_tokens_estimate >= 1000);

  const auto tokens = read_call(operation::embeddings, R"({"model":"m","input":[[1,2,3],[4,5]]})");
  REQUIRE(tokens.has_value());
  CHECK(tokens->prompt_tokens_estimate == 5);

  const auto text = read_call(operation::completions, R"({"model":"m","prompt":["12345678","1234"]})");
  REQUIRE(text.has_value());
  CHECK(text->prompt_tokens_estimate == 3);
}

TEST_CASE("a body of 32 MiB is read in linear time") {
  std::string parts;
  while (parts.size() < 32 * 1024 * 1024) parts += R"({"role":"user","content":"\\\"{[ text ]}\\"},)";
  const std::string body = R"({"messages":[)" + parts + R"({"role":"user","content":"x"}],"model":"last"})";
  const auto read = read_call(of_chat, body);
  REQUIRE(read.has_value());
  CHECK(read->model == "last");
  CHECK(at(*read, read->places.model) == "\"last\"");
}

TEST_CASE("the JSON test suite, as whole bodies and inside a call") {
  if (!tests::corpora()) return tests::say_skipped("no corpora: JSON test suite, calls");
  std::size_t accepted = 0, refused = 0;
  for (const auto& file : std::filesystem::directory_iterator(*tests::corpora() / "jsontestsuite" / "test_parsing")) {
    const std::string name = file.path().filename().string();
    const std::string text = tests::whole_file(file.path());
    CAPTURE(name);
    const auto whole = read_call(of_chat, text);
    const auto nested = read_call(of_chat, with("\"extra\":" + text));
    CHECK(whole.has_error());  // none of them names a model
    if (name.starts_with("y_")) {
      CHECK(whole.error().kind == failure_kind::invalid_request);
      CHECK(nested.has_value());
      ++accepted;
    }
    if (name.starts_with("n_")) {
      CHECK(whole.error().kind == failure_kind::invalid_json);
      // Three of them, behind a comma and before a brace, make JSON of the whole.
      if (nested.has_value()) CHECK_MESSAGE(boost::json::parse(with("\"extra\":" + text)).is_object(), "accepted what is no JSON");
      ++refused;
    }
  }
  CHECK(accepted == 95);
  CHECK(refused == 188);
}

TEST_CASE("naughty strings stand in every place of a call") {
  if (!tests::corpora()) return tests::say_skipped("no corpora: naughty strings in calls");
  const boost::json::array strings = boost::json::parse(tests::whole_file(*tests::corpora() / "blns" / "blns.json")).as_array();
  for (const auto& each : strings) {
    const std::string text(each.as_string());
    const std::string quoted = json_string(text);
    const std::string message = "{\"role\":" + quoted + ",\"content\":" + quoted + "}";
    const std::string body = "{\"model\":" + quoted + ",\"messages\":[" + message + "],\"x\":" + quoted + "}";
    CAPTURE(text);
    const auto read = read_call(of_chat, body);
    if (text.empty() || text.size() > model_bytes_max) {
      CHECK(read.has_error());
      continue;
    }
    REQUIRE(read.has_value());
    CHECK(read->model == text);
    CHECK(at(*read, read->places.model) == quoted);
    const auto named = read_call(operation::completions, "{\"model\":\"m\",\"prompt\":" + quoted + "," + quoted + ":1}");
    CHECK(named.has_value());
  }
}

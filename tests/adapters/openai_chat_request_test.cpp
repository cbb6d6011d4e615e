#include "adapters/openai_chat_request.hpp"

#include "adapters/json_write.hpp"
#include "adapters/openai_chat_call.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

using namespace sallyport;
using namespace sallyport::openai_chat;

namespace {

constexpr auto of_chat = operation::chat_completions;
const quirks usual;
const quirks no_stream_options{.takes_stream_options = false};

provider_request written(const std::string& body, const quirks& of_provider = usual, operation asks = of_chat) {
  const auto read = read_call(asks, body);
  REQUIRE(read.has_value());
  return write_request(*read, "up/\"1\"", of_provider);
}

std::filesystem::path golden() { return sallyport::tests::source_dir() / "tests" / "golden" / "openai_chat"; }

}  // namespace

TEST_CASE("each golden call becomes its golden request, byte for byte") {
  std::size_t compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(golden())) {
    const std::string name = file.path().filename().string();
    const std::string ending = ".call.json";
    if (!name.ends_with(ending)) continue;
    const std::string base = name.substr(0, name.size() - ending.size());
    CAPTURE(base);
    const std::string body = tests::whole_file(file.path());
    CHECK(written(body).body == tests::whole_file(golden() / (base + ".request.json")));
    CHECK(written(body, no_stream_options).body == tests::whole_file(golden() / (base + ".request_without_stream_options.json")));
    ++compared;
  }
  CHECK(compared >= 9);
}

TEST_CASE("usage is asked for where a stream would not report it") {
  const std::string rest = R"("model":"m","messages":[{}])";
  CHECK(written("{" + rest + R"(,"stream":true})").usage_was_added);
  CHECK(written("{" + rest + R"(,"stream":true,"stream_options":{}})").usage_was_added);
  CHECK(written("{" + rest + R"(,"stream":true,"stream_options":{"include_usage":false}})").usage_was_added);
  CHECK_FALSE(written("{" + rest + R"(,"stream":true,"stream_options":{"include_usage":true}})").usage_was_added);
  CHECK_FALSE(written("{" + rest + "}").usage_was_added);
  CHECK_FALSE(written("{" + rest + R"(,"stream":true})", no_stream_options).usage_was_added);
}

TEST_CASE("thoughts of other dialects' providers are taken out of a message, whatever stands beside them") {
  const std::string marked = R"("reasoning_details":[{"type":"reasoning.text","text":"why","signature":"sallyport.state.1.61..s"}])";
  const auto sent = [](const std::string& message) { return written(R"({"model":"m","messages":[)" + message + R"(,{"role":"user","content":"b"}]})").body; };
  const std::string kept = R"({"model":"up/\"1\"","messages":[{"role":"assistant","content":"a"},{"role":"user","content":"b"}]})";
  CHECK(sent(R"({"role":"assistant","content":"a","reasoning_content":"why",)" + marked + "}") == kept);
  CHECK(sent("{" + marked + R"(,"reasoning_content":"why","role":"assistant","content":"a"})") == kept);
  CHECK(sent(R"({ "role":"assistant" , )" + marked + R"( , "reasoning":"why", "content":"a" })") == kept);
  const std::string own = R"({"role":"assistant","content":"a","reasoning_content":"why","reasoning_details":[{"type":"reasoning.text","signature":"s"}]})";
  CHECK(sent(own).find(own) != std::string::npos);
  const std::string only_spoken_of = R"({"role":"assistant", "content":"sallyport.state.1.61..s","reasoning_content":"why"})";
  CHECK(sent(only_spoken_of).find(only_spoken_of) != std::string::npos);
}

TEST_CASE("each operation has its path") {
  CHECK(written(R"({"model":"m","messages":[{}]})").path == "/chat/completions");
  CHECK(written(R"({"model":"m","prompt":"a"})", usual, operation::completions).path == "/completions");
  CHECK(written(R"({"model":"m","input":"a"})", usual, operation::embeddings).path == "/embeddings");
}

namespace {

namespace json = boost::json;

// Any member in any place, with any blanks, of which two are those that a request may change.
struct any_call {
  std::string body;
  bool takes_stream_options = true;
};

std::string blanks() { return *rc::gen::element<std::string>("", "", " ", "\n\t", "\r\n  "); }

std::string any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0: return *rc::gen::element<std::string>("true", "false", "null");
    case 1: return *rc::gen::element<std::string>("0", "-1", "1.50", "1e3", "18446744073709551615", "0.10000000000000000001");
    case 2: return json_string(*rc::gen::string<std::string>());
    case 3: return R"("\u00e9\\\" } ] , \ud83d\ude00")";
    case 4: return "[" + blanks() + any_value(depth - 1) + blanks() + "," + any_value(depth - 1) + "]";
    default: return "{" + blanks() + json_string(*rc::gen::string<std::string>()) + blanks() + ":" + any_value(depth - 1) + "}";
  }
}

std::string any_stream_options() {
  return *rc::gen::element<std::string>("null", "{}", "{ }", R"({"include_usage":true})", R"({ "include_usage" : false })",
                                        R"({"include_usage":null,"x":1})",
                                        R"({"x":{"include_usage":true}})", R"({"x":[],"includ\u0065_usage":false})");
}

std::string member(const std::string& name, const std::string& value) {
  return blanks() + name + blanks() + ":" + blanks() + value + blanks();
}

any_call generate() {
  std::vector<std::string> members{member(*rc::gen::element<std::string>("\"model\"", "\"m\\u006fdel\""), "\"public\""),
                                   member("\"messages\"", "[" + blanks() + R"({"role":"user","content":"hi"}])")};
  if (*rc::gen::arbitrary<bool>()) members.push_back(member("\"stream\"", *rc::gen::element<std::string>("true", "false")));
  if (*rc::gen::arbitrary<bool>())
    members.push_back(member(*rc::gen::element<std::string>("\"stream_options\"", "\"stream\\u005foptions\""), any_stream_options()));
  const int others = *rc::gen::inRange(0, 4);
  for (int i = 0; i < others; ++i) members.push_back(member("\"other" + std::to_string(i) + "\"", any_value(3)));
  for (std::size_t i = members.size() - 1; i > 0; --i) std::swap(members[i], members[*rc::gen::inRange<std::size_t>(0, i + 1)]);
  any_call made;
  made.body = blanks() + "{";
  for (std::size_t i = 0; i < members.size(); ++i) made.body += (i ? "," : "") + members[i];
  made.body += "}" + blanks();
  made.takes_stream_options = *rc::gen::arbitrary<bool>();
  return made;
}

json::object expected_of(json::object before, bool takes_stream_options) {
  before["model"] = "up/\"1\"";
  const bool streams = before.contains("stream") && before["stream"] == json::value(true);
  if (!takes_stream_options) {
    before.erase("stream_options");
  } else if (streams) {
    if (!before.contains("stream_options") || before["stream_options"].is_null()) before["stream_options"] = json::object{};
    before["stream_options"].as_object()["include_usage"] = true;
  }
  return before;
}

}  // namespace

TEST_CASE("whatever the call, only the model and the usage option change") {
  const bool holds = rc::check([] {
    const any_call any = generate();
    const auto read = read_call(of_chat, any.body);
    RC_ASSERT(read.has_value());
    const quirks of_provider{.takes_stream_options = any.takes_stream_options};
    const provider_request request = write_request(*read, "up/\"1\"", of_provider);

    const json::object before = json::parse(any.body).as_object();
    RC_ASSERT(json::value(json::parse(request.body)) == json::value(expected_of(before, any.takes_stream_options)));
    RC_ASSERT(read_call(of_chat, request.body).has_value());
    RC_ASSERT(request.usage_was_added == (read->stream && any.takes_stream_options && !read->asked_for_usage));

    // Every byte outside the places is the client's: taking the places out of both leaves the same.
    if (!read->stream && any.takes_stream_options) {
      const std::string_view head = std::string_view(any.body).substr(0, read->places.model.offset);
      const std::string_view tail = std::string_view(any.body).substr(read->places.model.end());
      RC_ASSERT(request.body == std::string(head) + json_string("up/\"1\"") + std::string(tail));
    }
  });
  CHECK(holds);
}

#include "adapters/anthropic_messages_chat.hpp"

#include "adapters/anthropic_messages_call.hpp"
#include "adapters/opaque_state.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;

namespace {

result<chat> tried(const std::string& body) {
  auto read = anthropic_messages::read_call(operation::chat_completions, body);
  REQUIRE_MESSAGE(read.has_value(), read.error().sentence);
  return anthropic_messages::read_chat(*read);
}

std::string with(const std::string& more) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hi"}])" + more + "}";
}
std::string saying(const std::string& role, const std::string& content) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":")" + role + R"(","content":)" + content + "}]}";
}

chat read(const std::string& body) {
  auto made = tried(body);
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  return *std::move(made);
}

failure refused(const std::string& body) {
  const auto made = tried(body);
  REQUIRE_FALSE(made.has_value());
  return made.error();
}

}  // namespace

TEST_CASE("the system is one leading message, a part for each block") {
  CHECK(read(with(R"(,"system":"Be brief")")).messages.at(0).from == role::system);
  const auto blocks = read(with(R"(,"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=1;"},
      {"type":"text","text":"a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral","ttl":"1h"}}])"));
  REQUIRE(blocks.messages.size() == 2);
  REQUIRE(blocks.messages[0].parts.size() == 2);
  CHECK(blocks.messages[0].parts[0].text == "a");
  CHECK(blocks.messages[0].parts[1].cached == cache_mark{"1h"});
  CHECK(read(saying("system", "\"late\"")).messages.at(0).from == role::system);
}

TEST_CASE("a turn with results of tools becomes messages of their own and the rest") {
  const auto said = read(saying("user", R"([{"tool_use_id":"a","type":"tool_result","content":"one","is_error":true},
      {"type":"text","text":"so?"},
      {"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"two"},{"type":"tool_reference","tool_name":"look"}]},
      {"type":"tool_result","tool_use_id":"c"}])"));
  REQUIRE(said.messages.size() == 4);
  CHECK(said.messages[0].from == role::tool);
  CHECK(said.messages[0].parts[0].id == "a");
  CHECK(said.messages[0].parts[0].is_error);
  CHECK(said.messages[0].parts[0].content.at(0).text == "one");
  CHECK(said.messages[1].parts[0].content.at(1).text == "look");
  CHECK(said.messages[2].parts[0].content.empty());
  CHECK(said.messages[3].from == role::user);
  CHECK(said.messages[3].parts.at(0).text == "so?");
}

TEST_CASE("a turn with nothing but results leaves no empty message behind") {
  CHECK(read(saying("user", R"([{"type":"tool_result","tool_use_id":"a","content":"one"}])")).messages.size() == 1);
  CHECK(read(saying("user", "[]")).messages.size() == 1);
}

TEST_CASE("an assistant's turn keeps its order") {
  const std::string hidden = R"({"type":"redacted_thinking","data":")" + marked({"openai", "rs_1", "B"}) + "\"}";
  const auto said = read(saying("assistant", R"([{"type":"thinking","thinking":"hm","signature":"SIG"},)" + hidden + R"(,{"type":"text",
      "text":"So"},{"type":"tool_use","id":"t","name":"look","input":{"b": 1, "a": [2]}},{"type":"tool_use","id":"u","name":"look"}])"));
  const auto& parts = said.messages.at(0).parts;
  REQUIRE(parts.size() == 5);
  CHECK(parts[0].text == "hm");
  CHECK(parts[0].state == opaque_state{"", "", "SIG"});
  CHECK(parts[1].state == opaque_state{"openai", "rs_1", "B"});
  CHECK(parts[2].text == "So");
  CHECK(parts[3].text == R"({"b":1,"a":[2]})");
  CHECK(parts[4].text == "{}");
}

TEST_CASE("media are read from every source") {
  const auto of = [](const std::string& type, const std::string& source) {
    return read(saying("user", R"([{"type":")" + type + R"(","title":"T","source":)" + source + "}]")).messages.at(0).parts.at(0);
  };
  CHECK(of("image", R"({"type":"base64","media_type":"image/png","data":"AA=="})").of.base64 == "AA==");
  CHECK(of("image", R"({"type":"url","url":"https://a"})").of.url == "https://a");
  CHECK(of("document", R"({"type":"file","file_id":"f"})").of.file_id == "f");
  const auto text = of("document", R"({"type":"text","media_type":"text/plain","data":"words"})");
  CHECK(text.kind == part_kind::file);
  CHECK(text.of.type == "text/plain");
  CHECK(text.of.base64 == "words");
  CHECK(text.of.name == "T");
  CHECK(refused(saying("user", R"([{"type":"document","source":{"type":"content","content":[]}}])")).kind == failure_kind::not_supported);
}

TEST_CASE("what nobody else has is refused by its place") {
  const failure why = refused(saying("assistant", R"([{"type":"text","text":"a"},{"type":"server_tool_use","id":"s"}])"));
  CHECK(why.kind == failure_kind::not_supported);
  CHECK(why.param == "messages[0].content[1].type");
}

TEST_CASE("wrong forms are told by their place") {
  const auto param = [](const std::string& body) {
    const failure why = refused(body);
    CHECK(why.kind == failure_kind::invalid_request);
    return why.param;
  };
  CHECK(param(saying("robot", "\"a\"")) == "messages[0].role");
  CHECK(param(saying("user", "1")) == "messages[0].content");
  CHECK(param(saying("user", R"([{"type":"text"}])")) == "messages[0].content[0].text");
  CHECK(param(saying("user", R"([{"text":"a"}])")) == "messages[0].content[0].type");
  CHECK(param(saying("assistant", R"([{"type":"tool_use","id":"a","name":"b","input":[]}])")) == "messages[0].content[0].input");
  CHECK(param(with(R"(,"tools":{})")) == "tools");
  CHECK(param(with(R"(,"tools":[{}])")) == "tools[0].name");
  CHECK(param(with(R"(,"tool_choice":{"type":"tool"})")) == "tool_choice");
  CHECK(param(with(R"(,"temperature":"1")")) == "temperature");
  CHECK(param(with(R"(,"stop_sequences":"a")")) == "stop_sequences");
  CHECK(param(with(R"(,"thinking":true)")) == "thinking");
  CHECK(param(with(R"(,"output_config":{"format":{"type":"text"}})")) == "output_config.format");
}

TEST_CASE("tools and their choice are read") {
  const auto said = read(with(R"(,"tools":[{"name":"a","description":"d","input_schema":{"type": "object"},"strict":true,
      "defer_loading":true,
      "cache_control":{"type":"ephemeral"}},{"type":"web_search_20250305","name":"web_search"}],
      "tool_choice":{"type":"tool","name":"web_search","disable_parallel_tool_use":true})"));
  REQUIRE(said.tools.size() == 2);
  CHECK(said.tools[0].schema == R"({"type":"object"})");
  CHECK(said.tools[0].strict == true);
  CHECK(said.tools[0].cached == cache_mark{});
  CHECK(said.tools[1].kind == tool_kind::hosted);
  CHECK(said.tools[1].name == "web_search_20250305");
  CHECK(said.choice.use == tool_use::named);
  CHECK(said.choice.name == "web_search_20250305");
  CHECK(said.choice.parallel == false);
  CHECK(read(with(R"(,"tool_choice":{"type":"any"})")).choice.use == tool_use::required);
  CHECK(read(with(R"(,"tool_choice":{"type":"none"})")).choice.use == tool_use::none);
}

TEST_CASE("wishes for thinking, form and sampling are read") {
  const auto said = read(with(R"(,"thinking":{"type":"enabled","budget_tokens":2048,"display":"summarized"},
      "temperature":0.5,"top_p":1,"top_k":3,
      "stop_sequences":["x"],"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type": "object"}}})"));
  CHECK(said.reasoning == reasoning_wish{.is = reasoning_wish::mode::on, .effort = "high", .budget = 2048, .summary = "auto"});
  CHECK(said.how.temperature == 0.5);
  CHECK(said.how.top_p == 1.0);
  CHECK(said.how.top_k == 3);
  CHECK(said.how.stop == std::vector<std::string>{"x"});
  CHECK(said.format.kind == format_kind::json_schema);
  CHECK(said.format.schema == R"({"type":"object"})");
  CHECK(read(with(R"(,"thinking":{"type":"adaptive"})")).reasoning.is == reasoning_wish::mode::adaptive);
  CHECK(read(with(R"(,"thinking":{"type":"disabled"})")).reasoning.is == reasoning_wish::mode::off);
}

TEST_CASE("what only the dialect knows is named") {
  const auto said = read(with(R"(,"metadata":{"user_id":"me"},"service_tier":"auto","cache_control":{"type":"ephemeral"},"container":null,
      "context_management":{},"speed":"fast")"));
  CHECK(said.user == "me");
  CHECK(said.service_tier == "auto");
  CHECK(said.cached == cache_mark{});
  CHECK(said.foreign == std::vector<std::string>{"context_management", "speed"});
  CHECK(said.max_tokens == 5);
}

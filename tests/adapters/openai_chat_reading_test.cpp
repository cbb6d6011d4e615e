#include "adapters/openai_chat_reading.hpp"

#include "adapters/openai_chat_call.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

namespace {

result<chat> read(const std::string& rest) {
  const auto asked = openai_chat::read_call(operation::chat_completions, R"({"model":"m",)" + rest + "}");
  if (!asked) return asked.error();
  return openai_chat::read_chat(*asked);
}

chat read_well(const std::string& rest) {
  auto made = read(rest);
  REQUIRE_MESSAGE(made.has_value(), (made ? std::string() : made.error().sentence));
  return *std::move(made);
}

const std::string hello = R"("messages":[{"role":"user","content":"hi"}])";

failure refused(const std::string& rest) {
  const auto made = read(rest);
  REQUIRE(made.has_error());
  return made.error();
}

}  // namespace

TEST_CASE("a plain call is one message and nothing else") {
  const chat said = read_well(hello);
  chat wanted;
  wanted.messages = {{.from = role::user, .parts = {{.text = "hi"}}, .name = {}}};
  CHECK(said == wanted);
}

TEST_CASE("null counts as not given") {
  CHECK(read_well(hello + R"(,"temperature":null,"tools":null,"tool_choice":null,"response_format":null,"stop":null,"weird":null)") ==
        read_well(hello));
}

TEST_CASE("an assistant's message is thoughts, text and calls in that order") {
  const chat said = read_well(
      R"("messages":[{"role":"assistant","content":"t","reasoning_content":"why","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":""}},)"
      R"({"id":"c2","type":"custom","custom":{"name":"p","input":"x"}}]},{"role":"tool","tool_call_id":"c2","content":"ok"}])");
  const auto& parts = said.messages.at(0).parts;
  REQUIRE(parts.size() == 4);
  CHECK(parts[0].kind == part_kind::reasoning);
  CHECK_FALSE(parts[0].state);
  CHECK(parts[1].text == "t");
  CHECK(parts[2].kind == part_kind::tool_call);
  CHECK(parts[2].text.empty());
  CHECK(parts[3].is_custom);
  const auto& result = said.messages.at(1).parts.at(0);
  CHECK(result.kind == part_kind::tool_result);
  CHECK(result.is_custom);
  CHECK(result.content.at(0).text == "ok");
}

TEST_CASE("marked state in the details of a thought is known again") {
  const chat said = read_well(
      R"("messages":[{"role":"assistant","content":"t","reasoning_content":"why","reasoning_details":[)"
      R"({"type":"reasoning.text","text":"why","signature":"sallyport.state.1.61.62.sig"},{"type":"reasoning.encrypted","data":"own"}]}])");
  const auto& parts = said.messages.at(0).parts;
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].state == opaque_state{"a", "b", "sig"});
  CHECK(parts[0].text == "why");
  CHECK(parts[1].state == opaque_state{"", "", "own"});
}

TEST_CASE("media are read as what they are") {
  const chat said = read_well(
      R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},)"
      R"({"type":"image_url","image_url":{"url":"https://x/y.png"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},)"
      R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},{"type":"file","file":{"file_id":"file-1"}},)"
      R"({"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}}]}])");
  const auto& parts = said.messages.at(0).parts;
  REQUIRE(parts.size() == 6);
  CHECK(parts[0].of.type == "image/png");
  CHECK(parts[0].of.base64 == "AAAA");
  CHECK(parts[0].of.detail == "low");
  CHECK(parts[1].of.url == "https://x/y.png");
  CHECK(parts[2].of.type == "audio/wav");
  CHECK(parts[3].of.type == "application/pdf");
  CHECK(parts[3].of.name == "a.pdf");
  CHECK(parts[4].of.file_id == "file-1");
  CHECK(parts[5].of.base64 == "hi");
}

TEST_CASE("what a call asks for beside its messages is read field by field") {
  const chat said = read_well(
      hello +
      R"(,"temperature":0.5,"top_p":1,"seed":7,"stop":["a","b"],"logprobs":true,"top_logprobs":3,"logit_bias":{"1":-1},"max_tokens":9,"stream":true)"
      R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}})"
      R"(,"reasoning_effort":"high","verbosity":"low","user":"u","safety_identifier":"s","store":false,"metadata":{"a":"b"},"service_tier":"flex","prompt_cache_key":"k")");
  CHECK(said.how.temperature == 0.5);
  CHECK(said.how.top_p == 1.0);
  CHECK(said.how.seed == 7);
  CHECK(said.how.stop == std::vector<std::string>{"a", "b"});
  CHECK(said.how.logprobs);
  CHECK(said.how.top_logprobs == 3);
  CHECK(said.how.logit_bias == R"({"1":-1})");
  CHECK(said.max_tokens == 9);
  CHECK(said.stream);
  CHECK(said.format.kind == format_kind::json_schema);
  CHECK(said.format.schema == R"({"type":"object"})");
  CHECK(said.format.strict == true);
  CHECK(said.reasoning.effort == "high");
  CHECK(said.user == "s");
  CHECK(said.store == false);
  CHECK(said.metadata == R"({"a":"b"})");
  CHECK(said.foreign.empty());
}

TEST_CASE("tools and their choice are read, those that a provider runs by their type") {
  const chat said = read_well(
      hello +
      R"(,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}},{"type":"custom","custom":{"name":"p","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"x"}}}},)"
      R"({"type":"web_search"}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}},"parallel_tool_calls":false)");
  REQUIRE(said.tools.size() == 3);
  CHECK(said.tools[0].schema == R"({"type":"object"})");
  CHECK(said.tools[1].kind == tool_kind::custom);
  CHECK(said.tools[1].grammar == R"({"type":"grammar","syntax":"lark","definition":"x"})");
  CHECK(said.tools[2].kind == tool_kind::hosted);
  CHECK(said.tools[2].name == "web_search");
  CHECK(said.choice.use == tool_use::required);
  CHECK(said.choice.allowed == std::vector<std::string>{"f"});
  CHECK(said.choice.parallel == false);
  CHECK(read_well(hello + R"(,"tool_choice":{"type":"function","function":{"name":"f"}})").choice.name == "f");
}

TEST_CASE("fields that only this dialect knows are named, fit for a header") {
  CHECK(read_well(hello + R"(,"prediction":{},"a;b\"c":1)").foreign == std::vector<std::string>{"prediction", "a_b_c"});
  std::string many = hello;
  for (int i = 0; i < 100; ++i) many += ",\"x" + std::to_string(i) + "\":1";
  CHECK(read_well(many).foreign.size() == 16);
}

TEST_CASE("what cannot be translated is refused by the field's name") {
  CHECK(refused(R"("messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"video_url"}]}])").param ==
        "messages[0].content[1].type");
  CHECK(refused(R"("messages":[{"role":"user","content":[{"type":"video_url"}]}])").kind == failure_kind::not_supported);
  CHECK(refused(R"("messages":[{"role":"function","content":"a"}])").param == "messages[0].role");
  CHECK(refused(R"("messages":[{"role":"assistant","audio":{"id":"a"}}])").param == "messages[0].audio");
  CHECK(refused(hello + R"(,"functions":[{"name":"f"}])").param == "functions");
  CHECK(refused(hello + R"(,"modalities":["text","audio"])").param == "modalities");
  CHECK(read(hello + R"(,"modalities":["text"])").has_value());
}

TEST_CASE("what has the wrong form is refused as such") {
  for (const char* rest :
       {R"("messages":[{"role":"king","content":"a"}])", R"("messages":["a"])", R"("messages":[{"role":"user","content":7}])",
        R"("messages":[{"role":"tool","content":"a"}])", R"("messages":[{"role":"assistant","tool_calls":[{"id":"a"}]}])"})
    CHECK(refused(rest).kind == failure_kind::invalid_request);
  for (const char* rest : {R"(,"temperature":"hot")", R"(,"stop":{})", R"(,"tools":{})", R"(,"tools":[{}])", R"(,"tool_choice":{})",
                           R"(,"response_format":{})", R"(,"metadata":1)"})
    CHECK(refused(hello + rest).kind == failure_kind::invalid_request);
}

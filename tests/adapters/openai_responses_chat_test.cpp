#include "adapters/openai_responses_chat.hpp"

#include "adapters/opaque_state.hpp"
#include "adapters/openai_responses_call.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;

namespace {

result<chat> tried(const std::string& members) {
  auto asked = openai_responses::read_call(operation::chat_completions, R"({"model":"m",)" + members + "}");
  REQUIRE_MESSAGE(asked.has_value(), asked.error().sentence);
  return openai_responses::read_chat(*asked);
}

chat read(const std::string& members) {
  auto made = tried(members);
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  return *std::move(made);
}

chat read_items(const std::string& items) { return read(R"("input":[)" + items + "]"); }

std::string refused(const std::string& members) {
  const auto made = tried(members);
  REQUIRE(made.has_error());
  return std::string(made.error().name()) + " " + made.error().param;
}

std::string refused_items(const std::string& items) { return refused(R"("input":[)" + items + "]"); }

part text(std::string said) {
  part made;
  made.text = std::move(said);
  return made;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("instructions lead, and a plain input is what a user says") {
  const chat said = read(R"("instructions":"Be brief.","input":"Hello","max_output_tokens":7,"stream":true)");
  REQUIRE(said.messages.size() == 2);
  CHECK(said.messages[0] == message{role::system, {text("Be brief.")}, {}});
  CHECK(said.messages[1] == message{role::user, {text("Hello")}, {}});
  CHECK(said.max_tokens == 7);
  CHECK(said.stream);
  CHECK(said.foreign.empty());
}

TEST_CASE("messages keep their role, their texts and their media") {
  const chat said = read_items(R"({"role":"developer","content":"a"},{"type":"message","role":"user","content":[
    {"type":"input_text","text":"b","prompt_cache_breakpoint":{"mode":"x"}},
    {"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"low"},{"type":"input_image","image_url":"https://a/b.png"},
    {"type":"input_image","file_id":"file-1"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"},
    {"type":"input_file","filename":"a.txt","file_data":"data:text/plain;base64,aGk="},{"type":"input_file","file_url":"https://a/b.pdf"},
    {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]})");
  REQUIRE(said.messages.size() == 2);
  CHECK(said.messages[0].from == role::developer);
  const auto& parts = said.messages[1].parts;
  REQUIRE(parts.size() == 8);
  CHECK(parts[0].cached == cache_mark{});
  CHECK(parts[1].of == media{.url = {}, .base64 = "iVBO", .type = "image/png", .file_id = {}, .name = {}, .detail = "low"});
  CHECK(parts[2].of.url == "https://a/b.png");
  CHECK(parts[3].of.file_id == "file-1");
  CHECK(parts[4].of.base64 == "JVBE");
  CHECK(parts[4].of.name == "a.pdf");
  CHECK(parts[5].of.type == "text/plain");
  CHECK(parts[5].of.base64 == "hi");
  CHECK(parts[6].of.url == "https://a/b.pdf");
  CHECK(parts[7].kind == part_kind::audio);
  CHECK(parts[7].of.type == "audio/wav");
}

TEST_CASE("what an assistant said is one message until somebody else speaks") {
  const chat said = read_items(
      R"({"role":"user","content":"a"},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"x"},
          {"type":"summary_text","text":"y"}],"encrypted_content":"gA"},
      {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]},{"type":"refusal",
          "refusal":"c"}]},
      {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"custom_tool_call","call_id":"c2","name":"g",
          "input":"free"},
      {"type":"function_call_output","call_id":"c1","output":"r"},
      {"type":"custom_tool_call_output","call_id":"c2","output":[{"type":"input_text","text":"s"},{"type":"input_image",
          "image_url":"https://a/b"}]},
      {"role":"assistant","content":"d"})");
  REQUIRE(said.messages.size() == 5);
  const auto& parts = said.messages[1].parts;
  REQUIRE(parts.size() == 5);
  CHECK(parts[0].kind == part_kind::reasoning);
  CHECK(parts[0].text == "x\n\ny");
  CHECK(parts[0].state == opaque_state{"", "rs_1", "gA"});
  CHECK(parts[1].text == "b");
  CHECK(parts[2].kind == part_kind::refusal);
  CHECK(parts[3].id == "c1");
  CHECK(parts[3].text == R"({"a":1})");
  CHECK(parts[4].is_custom);
  CHECK(parts[4].text == "free");
  CHECK(said.messages[2].from == role::tool);
  CHECK(said.messages[2].parts[0].content == std::vector<part>{text("r")});
  CHECK(said.messages[3].parts[0].is_custom);
  CHECK(said.messages[3].parts[0].content.size() == 2);
  CHECK(said.messages[4] == message{role::assistant, {text("d")}, {}});
}

TEST_CASE("reasoning of another provider comes back with its origin") {
  const chat said = read_items(R"({"type":"reasoning","id":"rs_9","summary":[],"encrypted_content":")" + marked({"there", "i", "b"}) +
      "\"}");
  CHECK(said.messages[0].parts[0].state == opaque_state{"there", "i", "b"});
  const chat told = read_items(R"({"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"t"}],
      "encrypted_content":null})");
  CHECK(told.messages[0].parts[0].text == "t");
  CHECK_FALSE(told.messages[0].parts[0].state);
}

TEST_CASE("tools of all kinds, and which of them is wanted") {
  const chat said = read(R"("input":"a","tools":[
    {"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true},{"type":"custom","name":"g",
        "description":"e"},
    {"type":"custom","name":"h","format":{"type":"grammar","syntax":"lark","definition":"start: \"a\""}},{"type":"web_search"},
        {"type":"namespace","name":"n","tools":[{"type":"function","name":"f","description":"of n"}]}],
    "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"},{"type":"web_search"}]},
        "parallel_tool_calls":false)");
  REQUIRE(said.tools.size() == 5);
  CHECK(said.tools[0] == tool{tool_kind::function, "f", "d", R"({"type":"object"})", {}, true, {}});
  CHECK(said.tools[1] == tool{tool_kind::custom, "g", "e", {}, {}, {}, {}});
  CHECK(said.tools[2].grammar.find("lark") != std::string::npos);
  CHECK(said.tools[3] == tool{tool_kind::hosted, "web_search", {}, {}, {}, {}, {}});
  CHECK(said.tools[4] == tool{tool_kind::function, "n__f", "of n", {}, {}, {}, {}});
  CHECK(said.choice == tool_choice{tool_use::required, {}, {"f", "web_search"}, false});
  const auto choice = [](const std::string& json) { return read(R"("input":"a","tool_choice":)" + json).choice; };
  CHECK(choice("\"auto\"").use == tool_use::automatic);
  CHECK(choice("\"none\"").use == tool_use::none);
  CHECK(choice("\"required\"").use == tool_use::required);
  CHECK(choice(R"({"type":"function","name":"f"})") == tool_choice{tool_use::named, "f", {}, {}});
  CHECK(choice(R"({"type":"custom","name":"g"})").name == "g");
  CHECK(choice(R"({"type":"web_search"})").name == "web_search");
}

TEST_CASE("form, thinking and sampling are read") {
  const chat said = read(R"("input":"a","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},
      "verbosity":"low"},
    "reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content","message.output_text.logprobs"],
        "top_logprobs":3,
    "temperature":0.5,"top_p":0.25,"metadata":{"a":"b"},"safety_identifier":"u","prompt_cache_key":"k","service_tier":"flex",
        "store":false,
    "truncation":"disabled","stream_options":{"include_obfuscation":false})");
  CHECK(said.format == output_format{format_kind::json_schema, "n", {}, R"({"type":"object"})", true});
  CHECK(said.verbosity == "low");
  CHECK(said.reasoning == reasoning_wish{reasoning_wish::mode::unset, "high", {}, "auto"});
  CHECK(read(R"("input":"a","reasoning":{"effort":"none"})").reasoning.is == reasoning_wish::mode::off);
  CHECK(said.how.logprobs);
  CHECK(said.how.top_logprobs == 3);
  CHECK(said.how.temperature == 0.5);
  CHECK(said.how.top_p == 0.25);
  CHECK(said.metadata == R"({"a":"b"})");
  CHECK(said.user == "u");
  CHECK(said.prompt_cache_key == "k");
  CHECK(said.service_tier == "flex");
  CHECK(said.store == false);
  CHECK(said.foreign.empty());
  CHECK(read(R"("input":"a","text":{"format":{"type":"json_object"}})").format.kind == format_kind::json_object);
}

TEST_CASE("what has no place is told by its name, once, and fit for a header") {
  const chat said = read(R"("input":[{"type":"web_search_call","id":"ws"},{"type":"web_search_call","id":"ws"},{"role":"user",
      "content":"a"}],
    "client_metadata":{"a":"b"},"max_tool_calls":3,"prompt_cache_retention":null,"truncation":"auto",
        "include":["file_search_call.results"],
    "reasoning":{"context":"all_turns"},"odd; \"name\"":1)");
  CHECK(said.foreign == names{"input.web_search_call", "reasoning.context", "include", "client_metadata", "max_tool_calls",
      "odd___name_", "truncation"});
  CHECK(said.messages.size() == 1);
}

TEST_CASE("of very many names that have no place the first are told") {
  std::string items = R"({"role":"user","content":"a"})";
  for (int i = 0; i < 1000; ++i) items += R"(,{"type":"tool)" + std::to_string(i) + R"(_call"})";
  CHECK(read_items(items).foreign.size() == 64);
}

TEST_CASE("what another provider keeps, and what only this dialect knows, is refused by its field") {
  CHECK(refused(R"("previous_response_id":"resp_1")") == "not_supported previous_response_id");
  CHECK(refused(R"("input":"a","conversation":"conv_1")") == "not_supported conversation");
  CHECK(refused(R"("prompt":{"id":"p"})") == "not_supported prompt");
  CHECK(refused(R"("input":"a","background":true)") == "not_supported background");
  CHECK(read(R"("input":"a","background":false)").messages.size() == 1);
  CHECK(refused_items(R"({"type":"item_reference","id":"msg_1"})") == "not_supported input[0]");
  CHECK(refused_items(R"({"id":"msg_1"})") == "not_supported input[0]");
  CHECK(refused_items(R"({"role":"user","content":"a"},{"type":"compaction","encrypted_content":"x"})") == "not_supported input[1].type");
  CHECK(refused_items(R"({"role":"user","content":[{"type":"hologram"}]})") == "not_supported input[0].content[0].type");
  CHECK(refused(R"("input":"a","text":{"format":{"type":"grammar"}})") == "not_supported text.format.type");
}

TEST_CASE("a field of the wrong form is refused by its name") {
  CHECK(refused_items("7") == "invalid_request input[0]");
  CHECK(refused_items(R"({"role":"tool","content":"a"})") == "invalid_request input[0].role");
  CHECK(refused_items(R"({"role":"user","content":7})") == "invalid_request input[0].content");
  CHECK(refused_items(R"({"role":"user","content":[{"type":"input_text"}]})") == "invalid_request input[0].content[0].text");
  CHECK(refused_items(R"({"role":"user","content":[{"type":"input_image"}]})") == "invalid_request input[0].content[0]");
  CHECK(refused_items(R"({"type":"function_call","call_id":"c","name":"f"})") == "invalid_request input[0].arguments");
  CHECK(refused_items(R"({"type":"function_call_output","call_id":"c"})") == "invalid_request input[0].output");
  CHECK(refused(R"("input":"a","instructions":7)") == "invalid_request instructions");
  CHECK(refused(R"("input":"a","tools":[{"type":"function"}])") == "invalid_request tools[0].name");
  CHECK(refused(R"("input":"a","tools":[{"name":"f"}])") == "invalid_request tools[0].type");
  CHECK(refused(R"("input":"a","tool_choice":"maybe")") == "invalid_request tool_choice");
  CHECK(refused(R"("input":"a","temperature":"hot")") == "invalid_request temperature");
  CHECK(refused(R"("input":"a","text":{"format":{"type":"json_schema","name":"n"}})") == "invalid_request text.format.schema");
  CHECK(refused(R"("input":"a","reasoning":"much")") == "invalid_request reasoning");
  CHECK(refused(R"("input":"a","store":"no")") == "invalid_request store");
}

TEST_CASE("a tool of a namespace has one name outside of it, in its definition and in its calls") {
  const std::string far(60, 'x');
  const chat said = read(R"("tools":[{"type":"namespace","name":"house","tools":[{"type":"function","name":"look"},{"type":"function","name":")" + far +
                         R"("}]}],"input":[{"role":"user","content":"a"},
      {"type":"function_call","call_id":"c1","name":"look","namespace":"house","arguments":"{}"},
      {"type":"function_call","call_id":"c2","name":")" + far + R"(","namespace":"house","arguments":"{}"}])");
  REQUIRE(said.tools.size() == 2);
  REQUIRE(said.messages.size() == 2);
  CHECK(said.tools[0].name == "house__look");
  CHECK(said.tools[1].name.size() <= 64);
  CHECK(said.messages[1].parts[0].name == said.tools[0].name);
  CHECK(said.messages[1].parts[1].name == said.tools[1].name);
}

TEST_CASE("a call as a coding agent sends it is read whole") {
  const chat said = read(R"("stream":true,"store":false,"tool_choice":"auto","parallel_tool_calls":true,"reasoning":{"summary":"auto"},
    "include":["reasoning.encrypted_content"],"prompt_cache_key":"k","client_metadata":{"a":"b"},
    "tools":[{"type":"function","name":"exec_command","description":"d","strict":false,"parameters":{"type":"object"}},
      {"type":"namespace","name":"multi_agent_v1","description":"d","tools":[{"type":"function","name":"spawn_agent"}]},
      {"type":"web_search","external_web_access":true}],
    "input":[{"type":"message","id":"msg_1","role":"developer","content":[{"type":"input_text","text":"a"}]},
      {"type":"message","id":"msg_2","role":"user","content":[{"type":"input_text","text":"b"}]},
      {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"c"}],"content":null,"encrypted_content":null},
      {"type":"function_call","status":"completed","id":"fc_1","name":"spawn_agent","namespace":"multi_agent_v1","arguments":"{}",
          "call_id":"c1"},
      {"type":"function_call_output","id":"fco_1","call_id":"c1","output":[{"type":"input_image",
          "image_url":"data:image/png;base64,iVBO","detail":"original"}]}])");
  CHECK(said.messages.size() == 4);
  CHECK(said.messages[3].parts[0].content[0].of.detail == "high");
  CHECK(said.tools.size() == 3);
  CHECK(said.tools[1].name == "multi_agent_v1__spawn_agent");
  CHECK(said.foreign == names{"client_metadata"});
}

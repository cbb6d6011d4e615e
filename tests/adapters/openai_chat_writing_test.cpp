#include "adapters/openai_chat_writing.hpp"

#include "adapters/opaque_state.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sallyport;

namespace {

const quirks plain;
const quirks of_openai{.takes_max_completion_tokens = true, .takes_developer_role = true};

result<provider_request> write(const chat& said, const quirks& of_provider = plain) {
  return openai_chat::write_chat(said, {.model = "up", .of_provider = of_provider, .origin = "here"});
}

provider_request well(const chat& said, const quirks& of_provider = plain) {
  auto made = write(said, of_provider);
  REQUIRE_MESSAGE(made.has_value(), (made ? std::string() : made.error().sentence));
  return *std::move(made);
}

std::string body(const chat& said, const quirks& of_provider = plain) { return well(said, of_provider).body; }

bool holds(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

bool warns(const provider_request& made, severity how, std::string_view field) {
  return std::any_of(made.warnings.begin(), made.warnings.end(), [&](const warning& one) { return one.how == how && one.field == field; });
}

part text(std::string words) {
  part made;
  made.text = std::move(words);
  return made;
}

part thought(std::string words, std::string origin) {
  part made = text(std::move(words));
  made.kind = part_kind::reasoning;
  made.state = opaque_state{.origin = std::move(origin), .id = {}, .bytes = "sig"};
  return made;
}

part tool_call(std::string id, std::string name, std::string arguments, bool is_custom = false) {
  part made = text(std::move(arguments));
  made.kind = part_kind::tool_call;
  made.id = std::move(id);
  made.name = std::move(name);
  made.is_custom = is_custom;
  return made;
}

part tool_result(std::string id, std::vector<part> content) {
  part made;
  made.kind = part_kind::tool_result;
  made.id = std::move(id);
  made.content = std::move(content);
  return made;
}

part held(part_kind kind, std::string type, std::string bytes, std::string name = {}) {
  part made;
  made.kind = kind;
  made.of.type = std::move(type);
  made.of.base64 = std::move(bytes);
  made.of.name = std::move(name);
  return made;
}

chat saying(std::vector<message> messages) {
  chat made;
  made.messages = std::move(messages);
  return made;
}

message from(role who, std::vector<part> parts) { return {.from = who, .parts = std::move(parts), .name = {}}; }

}  // namespace

TEST_CASE("a chat becomes a request without anything that it does not say") {
  const auto made = well(saying({from(role::system, {text("be brief")}), from(role::user, {text("hi")})}));
  CHECK(made.path == "/chat/completions");
  CHECK(made.body == R"({"model":"up","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}]})");
  CHECK(made.warnings.empty());
  CHECK_FALSE(made.usage_was_added);
}

TEST_CASE("texts that follow each other are one string, for many providers take nothing else") {
  CHECK(holds(body(saying({from(role::user, {text("a"), text("b")})})), R"("content":"a\n\nb")"));
  CHECK(holds(body(saying({from(role::user, {text("a"), held(part_kind::image, "image/png", "AAAA")})})),
              R"("content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}])"));
}

TEST_CASE("a developer is one only where the provider knows the role") {
  const chat said = saying({from(role::developer, {text("a")})});
  CHECK(holds(body(said), R"("role":"system")"));
  CHECK(holds(body(said, of_openai), R"("role":"developer")"));
}

TEST_CASE("the limit stands under the name that the provider knows") {
  chat said;
  said.max_tokens = 5;
  CHECK(holds(body(said), R"("max_tokens":5)"));
  CHECK(holds(body(said, of_openai), R"("max_completion_tokens":5)"));
}

TEST_CASE("a stream asks for its usage where the provider can be asked") {
  chat said;
  said.stream = true;
  CHECK(holds(body(said), R"("stream":true,"stream_options":{"include_usage":true})"));
  CHECK_FALSE(holds(body(said, {.takes_stream_options = false}), "stream_options"));
}

TEST_CASE("a budget of thoughts is told as a word, and no thoughts where there is one for it") {
  chat said;
  const auto effort = [&](std::int64_t budget) {
    said.reasoning.budget = budget;
    return body(said);
  };
  CHECK(holds(effort(2048), R"("reasoning_effort":"low")"));
  CHECK(holds(effort(8192), R"("reasoning_effort":"medium")"));
  CHECK(holds(effort(8193), R"("reasoning_effort":"high")"));
  said.reasoning = {.is = reasoning_wish::mode::off};
  CHECK(holds(body(said, of_openai), R"("reasoning_effort":"none")"));
  CHECK(warns(well(said), severity::info, "reasoning"));
}

TEST_CASE("a schema without a name gets one") {
  chat said;
  said.format = {.kind = format_kind::json_schema, .schema = R"({"type":"object"})"};
  CHECK(holds(body(said), R"("response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}})"));
}

TEST_CASE("thoughts go back to their maker and to nobody else") {
  const chat said = saying({from(role::assistant, {thought("own", "here"), thought("other", "there"), text("t")})});
  const auto made = well(said, {.reasoning_member = "reasoning_content"});
  CHECK(holds(made.body, R"("reasoning_content":"own","content":"t")"));
  CHECK_FALSE(holds(made.body, "other"));
  CHECK(warns(made, severity::info, "messages.reasoning"));
  const chat own = saying({from(role::assistant, {thought("own", "here"), text("t")})});
  CHECK(well(own).warnings.empty());
  CHECK_FALSE(holds(well(own).body, "own"));
  CHECK(holds(body(own, {.reasoning_member = "reasoning_details"}),
              R"("reasoning_details":[{"type":"reasoning.text","text":"own","signature":"sig"}])"));
}

TEST_CASE("an answer that was nothing but thoughts is left out") {
  const auto made =
      well(saying({from(role::user, {text("a")}), from(role::assistant, {thought("other", "there")}), from(role::user, {text("b")})}));
  CHECK_FALSE(holds(made.body, "assistant"));
  CHECK(warns(made, severity::info, "messages.reasoning"));
}

TEST_CASE("tool calls and their results keep together, under ids that the provider takes") {
  const chat said =
      saying({from(role::assistant, {tool_call("toolu_1", "f", "")}), from(role::tool, {tool_result("toolu_1", {text("a"), text("b")})})});
  CHECK(holds(
      body(said),
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"toolu_1","content":"a\n\nb"})"));
  const std::string short_ones = body(said, {.tool_id_length = 9});
  const auto at = short_ones.find(R"("id":")") + 6;
  const std::string id = short_ones.substr(at, 9);
  CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
  CHECK(holds(short_ones, R"("tool_call_id":")" + id + "\""));
  CHECK(short_ones == body(said, {.tool_id_length = 9}));
  const std::string long_id(41, 'x');
  CHECK_FALSE(holds(body(saying({from(role::tool, {tool_result(long_id, {})})})), long_id));
}

TEST_CASE("images of tool results go in a message of the user behind all of the results") {
  const auto made = well(saying({from(role::tool, {tool_result("c1", {text("a"), held(part_kind::image, "image/png", "AAAA")})}),
                                 from(role::tool, {tool_result("c2", {text("b")})}), from(role::user, {text("go on")})}));
  CHECK(holds(
      made.body,
      R"({"role":"tool","tool_call_id":"c1","content":"a"},{"role":"tool","tool_call_id":"c2","content":"b"},{"role":"user","content":[)"
      R"({"type":"text","text":"Of the result of the tool call c1:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},)"
      R"({"role":"user","content":"go on"})"));
  CHECK(warns(made, severity::info, "messages.tool_result.image"));
}

TEST_CASE("an answer stands between a tool's result and a user where the provider wants one") {
  const quirks own{.wants_answer_after_tool = true};
  const chat said = saying({from(role::tool, {tool_result("c1", {text("a")})}), from(role::tool, {tool_result("c2", {text("b")})}),
                            from(role::user, {text("go on")}), from(role::user, {text("now")})});
  CHECK(holds(
      body(said, own),
      R"("content":"b"},{"role":"assistant","content":"I see."},{"role":"user","content":"go on"},{"role":"user","content":"now"}])"));
  CHECK(warns(well(said, own), severity::info, "messages.tool_result"));
  CHECK_FALSE(holds(body(said), "I see."));
  const chat answered =
      saying({from(role::tool, {tool_result("c1", {text("a")})}), from(role::assistant, {text("b")}), from(role::user, {text("c")})});
  CHECK_FALSE(holds(body(answered, own), "I see."));
}

TEST_CASE("a tool that takes text is one where OpenAI is asked, else a function that takes its text as input") {
  chat said = saying({from(role::assistant, {tool_call("c1", "p", "x", true)})});
  said.tools = {{.kind = tool_kind::custom, .name = "p"}};
  said.choice = {.use = tool_use::named, .name = "p"};
  const auto made = well(said);
  CHECK(holds(made.body, R"("function":{"name":"p","arguments":"{\"input\":\"x\"}"})"));
  CHECK(holds(made.body, R"("tools":[{"type":"function","function":{"name":"p","parameters":{"type":"object","properties":{"input")"));
  CHECK(holds(made.body, R"("tool_choice":{"type":"function","function":{"name":"p"}})"));
  CHECK(warns(made, severity::warn, "tools.custom"));
  const auto native = well(said, of_openai);
  CHECK(holds(native.body, R"("custom":{"name":"p","input":"x"})"));
  CHECK(holds(native.body, R"("tool_choice":{"type":"custom","custom":{"name":"p"}})"));
  CHECK(native.warnings.empty());
}

TEST_CASE("a grammar stands one object deeper than in Responses") {
  chat said;
  said.tools = {{.kind = tool_kind::custom, .name = "p", .grammar = R"({"type":"grammar","syntax":"lark","definition":"x"})"}};
  CHECK(holds(body(said, of_openai), R"("custom":{"name":"p","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"x"}}})"));
}

TEST_CASE("tools that another provider runs are left out, unless they are what the call is for") {
  chat said;
  said.tools = {{.kind = tool_kind::hosted, .name = "web_search"}, {.name = "f", .schema = R"({"type":"object"})"}};
  said.choice = {.use = tool_use::automatic, .parallel = false};
  const auto made = well(said);
  CHECK(holds(
      made.body,
      R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"auto","parallel_tool_calls":false)"));
  CHECK(warns(made, severity::warn, "tools.web_search"));
  said.choice = {.use = tool_use::named, .name = "web_search"};
  CHECK(write(said).error().param == "tools.web_search");
  said.tools.pop_back();
  said.choice = {.use = tool_use::automatic};
  CHECK_FALSE(holds(well(said).body, "tool"));
}

TEST_CASE("of allowed tools the others are left out, where the provider has no word for it") {
  chat said;
  said.tools = {{.name = "f"}, {.name = "g"}};
  said.choice = {.use = tool_use::required, .allowed = {"g"}};
  CHECK(holds(body(said), R"("tools":[{"type":"function","function":{"name":"g"}}],"tool_choice":"required")"));
  CHECK(holds(
      body(said, of_openai),
      R"("tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"g"}}]}})"));
}

TEST_CASE("files go as what the dialect has for them") {
  CHECK(holds(body(saying({from(role::user, {held(part_kind::file, "application/pdf", "JVBE", "a.pdf")})})),
              R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}})"));
  CHECK(holds(body(saying({from(role::user, {held(part_kind::file, "text/plain", "hi")})})), R"("content":"hi")"));
  part linked;
  linked.kind = part_kind::file;
  linked.of.url = "https://x/y.pdf";
  CHECK(write(saying({from(role::user, {linked})})).error().param == "messages.content.file");
}

TEST_CASE("what only OpenAI knows is not sent to others") {
  chat said;
  said.user = "u";
  said.verbosity = "low";
  said.service_tier = "standard_only";
  said.prompt_cache_key = "k";
  said.metadata = R"({"a":"b"})";
  CHECK(
      holds(body(said, of_openai), R"("user":"u","verbosity":"low","service_tier":"default","prompt_cache_key":"k","metadata":{"a":"b"})"));
  const auto made = well(said);
  CHECK(made.body == R"({"model":"up","messages":[]})");
  for (const char* name : {"user", "service_tier", "prompt_cache_key", "metadata"}) CHECK(warns(made, severity::info, name));
  CHECK(warns(made, severity::warn, "verbosity"));
  said.user = std::string(65, 'x');
  CHECK(warns(well(said, of_openai), severity::info, "user"));
}

TEST_CASE("an answer that is gone on with says so in the provider's way") {
  chat said = saying({from(role::user, {text("a")}), from(role::assistant, {text("b")})});
  said.goes_on = continuation::prefix;
  CHECK(holds(body(said), R"({"role":"assistant","content":"b","prefix":true}])"));
  said.goes_on = continuation::continue_final_message;
  CHECK(holds(body(said), R"("continue_final_message":true,"add_generation_prompt":false)"));
  said.goes_on = continuation::prefill;
  CHECK(body(said) == R"({"model":"up","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})");
}

TEST_CASE("what is left out is said, once a field") {
  chat said;
  said.how.top_k = 5;
  said.foreign = {"inference_geo", "inference_geo"};
  part marked = text("a");
  marked.cached = cache_mark{};
  said.messages = {from(role::user, {marked}), from(role::user, {marked})};
  const auto made = well(said);
  CHECK(warns(made, severity::warn, "top_k"));
  CHECK(warns(made, severity::warn, "inference_geo"));
  CHECK(warns(made, severity::info, "cache_control"));
  CHECK(made.warnings.size() == 3);
}

TEST_CASE("more than one answer cannot be asked for") {
  chat said;
  said.how.choices = 2;
  CHECK(write(said).error().param == "n");
}

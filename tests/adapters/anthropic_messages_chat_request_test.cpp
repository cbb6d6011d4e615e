#include "adapters/anthropic_messages_chat_request.hpp"

#include "adapters/anthropic_messages_reply.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace sallyport;
using anthropic_messages::write_chat;

namespace {

namespace json = boost::json;
using mode = reasoning_wish::mode;

constexpr std::string_view of_4_5 = "claude-sonnet-4-5", of_4_6 = "claude-opus-4-6", of_5 = "claude-opus-5",
                           of_3 = "claude-3-5-haiku-latest", of_fable = "claude-fable-5", of_others = "gpt-oss:20b";

const quirks none;

result<provider_request> tried(const chat& said, std::string_view model = of_4_5) { return write_chat(said, {model, none, "here"}); }

provider_request made(const chat& said, std::string_view model = of_4_5) {
  auto one = tried(said, model);
  REQUIRE_MESSAGE(one.has_value(), one.error().sentence);
  return *std::move(one);
}

json::object body(const chat& said, std::string_view model = of_4_5) { return json::parse(made(said, model).body).as_object(); }

std::string warned(const chat& said, std::string_view field, std::string_view model = of_4_5) {
  std::string found;
  for (const warning& one : made(said, model).warnings)
    if (one.field == field) found += name_of(one.how);
  return found;
}

std::string refused(const chat& said, std::string_view model = of_4_5) {
  const auto one = tried(said, model);
  REQUIRE_FALSE(one.has_value());
  CHECK(one.error().kind == failure_kind::not_supported);
  return one.error().param;
}

json::value parsed(const char* text) { return json::parse(text); }

part text(std::string words) {
  part one;
  one.text = std::move(words);
  return one;
}

part of_kind(part_kind kind, std::string words = {}) {
  part one = text(std::move(words));
  one.kind = kind;
  return one;
}

part tool_call(std::string id, std::string arguments = "{}", std::string name = "look") {
  part one = of_kind(part_kind::tool_call, std::move(arguments));
  one.id = std::move(id);
  one.name = std::move(name);
  return one;
}

message from(role who, std::vector<part> parts) { return {who, std::move(parts), {}}; }

message tool_result(std::string id, std::string words) {
  part one = of_kind(part_kind::tool_result);
  one.id = std::move(id);
  one.content = {text(std::move(words))};
  return from(role::tool, {one});
}

tool function(std::string name) {
  tool one;
  one.name = std::move(name);
  return one;
}

chat hello() {
  chat said;
  said.messages = {from(role::user, {text("Hello")})};
  return said;
}

chat thinking(std::string effort) {
  chat said = hello();
  said.reasoning.effort = std::move(effort);
  return said;
}

part thought(std::string origin, std::string bytes, std::string words = "hm") {
  part one = of_kind(part_kind::reasoning, std::move(words));
  one.state = opaque_state{std::move(origin), {}, std::move(bytes)};
  return one;
}

/// A tool was called and has answered.
chat after_a_tool(std::vector<part> asked) {
  chat said = hello();
  said.tools = {function("look")};
  said.messages.push_back(from(role::assistant, std::move(asked)));
  said.messages.push_back(tool_result("a", "found"));
  return said;
}

}  // namespace

TEST_CASE("each golden call that is written anew becomes its golden request, byte for byte") {
  const auto golden = tests::source_dir() / "tests" / "golden" / "anthropic_messages";
  const dialect& spoken = dialect_of(dialect_id::anthropic_messages);
  std::size_t compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(golden)) {
    const std::string name = file.path().filename().string(), ending = ".call.json";
    if (!name.ends_with(ending)) continue;
    CAPTURE(name);
    const auto read = spoken.read_call(operation::chat_completions, tests::whole_file(file.path()));
    REQUIRE(read.has_value());
    const auto whole = spoken.read_chat(*read);
    REQUIRE(whole.has_value());
    std::string written = made(*whole).body + "\n";
    for (const warning& one : made(*whole).warnings) written += sallyport::written(one) + "\n";
    CHECK(written == tests::whole_file(golden / (name.substr(0, name.size() - ending.size()) + ".request.txt")));
    ++compared;
  }
  CHECK(compared >= 5);
}

TEST_CASE("a small chat is a small request") {
  const auto request = made(hello());
  CHECK(request.path == "/messages");
  CHECK(request.headers.get("anthropic-version") == "2023-06-01");
  CHECK(request.warnings.empty());
  CHECK(request.body == R"({"model":"claude-sonnet-4-5","max_tokens":64000,)"
                        R"("messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}]})");
}

TEST_CASE("an answer without a limit has the model's own") {
  CHECK(body(hello(), of_3).at("max_tokens") == 8'192);
  CHECK(body(hello(), "us.anthropic.claude-opus-4-1-20250805-v1:0").at("max_tokens") == 32'000);
  CHECK(body(hello(), "claude-opus-4-20250514").at("max_tokens") == 32'000);
  CHECK(body(hello(), of_others).at("max_tokens") == 8'192);
  chat said = hello();
  said.max_tokens = 7;
  CHECK(body(said).at("max_tokens") == 7);
}

TEST_CASE("instructions before the conversation are its system, later ones a user's words") {
  chat said = hello();
  said.messages.insert(said.messages.begin(), {from(role::system, {text("Be"), text("")}), from(role::developer, {text("brief")})});
  said.messages.push_back(from(role::system, {text("And kind")}));
  CHECK(body(said).at("system") == parsed(R"([{"type":"text","text":"Be"},{"type":"text","text":"brief"}])"));
  CHECK(body(said).at("messages") ==
        parsed(R"([{"role":"user","content":[{"type":"text","text":"Hello"},{"type":"text","text":"And kind"}]}])"));
  CHECK(warned(said, "messages.role") == "warn");
}

TEST_CASE("the first turn is a user's") {
  chat said;
  said.messages = {from(role::assistant, {text("Hi")}), from(role::user, {text("a")}), from(role::user, {text("b")})};
  CHECK(body(said).at("messages").as_array().size() == 3);
  CHECK(warned(said, "messages") == "warn");
  chat instructions;
  instructions.messages = {from(role::system, {text("Write")})};
  CHECK(body(instructions).at("messages").at(0).at("content").at(0).at("text") == "Write");
  CHECK_FALSE(body(instructions).contains("system"));
}

TEST_CASE("results of tools stand first in one turn") {
  chat said = hello();
  said.tools = {function("look")};
  said.messages.push_back(from(role::assistant, {tool_call("a.1", R"({"x":1})"), tool_call("b", "")}));
  said.messages.push_back(tool_result("a.1", "one"));
  said.messages.push_back(from(role::user, {text("well?")}));
  said.messages.push_back(tool_result("b", ""));
  const auto all = body(said).at("messages").as_array();
  CHECK(all.at(1).at("content") == parsed(R"([{"type":"tool_use","id":"a_2e1","name":"look","input":{"x":1}},
                                             {"type":"tool_use","id":"b","name":"look","input":{}}])"));
  CHECK(all.at(2).at("content") == parsed(R"([{"type":"tool_result","tool_use_id":"a_2e1","content":"one"},
                                             {"type":"tool_result","tool_use_id":"b","content":""},{"type":"text","text":"well?"}])"));
}

TEST_CASE("media go as the dialect has them, or not at all") {
  const auto with = [](part_kind kind, media of) {
    chat said = hello();
    part one = of_kind(kind);
    one.of = std::move(of);
    said.messages[0].parts = {one};
    return said;
  };
  const auto block = [&](part_kind kind, media of) { return body(with(kind, std::move(of))).at("messages").at(0).at("content").at(0); };
  CHECK(block(part_kind::image, {.url = "https://a/b.png"}) ==
        parsed(R"({"type":"image","source":{"type":"url","url":"https://a/b.png"}})"));
  const auto inline_png = parsed(R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}})");
  CHECK(block(part_kind::image, {.base64 = "AA==", .type = "image/png"}) == inline_png);
  CHECK(block(part_kind::image, {.url = "data:image/png;base64,AA=="}) == inline_png);
  CHECK(block(part_kind::file, {.base64 = "JVBERi0", .name = "a.pdf"}) ==
        parsed(R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0"},"title":"a.pdf"})"));
  CHECK(block(part_kind::file, {.base64 = "words", .type = "text/plain"}).at("source").at("type") == "text");
  CHECK(refused(with(part_kind::file, {.base64 = "AA==", .type = "application/zip"})) == "messages[0].content[0]");
  CHECK(refused(with(part_kind::file, {.file_id = "file_1"})) == "messages[0].content[0]");
  CHECK(refused(with(part_kind::audio, {.base64 = "AA=="})) == "messages[0].content[0]");
}

TEST_CASE("only the provider's own thoughts go back to it") {
  chat said = hello();
  part hidden = thought("here", "DATA", "");
  hidden.state->id = anthropic_messages::redacted_state;
  said.messages.push_back(from(role::assistant, {thought("here", "SIG"), hidden, thought("there", "X"), thought("here", ""), text("Hi")}));
  said.messages.push_back(from(role::user, {text("?")}));
  CHECK(body(said).at("messages").at(1).at("content") == parsed(R"([{"type":"thinking","thinking":"hm","signature":"SIG"},
      {"type":"redacted_thinking","data":"DATA"},{"type":"text","text":"Hi"}])"));
  CHECK(warned(said, "messages.reasoning") == "info");
  CHECK(body(said, of_others).at("messages").at(1).at("content").as_array().size() == 4);
}

TEST_CASE("arguments and names that the dialect does not take are refused by their place") {
  CHECK(refused(after_a_tool({tool_call("a", "[1]")})) == "messages[1].content[0].arguments");
  CHECK(refused(after_a_tool({tool_call("a", "{}", "a.b")})) == "messages[1].content[0].name");
  chat said = hello();
  said.tools = {function("a.b")};
  CHECK(refused(said) == "tools[0].name");
  said = hello();
  said.how.choices = 2;
  CHECK(refused(said) == "n");
}

TEST_CASE("tools are offered with the schema that the dialect wants") {
  chat said = hello();
  said.tools = {function("plain"), function("typeless"), function("free"), function("web_search")};
  said.tools[1].schema = R"({"properties":{"a":{}}})";
  said.tools[1].strict = true;
  said.tools[2].kind = tool_kind::custom;
  said.tools[3].kind = tool_kind::hosted;
  CHECK(body(said).at("tools") == parsed(R"([{"name":"plain","input_schema":{"type":"object","properties":{}}},
      {"name":"typeless","input_schema":{"type":"object","properties":{"a":{}}},"strict":true},
      {"name":"free","input_schema":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}}])"));
  CHECK(warned(said, "tools.custom") == "warn");
  CHECK(warned(said, "tools.web_search") == "warn");
  said.choice = {.use = tool_use::named, .name = "web_search"};
  CHECK(refused(said) == "tool_choice");
}

TEST_CASE("the choice of tools is said in the dialect's words") {
  chat said = hello();
  said.tools = {function("a"), function("b")};
  const auto choice = [&](tool_choice one) {
    said.choice = std::move(one);
    const auto written = body(said);
    return written.contains("tool_choice") ? json::serialize(written.at("tool_choice")) : std::string();
  };
  CHECK(choice({}).empty());
  CHECK(choice({.parallel = false}) == R"({"type":"auto","disable_parallel_tool_use":true})");
  CHECK(choice({.use = tool_use::automatic}) == R"({"type":"auto"})");
  CHECK(choice({.use = tool_use::none, .parallel = false}) == R"({"type":"none"})");
  CHECK(choice({.use = tool_use::required}) == R"({"type":"any"})");
  CHECK(choice({.use = tool_use::named, .name = "b"}) == R"({"type":"tool","name":"b"})");
  said.choice = {.use = tool_use::required, .allowed = {"b"}};
  CHECK(body(said).at("tools").as_array().size() == 1);
  said.choice = {.use = tool_use::named, .name = "c"};
  CHECK(refused(said) == "tool_choice");
  said.choice = {.use = tool_use::required};
  CHECK(body(said, of_fable).at("tool_choice").at("type") == "auto");
  CHECK(warned(said, "tool_choice", of_fable) == "warn");
}

TEST_CASE("tools that are only spoken of are named, and not to be called") {
  chat said = after_a_tool({tool_call("a")});
  said.tools.clear();
  CHECK(body(said).at("tools").at(0).at("name") == "look");
  CHECK(body(said).at("tool_choice").at("type") == "none");
}

TEST_CASE("a wish to think becomes what the model has for it") {
  CHECK(body(thinking("medium")).at("thinking") == parsed(R"({"type":"enabled","budget_tokens":4096})"));
  CHECK(body(thinking("high"), of_4_6).at("thinking") == parsed(R"({"type":"adaptive"})"));
  CHECK(body(thinking("high"), of_4_6).at("output_config") == parsed(R"({"effort":"high"})"));
  CHECK(body(thinking("xhigh"), of_4_6).at("output_config").at("effort") == "max");
  CHECK(body(thinking("xhigh"), of_5).at("output_config").at("effort") == "xhigh");
  CHECK(body(thinking("minimal"), of_5).at("output_config").at("effort") == "low");
  CHECK(body(thinking("none")).at("thinking") == parsed(R"({"type":"disabled"})"));
  CHECK_FALSE(body(thinking("none"), of_fable).contains("thinking"));
  CHECK(warned(thinking("none"), "reasoning", of_fable) == "warn");
  CHECK_FALSE(body(thinking("high"), of_3).contains("thinking"));
  CHECK(warned(thinking("high"), "reasoning", of_3) == "warn");
  CHECK_FALSE(body(hello()).contains("thinking"));
  chat said = hello();
  said.reasoning = {.is = mode::on, .budget = 5'000, .summary = "auto"};
  CHECK(body(said).at("thinking").at("budget_tokens") == 5'000);
  CHECK(body(said, of_5).at("thinking").at("display") == "summarized");
  CHECK(body(said, of_5).at("output_config").at("effort") == "medium");
}

TEST_CASE("the budget for thoughts stays below the limit, which grows with it") {
  chat said = thinking("high");
  said.max_tokens = 100;
  CHECK(body(said).at("max_tokens") == 16'484);
  said = thinking("max");
  CHECK(body(said, "claude-opus-4-1").at("thinking").at("budget_tokens") == 16'000);
  CHECK(body(said, "claude-opus-4-1").at("max_tokens") == 32'000);
  CHECK(body(said, of_others).at("max_tokens") == 40'192);
}

TEST_CASE("thinking gives way where the dialect has no room for it") {
  chat forced = thinking("high");
  forced.tools = {function("a")};
  forced.choice.use = tool_use::required;
  CHECK_FALSE(body(forced).contains("thinking"));
  CHECK(warned(forced, "reasoning") == "warn");
  chat bare = after_a_tool({tool_call("a")});
  bare.reasoning.effort = "high";
  CHECK_FALSE(body(bare).contains("thinking"));
  CHECK(body(bare, of_4_6).contains("thinking"));
  CHECK(body(bare, of_others).contains("thinking"));
  chat whole = after_a_tool({thought("here", "SIG"), tool_call("a")});
  whole.reasoning.effort = "high";
  CHECK(body(whole).contains("thinking"));
}

TEST_CASE("sampling goes where the model takes it") {
  chat said = hello();
  said.how.temperature = 1.5;
  said.how.top_k = 5;
  said.how.stop = {"END", " \n"};
  CHECK(body(said).at("temperature") == 1);
  CHECK(body(said).at("top_k") == 5);
  CHECK(body(said).at("stop_sequences") == parsed(R"(["END"])"));
  CHECK(warned(said, "temperature") == "warn");
  CHECK(warned(said, "stop") == "warn");
  CHECK_FALSE(body(said, of_5).contains("temperature"));
  CHECK(warned(said, "top_k", of_5) == "warn");
  said.how.top_p = 0.5;
  CHECK_FALSE(body(said).contains("top_p"));
  CHECK(body(said, of_3).at("top_p") == 0.5);
  said.reasoning.effort = "low";
  CHECK_FALSE(body(said).contains("temperature"));
}

TEST_CASE("what the dialect has no field for is told") {
  chat said = hello();
  said.how.presence_penalty = 1;
  said.how.frequency_penalty = 0;
  said.how.seed = 1;
  said.how.logit_bias = "{}";
  said.how.logprobs = true;
  said.verbosity = "low";
  said.foreign = {"prediction"};
  said.store = true;
  said.prompt_cache_key = "k";
  said.service_tier = "flex";
  for (const char* field : {"presence_penalty", "seed", "logit_bias", "logprobs", "verbosity", "prediction"})
    CHECK(warned(said, field) == "warn");
  for (const char* field : {"store", "prompt_cache_key", "service_tier"}) CHECK(warned(said, field) == "info");
  CHECK(warned(said, "frequency_penalty").empty());
}

TEST_CASE("the rest has its place") {
  chat said = hello();
  said.user = "me";
  said.service_tier = "default";
  said.stream = true;
  said.cached = cache_mark{"1h"};
  const auto written = body(said);
  CHECK(written.at("metadata") == parsed(R"({"user_id":"me"})"));
  CHECK(written.at("service_tier") == "standard_only");
  CHECK(written.at("stream") == true);
  CHECK(written.at("cache_control") == parsed(R"({"type":"ephemeral","ttl":"1h"})"));
}

TEST_CASE("a form of the answer is a field where the model has it, else a sentence") {
  chat said = hello();
  said.format = {.kind = format_kind::json_schema, .schema = R"({"type":"object"})"};
  CHECK(body(said).at("output_config") == parsed(R"({"format":{"type":"json_schema","schema":{"type":"object"}}})"));
  CHECK(std::string(body(said, of_3).at("system").at(0).at("text").as_string()).ends_with(R"({"type":"object"})"));
  CHECK(warned(said, "response_format", of_3) == "warn");
  said.format = {.kind = format_kind::json_object};
  CHECK(body(said).at("system").as_array().size() == 1);
  CHECK(warned(said, "response_format") == "warn");
}

TEST_CASE("of many cache marks the last four stay") {
  chat said = hello();
  said.tools = {function("a")};
  said.tools[0].cached = cache_mark{};
  part marked = text("x");
  marked.cached = cache_mark{"5m"};
  said.messages = {from(role::system, {marked}), from(role::user, {marked, marked, marked})};
  const auto written = body(said);
  CHECK_FALSE(written.at("tools").at(0).as_object().contains("cache_control"));
  CHECK(written.at("system").at(0).at("cache_control") == parsed(R"({"type":"ephemeral","ttl":"5m"})"));
  CHECK(written.at("messages").at(0).at("content").at(2).as_object().contains("cache_control"));
}

TEST_CASE("an answer's beginning is given to models that go on with it") {
  chat said = hello();
  said.messages.push_back(from(role::assistant, {text("Once \n")}));
  said.goes_on = continuation::prefill;
  CHECK(body(said).at("messages").at(1).at("content").at(0).at("text") == "Once");
  CHECK(refused(said, of_4_6) == "messages");
  said.goes_on = continuation::continue_final_message;
  CHECK(refused(said) == "messages");
  said.goes_on = continuation::none;
  CHECK(body(said, of_4_6).at("messages").as_array().size() == 3);
  CHECK(warned(said, "messages", of_4_6) == "warn");
}

#include "adapters/openai_responses_written.hpp"

#include "adapters/openai_responses_models.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
namespace json = boost::json;

namespace {

const quirks plain;

provider_request asked(const chat& said, std::string_view model = "gpt-5", std::string_view origin = "prov") {
  auto made = openai_responses::write_chat(said, {model, plain, origin});
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  return *std::move(made);
}

json::value body_of(const chat& said, std::string_view model = "gpt-5", std::string_view origin = "prov") {
  return json::parse(asked(said, model, origin).body);
}

std::vector<std::string> warned(const chat& said, std::string_view model = "gpt-5") {
  std::vector<std::string> made;
  for (const warning& one : asked(said, model).warnings) made.push_back(written(one));
  return made;
}

std::string refused(const chat& said) {
  const auto made = openai_responses::write_chat(said, {"gpt-5", plain, "prov"});
  REQUIRE(made.has_error());
  return std::string(made.error().name()) + " " + made.error().param;
}

part of_kind(part_kind kind, std::string text) {
  part made;
  made.kind = kind;
  made.text = std::move(text);
  return made;
}

part text(std::string said) { return of_kind(part_kind::text, std::move(said)); }

chat saying(std::vector<message> messages) {
  chat made;
  made.messages = std::move(messages);
  return made;
}

chat hello() { return saying({{role::user, {text("a")}, {}}}); }

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a chat of another dialect becomes instructions and items, and nothing is kept") {
  const chat said = saying({{role::system, {text("Be"), text("brief")}, {}}, {role::developer, {text("d")}, {}}, {role::user,
      {text("a")}, {}}});
  const auto made = asked(said);
  CHECK(made.path == "/responses");
  CHECK(made.warnings.empty());
  CHECK(json::parse(made.body) == json::parse(R"({"model":"gpt-5","instructions":"Be\n\nbrief","input":[
    {"type":"message","role":"developer","content":[{"type":"input_text","text":"d"}]},
    {"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}],"include":["reasoning.encrypted_content"],
        "store":false})"));
}

TEST_CASE("a system message that stands alone is the input") {
  CHECK(body_of(saying({{role::system, {text("a")}, {}}})).at("input").at(0).at("role") == "system");
}

TEST_CASE("an assistant's turn becomes items in its order, and results follow their calls") {
  part thought = of_kind(part_kind::reasoning, "Hm");
  thought.state = opaque_state{"prov", "rs_1", "gA"};
  part told = of_kind(part_kind::reasoning, "So");
  told.state = opaque_state{"prov", "", ""};
  part called = of_kind(part_kind::tool_call, "");
  called.id = "c1";
  called.name = "f";
  part custom = of_kind(part_kind::tool_call, "ls");
  custom.id = std::string(80, 'x');
  custom.name = "g";
  custom.is_custom = true;
  part result = of_kind(part_kind::tool_result, "");
  result.id = "c1";
  result.content = {text("r"), of_kind(part_kind::image, "")};
  result.content[1].of = {.url = {}, .base64 = "iVBO", .type = "image/png", .file_id = {}, .name = {}, .detail = {}};
  part other = of_kind(part_kind::tool_result, "");
  other.id = custom.id;
  other.is_custom = true;
  other.content = {text("s"), text("t")};
  const json::value made = body_of(saying({{role::user, {text("a")}, {}},
                                           {role::assistant, {thought, told, text("b"), of_kind(part_kind::refusal, "no"), called,
                                               custom}, {}},
                                           {role::tool, {result}, {}},
                                           {role::tool, {other}, {}}}));
  const auto& items = made.at("input").as_array();
  REQUIRE(items.size() == 8);
  CHECK(items[1] == json::parse(R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],
      "encrypted_content":"gA"})"));
  CHECK(items[2] == json::parse(R"({"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"So"}]})"));
  CHECK(items[3].at("content") == json::parse(R"([{"type":"output_text","text":"b"},{"type":"refusal","refusal":"no"}])"));
  CHECK(items[4] == json::parse(R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{}"})"));
  CHECK(items[5].at("type") == "custom_tool_call");
  CHECK(items[5].at("input") == "ls");
  CHECK(items[5].at("call_id").as_string().size() <= 64);
  CHECK(items[6].at("output") == json::parse(R"([{"type":"input_text","text":"r"},
    {"type":"input_image","detail":"auto","image_url":"data:image/png;base64,iVBO"}])"));
  CHECK(items[7].at("call_id") == items[5].at("call_id"));
  CHECK(items[7].at("type") == "custom_tool_call_output");
  CHECK(items[7].at("output") == "s\nt");
}

TEST_CASE("thoughts of another model stay with it") {
  part thought = of_kind(part_kind::reasoning, "Hm");
  thought.state = opaque_state{"elsewhere", "", "x"};
  const chat said = saying({{role::user, {text("a")}, {}}, {role::assistant, {thought, thought, text("b")}, {}}, {role::user,
      {text("c")}, {}}});
  CHECK(body_of(said).at("input").as_array().size() == 3);
  CHECK(warned(said) == lines{"info;messages.reasoning;thoughts of another model stay with it"});
}

TEST_CASE("media go as addresses, bytes or ids, and sound not at all") {
  part file = of_kind(part_kind::file, "");
  file.of = {.url = {}, .base64 = "hi", .type = "text/plain", .file_id = {}, .name = {}, .detail = {}};
  part image = of_kind(part_kind::image, "");
  image.of.url = "https://a/b.png";
  image.of.detail = "low";
  part kept = of_kind(part_kind::file, "");
  kept.of.file_id = "file-1";
  const json::value made = body_of(saying({{role::user, {file, image, kept}, {}}}));
  CHECK(made.at("input").at(0).at("content") == json::parse(R"([{"type":"input_file","filename":"file.txt",
      "file_data":"data:text/plain;base64,aGk="},
    {"type":"input_image","detail":"low","image_url":"https://a/b.png"},{"type":"input_file","file_id":"file-1"}])"));
  part sound = of_kind(part_kind::audio, "");
  sound.of.base64 = "UklG";
  CHECK(refused(saying({{role::user, {text("a"), sound}, {}}})) == "not_supported messages[0].content[1]");
}

TEST_CASE("tools lie flat, and are strict only where they were said to be") {
  chat said = hello();
  said.tools = {{tool_kind::function, "f", "d", R"({"type":"object"})", {}, {}, {}},
                {tool_kind::custom, "g", {}, {}, R"({"type":"grammar","grammar":{"syntax":"lark","definition":"x"}})", {}, {}},
                {tool_kind::hosted, "bash_1", {}, {}, {}, {}, {}}};
  said.choice = {tool_use::automatic, {}, {"f", "g", "bash_1"}, true};
  const json::value made = body_of(said);
  CHECK(made.at("tools") == json::parse(R"([{"type":"function","name":"f","description":"d","parameters":{"type":"object"},
      "strict":false},
    {"type":"custom","name":"g","format":{"type":"grammar","syntax":"lark","definition":"x"}}])"));
  CHECK(made.at("tool_choice") == json::parse(R"({"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"},
      {"type":"custom","name":"g"}]})"));
  CHECK(made.at("parallel_tool_calls") == true);
  CHECK(warned(said) == lines{"warn;tools.bash_1;only its own provider runs it"});
  said.choice = {tool_use::named, "g", {}, {}};
  CHECK(body_of(said).at("tool_choice") == json::parse(R"({"type":"custom","name":"g"})"));
  said.choice = {tool_use::required, {}, {}, {}};
  CHECK(body_of(said).at("tool_choice") == "required");
  said.choice = {tool_use::named, "bash_1", {}, {}};
  CHECK(refused(said) == "not_supported tool_choice");
  said.tools.push_back({tool_kind::function, "bash_1", {}, {}, {}, {}, {}});
  CHECK(body_of(said).at("tool_choice").at("type") == "function");
}

TEST_CASE("how much to think goes as an effort, to a model that thinks") {
  chat said = hello();
  const auto effort_of = [&](std::int64_t budget) {
    said.reasoning.budget = budget;
    return body_of(said).at("reasoning").at("effort");
  };
  CHECK(effort_of(2048) == "low");
  CHECK(effort_of(8192) == "medium");
  CHECK(effort_of(8193) == "high");
  said.reasoning = {reasoning_wish::mode::unset, "max", {}, "auto"};
  CHECK(body_of(said).at("reasoning") == json::parse(R"({"effort":"xhigh","summary":"auto"})"));
  CHECK(body_of(said, "my-own").at("include") == json::parse(R"(["reasoning.encrypted_content"])"));
  CHECK_FALSE(body_of(said, "gpt-4o").as_object().contains("reasoning"));
  CHECK_FALSE(body_of(said, "gpt-4o").as_object().contains("include"));
  CHECK(warned(said, "gpt-4o") == lines{"warn;reasoning;the model does not think"});
  CHECK_FALSE(body_of(hello(), "my-own").as_object().contains("include"));
}

TEST_CASE("what the dialect has not is dropped with a warning each") {
  chat said = hello();
  said.how.stop = {"x"};
  said.how.presence_penalty = 1;
  said.how.frequency_penalty = 1;
  said.how.seed = 1;
  said.how.top_k = 1;
  said.how.logit_bias = "{}";
  said.how.temperature = 0.5;
  said.max_tokens = 3;
  said.foreign = {"odd"};
  said.cached = cache_mark{};
  said.messages[0].parts[0].cached = cache_mark{};
  const json::value made = body_of(said, "gpt-4o");
  CHECK(made.at("max_output_tokens") == 16);
  CHECK(made.at("temperature") == 0.5);
  CHECK(warned(said, "gpt-4o").size() == 10);
  CHECK_FALSE(body_of(said, "gpt-5").as_object().contains("temperature"));
  said.how.choices = 2;
  CHECK(refused(said) == "not_supported n");
  said.how.choices = 1;
  said.goes_on = continuation::prefill;
  CHECK(refused(said) == "not_supported messages");
}

TEST_CASE("form and tags are carried") {
  chat said = hello();
  said.format = {format_kind::json_schema, "n", "d", R"({"type":"object"})", true};
  said.verbosity = "low";
  said.how.logprobs = true;
  said.how.top_logprobs = 2;
  said.user = "u";
  said.metadata = R"({"a":"b"})";
  said.prompt_cache_key = "k";
  said.service_tier = "standard_only";
  said.store = true;
  said.stream = true;
  const json::value made = body_of(said, "gpt-4.1");
  CHECK(made.at("text") == json::parse(R"({"verbosity":"low","format":{"type":"json_schema","name":"n","description":"d",
      "schema":{"type":"object"},"strict":true}})"));
  CHECK(made.at("include") == json::parse(R"(["message.output_text.logprobs"])"));
  CHECK(made.at("top_logprobs") == 2);
  CHECK(made.at("user") == "u");
  CHECK(made.at("metadata").at("a") == "b");
  CHECK(made.at("prompt_cache_key") == "k");
  CHECK(made.at("service_tier") == "default");
  CHECK(made.at("store") == true);
  CHECK(made.at("stream") == true);
}

TEST_CASE("the name of a model says whether it thinks, or says nothing") {
  using namespace openai_responses;
  for (const char* name : {"o1", "o3-mini", "gpt-5", "gpt-5.2-codex", "openai/gpt-5-nano", "openai.gpt-5.6-luna", "gpt-10"}) {
    CAPTURE(name);
    CHECK(is_known_to_think(name));
    CHECK(refuses_sampling(name));
    CHECK_FALSE(is_known_not_to_think(name));
  }
  CHECK(is_known_to_think("grok-4.3"));
  CHECK_FALSE(refuses_sampling("grok-4.3"));
  for (const char* name : {"gpt-4o", "gpt-4.1-mini", "gpt-3.5-turbo", "chatgpt-4o-latest", "gpt-5-chat-latest"}) {
    CAPTURE(name);
    CHECK(is_known_not_to_think(name));
    CHECK_FALSE(is_known_to_think(name));
  }
  for (const char* name : {"", "o", "gpt-", "gpt-oss-120b", "my-own", "deepseek-v4"}) {
    CAPTURE(name);
    CHECK_FALSE(is_known_not_to_think(name));
    CHECK_FALSE(is_known_to_think(name));
  }
}

TEST_CASE("a name that is too long for the dialect becomes a shorter one, the same always the same") {
  chat said = hello();
  said.user = std::string(150, 'u');
  said.prompt_cache_key = std::string(65, 'k');
  const json::value made = body_of(said);
  CHECK(made.at("user").as_string().size() <= 64);
  CHECK(made.at("prompt_cache_key").as_string().size() <= 64);
  CHECK(made == body_of(said));
  said.user += "v";
  CHECK(made.at("user") != body_of(said).at("user"));
  said.user = std::string(64, 'u');
  CHECK(body_of(said).at("user") == json::value(said.user));
}

TEST_CASE("instructions before nothing but empty messages are the input, which must not be empty") {
  chat said;
  said.messages.push_back({.from = role::system, .parts = {{.text = "be brief", .of = {}, .id = {}, .name = {}, .content = {}, .state = {}, .logprobs = {}, .cached = {}}}, .name = {}});
  said.messages.push_back({.from = role::assistant, .parts = {}, .name = {}});
  const quirks none;
  const auto made = dialect_of(dialect_id::openai_responses).write_chat(said, {"m", none, "p"});
  REQUIRE(made.has_value());
  CHECK(made->body.find("instructions") == std::string::npos);
  said.messages[1].parts.emplace_back().kind = part_kind::reasoning;   // of another provider, and so left out
  const auto thought = dialect_of(dialect_id::openai_responses).write_chat(said, {"m", none, "p"});
  REQUIRE(thought.has_value());
  CHECK(thought->body.find("instructions") == std::string::npos);
  CHECK(dialect_of(dialect_id::openai_responses).read_call(operation::chat_completions, made->body).has_value());
}

/// Clients and providers of each wire language, in all nine pairs, over the real gateway and the built-in upstreams. What the clients get is
/// read here apart from the dialects.

#include "proxy/rehearsal/answer.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/running_gateway.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <array>
#include <memory>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

namespace json = boost::json;

struct language {
  const char* name;
  const char* path;
};
constexpr std::array<language, 3> languages{
    {{"openai_chat", "/v1/chat/completions"}, {"anthropic_messages", "/v1/messages"}, {"openai_responses", "/v1/responses"}}};

std::string body_for(const language& spoken, const std::string& model, bool stream, const std::string& more = {}) {
  const std::string ends = std::string(R"(,"stream":)") + (stream ? "true" : "false") + more + "}";
  if (spoken.name == std::string_view("openai_responses")) return R"({"model":")" + model + R"(","input":"hello")" + ends;
  const std::string limit = spoken.name == std::string_view("anthropic_messages") ? R"("max_tokens":400,)" : "";
  const std::string usage = spoken.name == std::string_view("openai_chat") && stream ? R"("stream_options":{"include_usage":true},)" : "";
  return R"({"model":")" + model + R"(",)" + limit + usage + R"("messages":[{"role":"user","content":"hello"}])" + ends;
}

struct reading {
  std::string text, tool, arguments, finish;
  std::int64_t output = -1;
  bool has_ended = false, has_error = false;
};

std::string text_of(const json::object& from, const char* name) {
  const auto* found = from.if_contains(name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

void read_usage(const json::object& from, const char* name, reading& into) {
  if (const auto* usage = from.if_contains("usage"); usage && usage->is_object())
    if (const auto* count = usage->as_object().if_contains(name)) into.output = count->to_number<std::int64_t>();
}

// ---- OpenAI's chat ----

void read_chat_message(const json::object& from, reading& into) {
  into.text += text_of(from, "content");
  const auto* calls = from.if_contains("tool_calls");
  if (!calls || !calls->is_array()) return;
  for (const auto& one : calls->as_array()) {
    const auto& function = one.as_object().at("function").as_object();
    into.tool += text_of(function, "name");
    into.arguments += text_of(function, "arguments");
  }
}

void read_chat(const json::object& body, const char* part, reading& into) {
  into.has_error = into.has_error || body.contains("error");
  read_usage(body, "completion_tokens", into);
  if (!body.contains("choices")) return;
  for (const auto& one : body.at("choices").as_array()) {
    read_chat_message(one.as_object().at(part).as_object(), into);
    into.finish += text_of(one.as_object(), "finish_reason");
  }
}

// ---- Anthropic's Messages ----

void read_messages_event(const json::object& event, reading& into) {
  const auto type = text_of(event, "type");
  if (type == "content_block_start") into.tool += text_of(event.at("content_block").as_object(), "name");
  if (type == "content_block_delta") {
    into.text += text_of(event.at("delta").as_object(), "text");
    into.arguments += text_of(event.at("delta").as_object(), "partial_json");
  }
  if (type == "message_delta") into.finish += text_of(event.at("delta").as_object(), "stop_reason");
  if (type == "message_delta") read_usage(event, "output_tokens", into);
  into.has_ended = into.has_ended || type == "message_stop";
  into.has_error = into.has_error || type == "error";
}

void read_message(const json::object& body, reading& into) {
  for (const auto& one : body.at("content").as_array()) {
    into.text += text_of(one.as_object(), "text");
    into.tool += text_of(one.as_object(), "name");
    if (const auto* input = one.as_object().if_contains("input")) into.arguments += json::serialize(*input);
  }
  into.finish = text_of(body, "stop_reason");
  read_usage(body, "output_tokens", into);
}

// ---- OpenAI's Responses ----

void read_response(const json::object& body, reading& into) {
  for (const auto& one : body.at("output").as_array()) {
    const auto& item = one.as_object();
    into.tool += text_of(item, "name");
    into.arguments += text_of(item, "arguments");
    if (item.contains("content"))
      for (const auto& part : item.at("content").as_array()) into.text += text_of(part.as_object(), "text");
  }
  into.finish = text_of(body, "status");
  read_usage(body, "output_tokens", into);
}

void read_response_event(const json::object& event, reading& into) {
  const auto type = text_of(event, "type");
  if (type == "response.output_text.delta") into.text += text_of(event, "delta");
  if (type == "response.function_call_arguments.delta") into.arguments += text_of(event, "delta");
  if (type == "response.output_item.added") into.tool += text_of(event.at("item").as_object(), "name");
  into.has_error = into.has_error || type == "error" || type == "response.failed";
  if (type != "response.completed") return;
  into.has_ended = true;
  reading whole;
  read_response(event.at("response").as_object(), whole);
  CHECK(whole.text == into.text);
  CHECK(whole.arguments == into.arguments);
  into.finish = whole.finish;
  into.output = whole.output;
}

reading read_stream(const language& spoken, const std::string& body) {
  reading got;
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find('\n', at), body.size());
    const std::string line = body.substr(at, end - at);
    at = end + 1;
    if (line == "data: [DONE]") got.has_ended = true;
    if (!line.starts_with("data: {")) continue;
    const auto event = json::parse(line.substr(6)).as_object();
    if (spoken.name == std::string_view("openai_chat")) read_chat(event, "delta", got);
    if (spoken.name == std::string_view("anthropic_messages")) read_messages_event(event, got);
    if (spoken.name == std::string_view("openai_responses")) read_response_event(event, got);
  }
  return got;
}

reading read_whole(const language& spoken, const std::string& body) {
  reading got;
  const auto all = json::parse(body).as_object();
  if (spoken.name == std::string_view("openai_chat")) read_chat(all, "message", got);
  if (spoken.name == std::string_view("anthropic_messages")) read_message(all, got);
  if (spoken.name == std::string_view("openai_responses")) read_response(all, got);
  got.has_ended = true;
  return got;
}

std::string finish_of(const language& spoken, bool calls) {
  if (spoken.name == std::string_view("openai_responses")) return "completed";
  if (spoken.name == std::string_view("openai_chat")) return calls ? "tool_calls" : "stop";
  return calls ? "tool_use" : "end_turn";
}

std::string tool_for(const language& spoken) {
  const std::string schema = R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})";
  if (spoken.name == std::string_view("openai_chat"))
    return R"(,"tools":[{"type":"function","function":{"name":"get_weather","parameters":)" + schema + R"(}}],"tool_choice":"required")";
  if (spoken.name == std::string_view("anthropic_messages"))
    return R"(,"tools":[{"name":"get_weather","input_schema":)" + schema + R"(}],"tool_choice":{"type":"any"})";
  return R"(,"tools":[{"type":"function","name":"get_weather","parameters":)" + schema + R"(}],"tool_choice":"required")";
}

/// Two providers of each language.
struct stage {
  stage() {
    REQUIRE(primary.start().has_value());
    REQUIRE(fallback.start().has_value());
    std::string text = "providers:\n";
    for (const auto& one : languages)
      for (const auto& [name, upstream] : {std::pair{"p", &primary}, {"f", &fallback}})
        text += std::string("  ") + name + "-" + one.name + ": {kind: openai_compatible, class: in_house, dialect: " + one.name + ", base_url: \"" +
                upstream->base_url() + "\"}\n";
    text += "models:\n";
    for (const auto& one : languages) {
      text += std::string("  ") + one.name + ": {try: [p-" + one.name + "/m!tokens=30]}\n";
      for (const auto& next : languages) {
        const std::string last = std::string(", \"f-") + next.name + "/m!tokens=60\"]";
        text += "  down-" + pair(one, next) + ": {try: [\"p-" + one.name + "/d" + pair(one, next) + "!status=503\"" + last + "}\n";
        text += "  cut-" + pair(one, next) + ": {try: [\"p-" + one.name + "/c" + pair(one, next) + "!tokens=60!cut_after=40\"" + last + ", resume: true}\n";
      }
    }
    gate = std::make_unique<running_gateway>(text + "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n");
  }

  static std::string pair(const language& one, const language& next) { return std::string(one.name) + "-" + next.name; }
  answer_seen asked(const language& by, const std::string& model, bool stream, const std::string& more = {}) {
    return ask(gate->port(), post(by.path, "sp-test-key", body_for(by, model, stream, more)));
  }

  rehearsal::upstream_thread primary{{.name = "one"}};
  rehearsal::upstream_thread fallback{{.name = "one"}};
  std::unique_ptr<running_gateway> gate;
};

std::string whole_text(int tokens) {
  std::string all;
  for (const auto& token : rehearsal::spoken_tokens("one", "hello", tokens)) all += token;
  return all;
}

}  // namespace

TEST_CASE("each client reads the same answer of each provider, whole and streamed") {
  stage world;
  for (const auto& by : languages)
    for (const auto& at : languages)
      for (const bool stream : {false, true}) {
        CAPTURE(by.name);
        CAPTURE(at.name);
        CAPTURE(stream);
        const auto seen = world.asked(by, at.name, stream);
        CHECK(seen.status == 200);
        CHECK(seen.whole);
        CAPTURE(seen.body);
        const auto got = stream ? read_stream(by, seen.body) : read_whole(by, seen.body);
        CHECK(got.text == whole_text(30));
        CHECK(got.finish == finish_of(by, false));
        CHECK(got.output == 30);
        CHECK(got.has_ended);
        CHECK_FALSE(got.has_error);
        CHECK(seen.header("x-sallyport-warning").empty());
      }
}

TEST_CASE("each client has its tool called by each provider, whole and streamed") {
  stage world;
  for (const auto& by : languages)
    for (const auto& at : languages)
      for (const bool stream : {false, true}) {
        CAPTURE(by.name);
        CAPTURE(at.name);
        CAPTURE(stream);
        const auto seen = world.asked(by, at.name, stream, tool_for(by));
        CHECK(seen.status == 200);
        CAPTURE(seen.body);
        const auto got = stream ? read_stream(by, seen.body) : read_whole(by, seen.body);
        CHECK(got.tool == "get_weather");
        CHECK(json::parse(got.arguments).as_object().contains("city"));
        CHECK(got.finish == finish_of(by, true));
        CHECK(got.has_ended);
      }
}

TEST_CASE("a call falls over from a provider of one language to that of another, and a broken stream is gone on with") {
  stage world;
  for (const auto& by : languages)
    for (const auto& at : languages)
      for (const auto& next : languages) {
        CAPTURE(by.name);
        CAPTURE(at.name);
        CAPTURE(next.name);
        const auto rescued = world.asked(by, "down-" + stage::pair(at, next), false);
        CHECK(rescued.status == 200);
        CHECK(rescued.header("x-sallyport-attempts") == "2");
        CAPTURE(rescued.body);
        if (rescued.status == 200) CHECK(read_whole(by, rescued.body).text == whole_text(60));
        const auto resumed = world.asked(by, "cut-" + stage::pair(at, next), true);
        CAPTURE(resumed.body);
        const auto got = read_stream(by, resumed.body);
        CHECK(got.text == whole_text(60));
        CHECK(got.finish == finish_of(by, false));
        CHECK(got.has_ended);
        CHECK_FALSE(got.has_error);
      }
}

TEST_CASE("an error has the shape of the client's language, whatever its provider speaks") {
  stage world;
  std::string text = "providers:\n";
  for (const auto& one : languages)
    text += std::string("  ") + one.name + ": {kind: openai_compatible, class: in_house, dialect: " + one.name + ", base_url: \"" + world.primary.base_url() + "\"}\n";
  running_gateway gate(text);
  for (const auto& by : languages)
    for (const auto& at : languages)
      for (const auto& [fault, status, type] : {std::tuple{"!context_length", 400, "invalid_request_error"}, {"!status=429", 429, "rate_limit_error"}, {"!unauthorized", 502, ""}}) {
        CAPTURE(by.name);
        CAPTURE(at.name);
        CAPTURE(fault);
        const auto seen = ask(gate.port(), post(by.path, "any", body_for(by, std::string(at.name) + "/m" + fault, false)));
        CHECK(seen.status == status);
        CAPTURE(seen.body);
        const auto body = json::parse(seen.body).as_object();
        const auto& error = body.at("error").as_object();
        CHECK(!text_of(error, "message").empty());
        if (*type) CHECK(text_of(error, "type") == type);
        CHECK((text_of(body, "type") == "error") == (by.name == std::string_view("anthropic_messages")));
        CHECK(error.contains("code") == (by.name != std::string_view("anthropic_messages")));
      }
}

// ---- what does not go everywhere ----

namespace {

std::string provider_at(const rehearsal::upstream_thread& upstream, const std::string& keys) {
  return "{class: in_house, base_url: \"" + upstream.base_url() + "\", " + keys + "}\n";
}

std::string last_body(rehearsal::upstream_thread& upstream) {
  const auto all = upstream.received().all();
  return all.empty() ? std::string() : all.back().body;
}

}  // namespace

TEST_CASE("what a language has no word for is told, or refused by name, or served by one that has") {
  stage world;
  running_gateway gate("providers:\n  messages: " + provider_at(world.primary, "kind: openai_compatible, dialect: anthropic_messages") + "  chat: " +
                       provider_at(world.fallback, "kind: openai_compatible") +
                       "models:\n  one: {try: [messages/m]}\n  two: {try: [messages/m, chat/m]}\n");
  const auto told = ask(gate.port(), post("/v1/chat/completions", "any", body_for(languages[0], "one", false, R"(,"seed":7,"vendor_field":1)")));
  CHECK(told.status == 200);
  CHECK(told.head.find("x-sallyport-warning: warn;seed;") != std::string::npos);
  CHECK(told.head.find("x-sallyport-warning: warn;vendor_field;") != std::string::npos);

  const auto refused = ask(gate.port(), post("/v1/chat/completions", "any", body_for(languages[0], "one", false, R"(,"n":2)")));
  CHECK(refused.status == 400);
  CHECK(refused.body.find(R"("param":"n")") != std::string::npos);
  CHECK(refused.body.find("not_supported") != std::string::npos);

  const auto served = ask(gate.port(), post("/v1/chat/completions", "any", body_for(languages[0], "two", false, R"(,"n":2)")));
  CHECK(served.status == 200);
  CHECK(served.header("x-sallyport-served-by") == "chat/m");

  const auto embedded = ask(gate.port(), post("/v1/embeddings", "any", R"({"model":"one","input":"a"})"));
  CHECK(embedded.status == 400);
  CHECK(embedded.body.find("embeddings") != std::string::npos);
}

TEST_CASE("tokens are counted by our estimate where no deployment can count, and the client is told") {
  stage world;
  const auto seen = ask(world.gate->port(), post("/v1/messages/count_tokens", "sp-test-key", R"({"model":"openai_chat","messages":[{"role":"user","content":"Say hello."}]})"));
  CHECK(seen.status == 200);
  CHECK(json::parse(seen.body).at("input_tokens").to_number<int>() > 0);
  CHECK(seen.header("x-sallyport-warning").starts_with("info;input_tokens;"));
  CHECK(world.primary.received().counters().requests == 0);
}

TEST_CASE("a deployment that can count is asked to, and counting costs nothing") {
  stage world;
  running_gateway gate("providers:\n  counts: " + provider_at(world.primary, "kind: openai_compatible, dialect: anthropic_messages") +
                       "deployments:\n  d: {provider: counts, model: m, price: {input: 3, output: 15}}\nmodels:\n  m: {try: [d]}\n");
  const auto seen = ask(gate.port(), post("/v1/messages/count_tokens", "any", R"({"model":"m","messages":[{"role":"user","content":"Say hello."}]})"));
  CHECK(seen.status == 200);
  CHECK(json::parse(seen.body).at("input_tokens").to_number<int>() > 0);
  CHECK(seen.header("x-sallyport-served-by") == "counts/m");
  CHECK(seen.header("x-sallyport-warning").empty());
  CHECK(seen.header("x-sallyport-cost-usd") == "0");
  CHECK(world.primary.received().counters().requests == 1);
}

TEST_CASE("a response is gone on with where it is held, and nowhere else") {
  stage world;
  running_gateway gate("providers:\n  a: " + provider_at(world.primary, "kind: openai_compatible, dialect: openai_responses") + "  b: " +
                       provider_at(world.fallback, "kind: openai_compatible, dialect: openai_responses") +
                       "models:\n  m: {try: [\"a/m!status=503\", b/m]}\n  only-b: {try: [b/m]}\n");
  const auto ask_with = [&](const std::string& model, const std::string& id) {
    return ask(gate.port(), post("/v1/responses", "any", body_for(languages[2], model, false, id.empty() ? "" : R"(,"previous_response_id":")" + id + "\"")));
  };
  const auto first = ask_with("m", "");
  REQUIRE(first.status == 200);
  REQUIRE(first.header("x-sallyport-served-by") == "b/m");
  const std::string id(json::parse(first.body).at("id").as_string());
  // The built-in upstream holds nothing and says so; what counts is who was asked.
  const auto before = world.primary.received().counters().requests;
  const auto second = ask_with("m", id);
  CHECK(world.primary.received().counters().requests == before);
  CHECK(last_body(world.fallback).find(id) != std::string::npos);
  const auto unknown = ask_with("m", "resp_of_nobody");
  CHECK(unknown.status == 400);
  CHECK(unknown.body.find("Send the whole conversation") != std::string::npos);
  ask_with("only-b", "resp_before_a_restart");
  CHECK(last_body(world.fallback).find("resp_before_a_restart") != std::string::npos);
}

TEST_CASE("thoughts come back to the provider that had them, and go to no other") {
  stage world;
  running_gateway gate("providers:\n  thinks: " + provider_at(world.primary, "kind: deepseek") + "  other: " + provider_at(world.fallback, "kind: deepseek") +
                       "  messages: " + provider_at(world.fallback, "kind: openai_compatible, dialect: anthropic_messages") +
                       "models:\n  m: {try: [\"thinks/m!reasoning=5\"]}\n  o: {try: [other/m]}\n  v: {try: [messages/m]}\n");
  const auto first = ask(gate.port(), post("/v1/messages", "any", body_for(languages[1], "m", false)));
  REQUIRE(first.status == 200);
  const auto content = json::parse(first.body).at("content").as_array();
  REQUIRE(text_of(content.at(0).as_object(), "type") == "thinking");
  const auto thought = text_of(content.at(0).as_object(), "thinking");
  CHECK(text_of(content.at(0).as_object(), "signature").starts_with("sallyport.state.1."));
  const auto again = [&](const std::string& model) {
    const std::string turns = R"([{"role":"user","content":"hello"},{"role":"assistant","content":)" + json::serialize(content) + R"(},{"role":"user","content":"and?"}])";
    const auto seen = ask(gate.port(), post("/v1/messages", "any", R"({"model":")" + model + R"(","max_tokens":100,"messages":)" + turns + "}"));
    CHECK(seen.status == 200);
  };
  again("m");
  CHECK(last_body(world.primary).find(R"("reasoning_content":)") != std::string::npos);
  CHECK(last_body(world.primary).find(thought) != std::string::npos);
  for (const char* elsewhere : {"o", "v"}) {
    CAPTURE(elsewhere);
    again(elsewhere);
    CHECK(last_body(world.fallback).find("and?") != std::string::npos);
    CHECK(last_body(world.fallback).find("sallyport.state") == std::string::npos);
    CHECK(last_body(world.fallback).find(thought) == std::string::npos);
  }
}

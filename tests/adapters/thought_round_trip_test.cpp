// What a provider wants back of its model's thoughts, it gets back from a client of any other dialect that hands back its answer as it got
// it.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;

namespace {

constexpr auto of_chat = dialect_id::openai_chat;
constexpr auto of_responses = dialect_id::openai_responses;
constexpr auto of_anthropic = dialect_id::anthropic_messages;

struct provider {
  const char* what;
  dialect_id speaks;
  quirks own;
  std::string_view model;
  std::string answer;
  std::vector<std::string> wanted;  ///< in the next request
};

std::vector<provider> providers() {
  return {
      {"a signed thought, a hidden one and a call at Anthropic",
       of_anthropic,
       {},
       "claude-sonnet-4-6",
       R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"t1","signature":"c2ln"},)"
       R"({"type":"redacted_thinking","data":"aGlk"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}})",
       {R"({"type":"thinking","thinking":"t1","signature":"c2ln"},{"type":"redacted_thinking","data":"aGlk"},{"type":"tool_use","id":"toolu_1")"}},
      {"a thought in cipher and a call at OpenAI",
       of_responses,
       {},
       "gpt-5.4",
       R"({"id":"resp_1","object":"response","status":"completed","model":"m","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t1"}],"encrypted_content":"Y2lw"},)"
       R"({"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{\"a\":1}"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}})",
       {R"("encrypted_content":"Y2lw")", R"("text":"t1")", R"("id":"rs_1")"}},
      {"plain thoughts and a call at DeepSeek",
       of_chat,
       {.reasoning_member = "reasoning_content"},
       "deepseek-chat",
       R"({"id":"c-1","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"reasoning_content":"t1",)"
       R"("tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})",
       {R"("reasoning_content":"t1")"}},
      {"details of thoughts and a call at OpenRouter",
       of_chat,
       {.reasoning_member = "reasoning_details"},
       "x/y",
       R"({"id":"gen-1","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"reasoning":"t1","reasoning_details":[)"
       R"({"type":"reasoning.text","text":"t1","signature":"c2ln"},{"type":"reasoning.encrypted","data":"aGlk"}],)"
       R"("tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})",
       {R"("reasoning_details":[{"type":"reasoning.text","text":"t1","signature":"c2ln"},{"type":"reasoning.encrypted","data":"aGlk"}])"}},
  };
}

/// The client's next call: the answer as it came, and the result of the call in it.
std::string next_call(dialect_id client, json_value answer) {
  if (client == of_chat) {
    const json_value message = answer["choices"].first_item()["message"];
    const std::string id(message["tool_calls"].first_item()["id"].text());
    return R"({"model":"m","max_tokens":20000,"messages":[{"role":"user","content":"a"},)" + message.written() +
           R"(,{"role":"tool","tool_call_id":")" + id + R"(","content":"r"}]})";
  }
  std::string items, id;
  const bool is_anthropic = client == of_anthropic;
  answer[is_anthropic ? "content" : "output"].each_item([&](json_value item) {
    items += (items.empty() ? "" : ",") + item.written();
    if (item["name"].is_given()) id = item[is_anthropic ? "id" : "call_id"].text();
  });
  if (is_anthropic)
    return R"({"model":"m","max_tokens":20000,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[)" + items +
           R"(]},{"role":"user","content":[{"type":"tool_result","tool_use_id":")" + id + R"(","content":"r"}]}]})";
  return R"({"model":"m","input":[{"role":"user","content":"a"},)" + items + R"(,{"type":"function_call_output","call_id":")" + id +
         R"(","output":"r"}]})";
}

result<chat> next_chat(dialect_id client, const provider& from) {
  auto said = dialect_of(from.speaks).read_answer(from.answer);
  REQUIRE(said.has_value());
  said->of.origin = "maker";
  call asked;
  asked.dialect = client;
  asked.body = "{}";
  json_document document;
  const std::string answer = dialect_of(client).write_answer(asked, *said);
  REQUIRE(document.parse(answer));
  const auto next = dialect_of(client).read_call(operation::chat_completions, next_call(client, document.root()));
  REQUIRE(next.has_value());
  return dialect_of(client).read_chat(*next);
}

}  // namespace

TEST_CASE("thoughts come back to their provider over a client of another dialect, as they were") {
  for (const provider& from : providers())
    for (const dialect_id client : {of_chat, of_responses, of_anthropic}) {
      if (client == from.speaks) continue;
      CAPTURE(from.what);
      CAPTURE(name_of(client));
      const auto said = next_chat(client, from);
      REQUIRE(said.has_value());
      const auto sent = dialect_of(from.speaks).write_chat(*said, {.model = from.model, .of_provider = from.own, .origin = "maker"});
      REQUIRE(sent.has_value());
      CAPTURE(sent->body);
      for (const std::string& one : from.wanted) CHECK(sent->body.find(one) != std::string::npos);
      CHECK(sent->body.find("sallyport.state") == std::string::npos);
      for (const warning& one : sent->warnings) CHECK(one.field != "messages.reasoning");
    }
}

TEST_CASE("thoughts go to no other provider, of whatever dialect") {
  for (const provider& from : providers())
    for (const dialect_id client : {of_chat, of_responses, of_anthropic})
      for (const provider& to : providers()) {
        if (client == from.speaks || client == to.speaks) continue;
        CAPTURE(from.what);
        CAPTURE(name_of(client));
        CAPTURE(to.what);
        const auto sent =
            dialect_of(to.speaks).write_chat(*next_chat(client, from), {.model = to.model, .of_provider = to.own, .origin = "another"});
        REQUIRE(sent.has_value());
        CAPTURE(sent->body);
        for (const char* one : {"t1", "c2ln", "aGlk", "Y2lw", "sallyport.state"}) CHECK(sent->body.find(one) == std::string::npos);
      }
}

TEST_CASE("a body that is relayed to its own dialect loses the thoughts of others") {
  for (const provider& from : providers())
    for (const dialect_id client : {of_chat, of_responses, of_anthropic}) {
      if (client == from.speaks) continue;
      CAPTURE(from.what);
      CAPTURE(name_of(client));
      auto said = *dialect_of(from.speaks).read_answer(from.answer);
      said.of.origin = "maker";
      call asked;
      asked.body = "{}";
      json_document document;
      const std::string answer = dialect_of(client).write_answer(asked, said);
      REQUIRE(document.parse(answer));
      const auto next = dialect_of(client).read_call(operation::chat_completions, next_call(client, document.root()));
      REQUIRE(next.has_value());
      const std::string body = dialect_of(client).write_request(*next, "m", {}).body;
      CAPTURE(body);
      CHECK(document.parse(body));
      CHECK(body.find("sallyport.state") == std::string::npos);
      CHECK(body.find("t1") == std::string::npos);
      CHECK(dialect_of(client).read_call(operation::chat_completions, body).has_value());
    }
}

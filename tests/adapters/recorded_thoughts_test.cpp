// What only its maker can read comes back to it: the signatures and encrypted thoughts of every recorded reply, told to a client of another
// dialect, handed back by that client in its next call, and written to the provider that they came from, and to no other.

#include "adapters/opaque_state.hpp"
#include "tests/support/plain_json.hpp"
#include "tests/support/recorded_chats.hpp"
#include "tests/support/translated_reply.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <utility>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

using states = std::multiset<std::string>;

const char* user = R"({"role":"user","content":"Go on."})";

// ---- the states in a reply or a request of a provider ----

void collect(const json::value& in, const std::set<std::string_view>& names, states& into) {
  if (in.is_array())
    for (const auto& one : in.as_array()) collect(one, names, into);
  if (!in.is_object()) return;
  for (const auto& field : in.as_object()) {
    if (names.contains(field.key()) && field.value().is_string() && !field.value().as_string().empty())
      into.insert(std::string(field.value().as_string()));
    else
      collect(field.value(), names, into);
  }
}

// What OpenRouter wants back is the whole entry; the text is compared elsewhere. A mark that holds an entry stands for it.
std::string without_text(json::object detail) {
  for (const char* name : {"signature", "data"})
    if (const std::string carried = text_at(detail, name); carried.starts_with(state_mark)) return carried;
  for (const char* name : {"text", "summary"}) detail.erase(name);
  std::map<std::string, std::string> ordered;
  for (const auto& field : detail) ordered[field.key()] = json::serialize(field.value());
  std::string made;
  for (const auto& [name, value] : ordered) made += name + "=" + value + " ";
  return made;
}

states states_in(dialect_id of, const json::value& in) {
  states made;
  if (of == dialect_id::anthropic_messages) {
    for (const auto& block : items_of(&in))
      if (text_at(block, "type").ends_with("thinking")) collect(block, {"signature", "data"}, made);
  } else if (of == dialect_id::openai_responses) {
    for (const auto& item : items_of(&in))
      if (text_at(item, "type") == "reasoning") collect(item, {"encrypted_content"}, made);
  } else {
    for (const auto& detail : items_at(in, "reasoning_details"))
      if (!text_at(detail, "signature").empty() || !text_at(detail, "data").empty()) made.insert(without_text(detail.as_object()));
    for (const auto& one : items_at(in, "tool_calls")) collect(one, {"thought_signature"}, made);
  }
  return made;
}

states states_in_answer(dialect_id of, const json::value& reply) {
  if (of == dialect_id::anthropic_messages) return states_in(of, reply.at("content"));
  if (of == dialect_id::openai_responses) return states_in(of, reply.at("output"));
  return states_in(of, reply.at("choices").at(0).at("message"));
}

states states_in_request(dialect_id of, const json::value& body) {
  if (of == dialect_id::openai_responses) return states_in(of, body.at("input"));
  states made;
  for (const auto& message : items_at(body, "messages"))
    if (text_at(message, "role") == "assistant")
      made.merge(states_in(of, of == dialect_id::openai_chat ? message : message.at("content")));
  return made;
}

// ---- in a stream ----

/// Of Anthropic's blocks the signatures, gathered; of Responses what its items end with, for the last event has the same in another cipher.
states states_in_stream(dialect_id of, const std::string& bytes) {
  std::map<std::int64_t, std::string> blocks;
  states made;
  each_payload(bytes, [&](const std::string& payload) {
    if (payload == "[DONE]") return;
    const json::value said = parsed(payload);
    if (text_at(said, "type") == "response.output_item.done") made.merge(states_in(of, json::array{said.at("item")}));
    for (const auto& choice : items_at(said, "choices"))
      if (of == dialect_id::openai_chat && member(choice, "delta")) made.merge(states_in(of, choice.at("delta")));
    std::string& block = blocks[number_at(&said, {"index"})];
    if (const json::value* delta = member(said, "delta"); delta && delta->is_object()) block += text_at(*delta, "signature");
    if (const json::value* begun = member(said, "content_block"); begun && text_at(*begun, "type").ends_with("thinking"))
      block = text_at(*begun, "signature") + text_at(*begun, "data");
    if (text_at(said, "type") == "content_block_stop" && !block.empty()) made.insert(std::exchange(block, {}));
  });
  return made;
}

/// As their maker wrote them; one of no bytes only marks whose a thought is.
states unmarked(const states& carried) {
  states made;
  for (const std::string& one : carried) {
    const opaque_state read = read_state(one);
    CHECK(read.origin == "recorded");
    if (read.id.starts_with("{")) {
      json::object entry = parsed(read.id).as_object();
      entry[text_at(entry, "type") == "reasoning.encrypted" ? "data" : "signature"] = read.bytes;
      made.insert(without_text(std::move(entry)));
    } else if (!read.bytes.empty()) {
      made.insert(read.bytes);
    }
  }
  return made;
}

// ---- the client's next call, which repeats what it was told ----

std::string next_call(dialect_id client, const json::value& told) {
  json::object body{{"model", "asked"}, {"max_tokens", 1000}};
  json::array said{json::parse(user)};
  json::array results;
  if (client == dialect_id::openai_responses) {
    body = {{"model", "asked"}};
    for (const auto& item : told.at("output").as_array()) {
      said.push_back(item);
      if (text_at(item, "type") == "function_call")
        results.push_back(json::object{{"type", "function_call_output"}, {"call_id", item.at("call_id")}, {"output", "done"}});
    }
  } else if (client == dialect_id::openai_chat) {
    said.push_back(told.at("choices").at(0).at("message"));
    for (const auto& one : items_at(said.back(), "tool_calls"))
      results.push_back(json::object{{"role", "tool"}, {"tool_call_id", one.at("id")}, {"content", "done"}});
  } else {
    said.push_back(json::object{{"role", "assistant"}, {"content", told.at("content")}});
    json::array content;
    for (const auto& block : told.at("content").as_array())
      if (text_at(block, "type") == "tool_use")
        content.push_back(json::object{{"type", "tool_result"}, {"tool_use_id", block.at("id")}, {"content", "done"}});
    if (!content.empty()) results.push_back(json::object{{"role", "user"}, {"content", content}});
  }
  said.insert(said.end(), results.begin(), results.end());
  said.push_back(json::parse(user));
  body[client == dialect_id::openai_responses ? "input" : "messages"] = said;
  return json::serialize(body);
}

states handed_back(dialect_id client, const std::string& told, dialect_id provider, std::string_view origin) {
  const auto asked = dialect_of(client).read_call(operation::chat_completions, next_call(client, parsed(told)));
  REQUIRE_MESSAGE(asked.has_value(), asked.error().sentence);
  const auto said = dialect_of(client).read_chat(*asked);
  REQUIRE_MESSAGE(said.has_value(), said.error().sentence);
  quirks of_provider;
  of_provider.reasoning_member = "reasoning_details";
  const std::string_view model = provider == dialect_id::anthropic_messages ? "claude-sonnet-4-5" : "gpt-5";
  const auto sent = dialect_of(provider).write_chat(*said, {model, of_provider, origin});
  REQUIRE_MESSAGE(sent.has_value(), sent.error().sentence);
  CHECK(sent->body.find("sallyport.state") == std::string::npos);
  return states_in_request(provider, parsed(sent->body));
}

}  // namespace

TEST_CASE("each recorded state of thoughts comes back to its maker through a client of each other dialect, and to nobody else") {
  if (!fixtures()) return say_skipped("no fixtures: recorded states of thoughts");
  std::size_t all = 0;
  for (const recording& one : recorded_chats()) {
    if (!is_answer(one)) continue;
    const json::value reply = parsed(one.reply);
    if (member(reply, "error")) continue;
    const states wanted = states_in_answer(one.dialect, reply);
    for (const dialect_id client : {dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages}) {
      if (client == one.dialect || wanted.empty()) continue;
      CAPTURE(one.name);
      CAPTURE(name_of(client));
      const auto told = answer_for(asked_by(client, one), one);
      REQUIRE(told.has_value());
      CHECK((handed_back(client, *told, one.dialect, "recorded") == wanted));
      CHECK(handed_back(client, *told, one.dialect, "another").empty());
      all += wanted.size();
    }
  }
  MESSAGE("states handed back: " << all);
  CHECK(all >= 30);
}

TEST_CASE("the signature of a call comes back to its maker through a client of each other dialect, whole or streamed") {
  recording one;
  one.reply =
      R"({"id":"x","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":"So",)"
      R"("reasoning_content":"Hm","tool_calls":[{"index":0,"id":"c-1","type":"function","function":{"name":"f","arguments":"{}"},)"
      R"("extra_content":{"google":{"thought_signature":"sig"}}},)"
      R"({"index":1,"id":"c-2","type":"function","function":{"name":"g","arguments":"{}"}}]}}]})";
  for (const dialect_id client : {dialect_id::openai_responses, dialect_id::anthropic_messages}) {
    CAPTURE(name_of(client));
    const auto told = answer_for(asked_by(client, one), one);
    REQUIRE(told.has_value());
    CHECK((handed_back(client, *told, one.dialect, "recorded") == states{"sig"}));
    CHECK(handed_back(client, *told, one.dialect, "another").empty());
    recording streamed = one;
    streamed.reply = "data: " + one.reply + "\n\ndata: [DONE]\n\n";
    streamed.reply.replace(streamed.reply.find("message"), 7, "delta");
    const std::string bytes = stream_for(asked_by(client, streamed), streamed, [&] { return streamed.reply.size(); });
    CHECK((unmarked(states_in_stream(client, bytes)) == states{"sig"}));
  }
}

TEST_CASE("each recorded state of thoughts in a stream is told to a client of each other dialect, marked with its maker") {
  if (!fixtures()) return say_skipped("no fixtures: recorded states of thoughts in streams");
  std::size_t all = 0;
  for (const recording& one : recorded_chats()) {
    if (!is_stream(one)) continue;
    const states wanted = states_in_stream(one.dialect, one.reply);
    for (const dialect_id client : {dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages}) {
      if (client == one.dialect) continue;
      CAPTURE(one.name);
      CAPTURE(name_of(client));
      const std::string told = stream_for(asked_by(client, one), one, [&] { return one.reply.size(); });
      CHECK((unmarked(states_in_stream(client, told)) == wanted));
      all += wanted.size();
    }
  }
  MESSAGE("states told: " << all);
  CHECK(all >= 30);
}

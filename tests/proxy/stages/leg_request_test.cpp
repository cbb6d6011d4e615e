#include "proxy/stages/leg_request.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using stages::write_leg;
using stages::write_rest;

namespace {

config::deployment at(std::vector<dialect_id> speaks, continuation goes_on = continuation::prefill) {
  auto provider = std::make_shared<config::provider>();
  provider->name = "there";
  provider->speaks = std::move(speaks);
  config::deployment made;
  made.name = "d";
  made.model = "up";
  made.goes_on = goes_on;
  made.at = std::move(provider);
  return made;
}

call asked(dialect_id by, const std::string& body, operation what = operation::chat_completions) {
  auto made = dialect_of(by).read_call(what, body);
  REQUIRE(made.has_value());
  return *std::move(made);
}

const std::string turn = R"("messages":[{"role":"user","content":"a"}])";
const std::string thought = R"("max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm",)"
                            R"("signature":"U0lH"},{"type":"text","text":"yes"}]},{"role":"user","content":"b"}])";
using enum dialect_id;

}  // namespace

TEST_CASE("a call is relayed where its language is spoken, and translated into the first one elsewhere") {
  const auto chat_call = asked(openai_chat, R"({"model":"m","x":1,)" + turn + "}");
  const auto relayed = write_leg(chat_call, at({openai_responses, openai_chat}));
  REQUIRE(relayed.has_value());
  CHECK_FALSE(relayed->is_translated);
  CHECK(relayed->written.body == R"({"model":"up","x":1,)" + turn + "}");
  const auto written = write_leg(chat_call, at({anthropic_messages, openai_responses}));
  REQUIRE(written.has_value());
  CHECK(written->is_translated);
  CHECK(written->written.path == "/messages");
  CHECK(written->written.headers.get("anthropic-version") == "2023-06-01");
  REQUIRE(written->written.warnings.size() == 1);
  CHECK(written->written.warnings[0].field == "x");
}

TEST_CASE("what a deployment cannot be asked is refused by name") {
  const auto embedding = asked(openai_chat, R"({"model":"m","input":"a"})", operation::embeddings);
  CHECK(write_leg(embedding, at({anthropic_messages})).error().kind == failure_kind::not_supported);
  CHECK(write_leg(embedding, at({openai_chat})).has_value());
  const auto two = asked(openai_chat, R"({"model":"m","n":2,)" + turn + "}");
  CHECK(write_leg(two, at({anthropic_messages})).error().param == "n");
  const auto count = asked(anthropic_messages, R"({"model":"m",)" + turn + "}", operation::count_tokens);
  CHECK(write_leg(count, at({openai_chat})).has_error());
  CHECK(write_leg(count, at({anthropic_messages}))->written.path == "/messages/count_tokens");
}

TEST_CASE("a state that is another provider's is taken out of a relay, and one that may go stays") {
  const auto call_with = asked(anthropic_messages, R"({"model":"m",)" + thought + "}");
  const auto to = at({anthropic_messages});
  std::string seen;
  const auto kept = write_leg(call_with, to, [&](std::string_view state) {
    seen = state;
    return true;
  });
  CHECK(seen == "U0lH");
  CHECK(kept->written.body.find("U0lH") != std::string::npos);
  const auto cleaned = write_leg(call_with, to, [](std::string_view) { return false; });
  CHECK(cleaned->written.body.find("U0lH") == std::string::npos);
  CHECK(cleaned->written.body.find(R"([{"type":"text","text":"yes"}])") != std::string::npos);
  CHECK(write_rest(call_with, to, continuation::replay, "ye", [](std::string_view) { return false; })->written.body.find("U0lH") == std::string::npos);
}

TEST_CASE("the rest of an answer is asked for in another language too, or anew where that cannot be") {
  const auto stream = asked(openai_chat, R"({"model":"m","stream":true,)" + turn + "}");
  const auto given = write_rest(stream, at({anthropic_messages}), continuation::prefill, "The beginning ");
  REQUIRE(given.has_value());
  CHECK(given->by == continuation::prefill);
  CHECK(given->written.body.find("The beginning") != std::string::npos);
  const auto forced = asked(openai_chat, R"({"model":"m","stream":true,"response_format":{"type":"json_object"},)" + turn + "}");
  const auto anew = write_rest(forced, at({anthropic_messages}), continuation::prefill, "{\"a\":");
  REQUIRE(anew.has_value());
  CHECK(anew->by == continuation::replay);
}

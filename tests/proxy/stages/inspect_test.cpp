#include "proxy/stages/inspect.hpp"

#include "adapters/dialect.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::stages;

namespace {

const std::string a_card = "4111 1111 1111 1111";   // of no account: the number that every card scheme gives for tests

call chat_of(const std::string& content) {
  auto read = dialect_of(dialect_id::openai_chat)
                  .read_call(operation::chat_completions, R"({"model":"chat","messages":[{"role":"user","content":)" + content + "}]}");
  REQUIRE(read.has_value());
  return std::move(*read);
}
call said(const std::string& text) { return chat_of("\"" + text + "\""); }

struct rig {
  config::privacy_settings how{.detect = {"payment_card", "iban"}};
  facts known;
  call_text reader;
  std::string rule;

  result<void> look(const call& asked, const std::function<bool()>& expired = {}) {
    return inspect(asked, how, lookout_of(how), reader, expired, known, rule);
  }
};

}  // namespace

TEST_CASE("a find raises the class, and names the detector") {
  rig world;
  REQUIRE(world.look(said("charge " + a_card + " please")).has_value());
  CHECK(world.known.sensitivity == data_class::restricted);
  CHECK(world.known.raised_by == "detector payment_card");
  CHECK(world.rule.empty());
}

TEST_CASE("a find raises a call that a label has raised less") {
  rig world;
  world.known.raise(data_class::internal, "header");
  REQUIRE(world.look(said("charge " + a_card)).has_value());
  CHECK(world.known.sensitivity == data_class::restricted);
  CHECK(world.known.raised_by == "detector payment_card");
}

TEST_CASE("what nobody asked to find, and what is not there, raises nothing") {
  rig world;
  REQUIRE(world.look(said("write to anna@example.org about order 4111 1111 1111 1112")).has_value());
  CHECK(world.known.sensitivity == data_class::public_);
}

TEST_CASE("a find in a tool's argument, or over two parts of a message, counts as well") {
  rig world;
  REQUIRE(world.look(chat_of(R"([{"type":"text","text":"card 4111 1111 "},{"type":"text","text":"1111 1111"}])")).has_value());
  CHECK(world.known.sensitivity == data_class::restricted);
  rig other;
  auto tools = dialect_of(dialect_id::openai_chat).read_call(operation::chat_completions,
      R"({"model":"chat","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"pay","arguments":"{\"card\":\"41111111\u00311111111\"}"}}]}]})");
  REQUIRE(tools.has_value());
  REQUIRE(other.look(*tools).has_value());
  CHECK(other.known.sensitivity == data_class::restricted);
}

TEST_CASE("with action refuse a find ends the call, and the sentence has the detector's name alone") {
  rig world;
  world.how.action = config::found_data::refuse;
  world.known.raise(data_class::restricted, "header");   // also where the class could not be raised any more
  const auto looked = world.look(said("charge " + a_card));
  REQUIRE(looked.has_error());
  const failure why = looked.error();
  CHECK(why.kind == failure_kind::protected_content);
  CHECK(why.sentence.find("detector payment_card") != std::string::npos);
  CHECK(why.sentence.find("4111") == std::string::npos);
  CHECK(why.detail.find("4111") == std::string::npos);
  CHECK(world.rule == "detector payment_card");
}

TEST_CASE("text that could not be looked through raises the call to the class that is said for it") {
  SUBCASE("beyond the limit") {
    rig world;
    world.how.scan_limit = 1024;
    world.how.unscanned = data_class::confidential;
    REQUIRE(world.look(said(std::string(5'000, 'a') + a_card)).has_value());
    CHECK(world.known.sensitivity == data_class::confidential);
    CHECK(world.known.raised_by == "more text than privacy.scan_limit");
  }
  SUBCASE("too late") {
    rig world;
    REQUIRE(world.look(said("hello"), [] { return true; }).has_value());
    CHECK(world.known.sensitivity == data_class::restricted);
    CHECK(world.known.raised_by == "text not looked through within privacy.scan_timeout");
  }
  SUBCASE("tokens") {
    rig world;
    auto tokens = dialect_of(dialect_id::openai_chat).read_call(operation::embeddings, R"({"model":"chat","input":[1,2,3]})");
    REQUIRE(tokens.has_value());
    REQUIRE(world.look(*tokens).has_value());
    CHECK(world.known.raised_by == "a prompt of tokens");
  }
}

TEST_CASE("a part that was looked through counts although the rest was not") {
  rig world;
  world.how.scan_limit = 1024;
  world.how.unscanned = data_class::internal;
  REQUIRE(world.look(said(a_card + " " + std::string(5'000, 'a'))).has_value());
  CHECK(world.known.sensitivity == data_class::restricted);
}

TEST_CASE("attachments raise a call without any detector, and images of another place too") {
  for (const char* part : {R"({"type":"image_url","image_url":{"url":"https://x/y.png"}})", R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})",
                           R"({"type":"file","file":{"file_id":"f-1"}})"}) {
    rig world;
    world.how = {.attachments = data_class::confidential};
    REQUIRE(world.look(chat_of("[" + std::string(part) + "]")).has_value());
    CHECK_MESSAGE(world.known.sensitivity == data_class::confidential, part);
    CHECK(world.known.raised_by == "attachment");
  }
}

TEST_CASE("nobody looks where a find could change nothing") {
  rig world;
  world.known.raise(data_class::restricted, "header");
  bool asked = false;
  REQUIRE(world.look(said(a_card), [&] { return asked = true; }).has_value());
  CHECK_FALSE(asked);
}

TEST_CASE("patterns of the operator's own are detectors") {
  rig world;
  world.how.patterns = {{"case_number", "CASE-[0-9]{6}"}};
  REQUIRE(world.look(said("see CASE-123456")).has_value());
  CHECK(world.known.raised_by == "detector case_number");
}

TEST_CASE("detectors that cannot be made leave every call unscanned") {
  rig world;
  world.how.detect = {"no-such-detector"};
  REQUIRE(world.look(said("hello")).has_value());
  CHECK(world.known.sensitivity == data_class::restricted);
  CHECK(world.known.raised_by == "detectors that could not be made");
}

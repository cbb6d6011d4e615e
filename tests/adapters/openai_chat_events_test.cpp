#include "adapters/openai_chat_events.hpp"

#include "adapters/openai_chat_stream.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace sallyport;
using openai_chat::chunk_reader;
using openai_chat::chunk_writer;

namespace {

const stream_identity one{.id = "chatcmpl-\"1\"", .model = "up/m", .created = 12};
constexpr auto of_chat = operation::chat_completions;

struct kept_event {
  event_kind kind;
  std::string text;
  std::string tool;
};

std::vector<kept_event> read_back(const std::string& bytes) {
  std::vector<kept_event> all;
  chunk_reader reader;
  reader.feed(bytes);
  while (const auto* seen = reader.next())
    all.push_back({seen->kind, std::string(seen->text), std::to_string(seen->tool.index) + std::string(seen->tool.id) + std::string(seen->tool.name)});
  return all;
}

}  // namespace

TEST_CASE("what is written of a text is a chunk under the identity of the stream") {
  chunk_writer writer(of_chat, one);
  CHECK(writer.write({.kind = event_kind::text, .text = "He\"llo\n"}) ==
        "data: {\"id\":\"chatcmpl-\\\"1\\\"\",\"object\":\"chat.completion.chunk\",\"created\":12,\"model\":\"up/m\",\"choices\":["
        "{\"index\":0,\"delta\":{\"content\":\"He\\\"llo\\n\"},\"finish_reason\":null}]}\n\n");
}

TEST_CASE("a completion's text stands in its choice") {
  chunk_writer writer(operation::completions, one);
  CHECK(writer.write({.kind = event_kind::text, .text = "Hi"}).find(R"("object":"text_completion")") != std::string::npos);
  CHECK(writer.write({.kind = event_kind::text, .text = "Hi"}).find(R"({"index":0,"text":"Hi","logprobs":null,"finish_reason":null})") != std::string::npos);
  CHECK(writer.write({.kind = event_kind::finished, .finish = finish_reason::length}).find(R"("text":"","logprobs":null,"finish_reason":"length")") !=
        std::string::npos);
}

TEST_CASE("the chunk behind the seam says who goes on, and only that one") {
  chunk_writer writer(of_chat, one);
  writer.resumed_by("house/qwen");
  CHECK(writer.write({.kind = event_kind::text, .text = "a"}).ends_with("],\"sallyport\":{\"resumed_by\":\"house/qwen\"}}\n\n"));
  CHECK(writer.write({.kind = event_kind::text, .text = "a"}).ends_with("]}\n\n"));
}

TEST_CASE("everything that is written is read back as what it was") {
  rc::check([] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\"\\\n {}:")));
    const auto kind = *rc::gen::element(event_kind::text, event_kind::reasoning, event_kind::refusal, event_kind::tool_call);
    RC_PRE(kind == event_kind::tool_call || !text.empty());
    chunk_writer writer(of_chat, one);
    event said{.kind = kind, .text = text};
    if (kind == event_kind::tool_call) said.tool = {.index = *rc::gen::inRange(0, 9), .id = "call_1", .name = "f"};
    const auto back = read_back(writer.write(said));
    RC_ASSERT(back.size() == 1u);
    RC_ASSERT(back[0].kind == kind);
    RC_ASSERT(back[0].text == text);
    if (kind == event_kind::tool_call) RC_ASSERT(back[0].tool == std::to_string(said.tool.index) + "call_1f");
  });
}

TEST_CASE("end, usage, failure and marker are read back too") {
  chunk_writer writer(of_chat, one);
  chunk_reader reader;
  usage tokens{.input = 5, .cached = 2, .output = 3, .reasoning = 4};
  reader.feed(writer.write({.kind = event_kind::finished, .finish = finish_reason::content_filter}) + writer.write({.kind = event_kind::reported, .tokens = tokens}) +
              writer.write({.kind = event_kind::failed, .why = fail(failure_kind::idle_timed_out)}) + writer.write({.kind = event_kind::done}));
  const auto* finished = reader.next();
  REQUIRE(finished->kind == event_kind::finished);
  CHECK(finished->finish == finish_reason::content_filter);
  const auto* reported = reader.next();
  REQUIRE(reported->kind == event_kind::reported);
  CHECK(reported->tokens.input == 5);
  CHECK(reported->tokens.cached == 2);
  CHECK(reported->tokens.completion_total() == 7);
  CHECK(reported->usage_only);
  CHECK(reader.next()->kind == event_kind::failed);
  CHECK(reader.next()->kind == event_kind::done);
  CHECK(reader.identity().id == one.id);
  CHECK(reader.identity().model == one.model);
  CHECK(reader.identity().created == one.created);
  CHECK(writer.write({.kind = event_kind::ignored}).empty());
}

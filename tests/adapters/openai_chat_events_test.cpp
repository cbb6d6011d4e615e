#include "adapters/openai_chat_events.hpp"

#include "adapters/openai_chat_stream.hpp"
#include "adapters/openai_chat_thoughts.hpp"
#include "adapters/sse_blocks.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace sallyport;
using openai_chat::chunk_reader;
using openai_chat::chunk_writer;

namespace {

const stream_identity one{.id = "chatcmpl-\"1\"", .model = "up/m", .created = 12};

call asked_for(operation what, std::string body = "{}", bool with_usage = false) {
  call made;
  made.asks = what;
  made.has_tools = true;
  made.asked_for_usage = with_usage;
  made.body = std::move(body);
  return made;
}

const call chat_call = asked_for(operation::chat_completions);
const call chat_with_usage = asked_for(operation::chat_completions, "{}", true);

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

TEST_CASE("what is written of a text is a chunk under the identity of the stream, behind one that names the role") {
  chunk_writer writer(chat_call, one, {});
  const std::string frame = "data: {\"id\":\"chatcmpl-\\\"1\\\"\",\"object\":\"chat.completion.chunk\",\"created\":12,\"model\":\"up/m\",\"choices\":[";
  CHECK(writer.write({.kind = event_kind::text, .text = "He\"llo\n"}) ==
        frame + R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})" + "\n\n" + frame +
            "{\"index\":0,\"delta\":{\"content\":\"He\\\"llo\\n\"},\"finish_reason\":null}]}\n\n");
  CHECK(writer.write({.kind = event_kind::text, .text = "a"}).find("role") == std::string::npos);
}

TEST_CASE("a stream that is gone on with has no second beginning") {
  chunk_writer writer(chat_call, one, "He");
  CHECK(writer.write({.kind = event_kind::opened}).empty());
  CHECK(writer.write({.kind = event_kind::text, .text = "llo"}).find("role") == std::string::npos);
}

TEST_CASE("a completion's text stands in its choice") {
  chunk_writer writer(asked_for(operation::completions), one, {});
  const std::string text = writer.write({.kind = event_kind::text, .text = "Hi"});
  CHECK(text.find(R"("object":"text_completion")") != std::string::npos);
  CHECK(text.find(R"({"index":0,"text":"Hi","logprobs":null,"finish_reason":null})") != std::string::npos);
  CHECK(text.find("role") == std::string::npos);
  CHECK(writer.write({.kind = event_kind::finished, .finish = finish_reason::length}).find(R"("text":"","logprobs":null,"finish_reason":"length")") !=
        std::string::npos);
}

TEST_CASE("the chunk behind the seam says who goes on, and only that one") {
  chunk_writer writer(chat_call, one, "so far");
  writer.resumed_by("house/qwen");
  CHECK(writer.write({.kind = event_kind::text, .text = "a"}).ends_with("],\"sallyport\":{\"resumed_by\":\"house/qwen\"}}\n\n"));
  CHECK(writer.write({.kind = event_kind::text, .text = "a"}).ends_with("]}\n\n"));
}

TEST_CASE("everything that is written is read back as what it was") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\"\\\n {}:")));
    const auto kind = *rc::gen::element(event_kind::text, event_kind::reasoning, event_kind::refusal, event_kind::tool_call);
    RC_PRE(kind == event_kind::tool_call || !text.empty());
    chunk_writer writer(chat_call, one, {});
    event said{.kind = kind, .text = text};
    if (kind == event_kind::tool_call) said.tool = {.index = *rc::gen::inRange(0, 9), .id = "call_1", .name = "f"};
    const auto back = read_back(writer.write(said));
    RC_ASSERT(back.size() == 2u);
    RC_ASSERT(back[0].kind == event_kind::opened);
    RC_ASSERT(back[1].kind == kind);
    RC_ASSERT(back[1].text == text);
    if (kind == event_kind::tool_call) RC_ASSERT(back[1].tool == std::to_string(said.tool.index) + "call_1f");
  }));
}

TEST_CASE("end, usage, failure and marker are read back too") {
  chunk_writer writer(chat_with_usage, one, {});
  chunk_reader reader;
  usage tokens{.input = 5, .cached = 2, .output = 3, .reasoning = 4};
  std::string bytes = writer.write({.kind = event_kind::opened});
  bytes += writer.write({.kind = event_kind::reported, .tokens = {.input = 99}});
  bytes += writer.write({.kind = event_kind::finished, .finish = finish_reason::content_filter});
  bytes += writer.write({.kind = event_kind::reported, .tokens = tokens});
  bytes += writer.write({.kind = event_kind::failed, .why = fail(failure_kind::idle_timed_out)});
  reader.feed(bytes + writer.write({.kind = event_kind::done}));
  CHECK(reader.next()->kind == event_kind::opened);
  const auto* finished = reader.next();
  REQUIRE(finished->kind == event_kind::finished);
  CHECK(finished->finish == finish_reason::content_filter);
  CHECK(reader.next()->kind == event_kind::failed);
  const auto* reported = reader.next();
  REQUIRE(reported->kind == event_kind::reported);
  CHECK(reported->tokens.input == 5);
  CHECK(reported->tokens.cached == 2);
  CHECK(reported->tokens.completion_total() == 7);
  CHECK(reported->usage_only);
  CHECK(reader.next()->kind == event_kind::done);
  CHECK(reader.identity().id == one.id);
  CHECK(reader.identity().model == one.model);
  CHECK(reader.identity().created == one.created);
}

TEST_CASE("usage goes out where the client asked for it, and nowhere else") {
  chunk_writer silent(chat_call, one, {});
  CHECK(silent.write({.kind = event_kind::reported, .tokens = {.input = 5}}).empty());
  const std::string end = silent.write({.kind = event_kind::done});
  CHECK(end.find("usage") == std::string::npos);
  CHECK(end.ends_with("data: [DONE]\n\n"));
  chunk_writer behind_a_seam(chat_with_usage, one, "so far");
  CHECK(behind_a_seam.write({.kind = event_kind::reported, .tokens = {.input = 5}}).find(R"("choices":[],"usage":{"prompt_tokens":5)") != std::string::npos);
  CHECK(behind_a_seam.write({.kind = event_kind::done}).find("prompt_tokens") == std::string::npos);
}

TEST_CASE("each choice ends once, whatever else is said of its end") {
  chunk_writer writer(chat_call, one, {});
  writer.write({.kind = event_kind::text, .text = "a"});
  CHECK(writer.write({.kind = event_kind::finished, .finish = finish_reason::stop}).find(R"("finish_reason":"stop")") != std::string::npos);
  CHECK(writer.write({.kind = event_kind::finished, .finish = finish_reason::length}).empty());
  CHECK(writer.write({.kind = event_kind::done}) == "data: [DONE]\n\n");
  chunk_writer unsaid(chat_call, one, {});
  unsaid.write({.kind = event_kind::text, .text = "a"});
  CHECK(unsaid.write({.kind = event_kind::done}).find(R"("finish_reason":"stop")") != std::string::npos);
}

TEST_CASE("a sign of life is a comment, once the stream has begun") {
  chunk_writer writer(chat_call, one, {});
  CHECK(writer.write({.kind = event_kind::ignored, .raw = ": x\n\n"}).empty());
  writer.write({.kind = event_kind::opened});
  CHECK(writer.write({.kind = event_kind::ignored, .raw = ": x\n\n"}) == ": ping\n\n");
  CHECK(writer.write({.kind = event_kind::ignored}).empty());
}

TEST_CASE("a thought and what its maker wants back stand together at its end") {
  stream_identity of = one;
  of.origin = "maker";
  chunk_writer writer(chat_call, of, {});
  writer.write({.kind = event_kind::reasoning, .text = "Let me "});
  writer.write({.kind = event_kind::reasoning, .text = "see."});
  const std::string marked_state = "sallyport.state.1.6d616b6572..c2ln";
  CHECK(writer.write({.kind = event_kind::state, .text = "c2ln"})
            .find(R"({"reasoning_details":[{"type":"reasoning.text","text":"Let me see.","signature":")" + marked_state + R"("}]})") != std::string::npos);
  CHECK(writer.write({.kind = event_kind::state, .text = "c2ln"}).find(R"([{"type":"reasoning.encrypted","data":")" + marked_state) != std::string::npos);
  CHECK(writer.write({.kind = event_kind::text, .text = "Yes"}).find("reasoning") == std::string::npos);
}

TEST_CASE("a thought without a state is marked too, for its maker may want its text back") {
  stream_identity of = one;
  of.origin = "maker";
  chunk_writer writer(chat_call, of, {});
  writer.write({.kind = event_kind::reasoning, .text = "Hm."});
  const std::string next = writer.write({.kind = event_kind::text, .text = "Yes"});
  CHECK(next.find(R"("text":"Hm.","signature":"sallyport.state.1.6d616b6572..")") < next.find(R"("content":"Yes")"));
}

TEST_CASE("a call of a tool that takes text comes whole, as the text that it takes") {
  chunk_writer writer(asked_for(operation::chat_completions, R"({"tools":[{"type":"custom","custom":{"name":"patch"}}]})"), one, {});
  CHECK(writer.write({.kind = event_kind::tool_call, .text = "", .tool = {.index = 0, .id = "call_1", .name = "patch"}}).find("tool_calls") == std::string::npos);
  CHECK(writer.write({.kind = event_kind::tool_call, .text = R"({"input":"a\)", .tool = {.index = 0, .id = {}, .name = {}}}).empty());
  CHECK(writer.write({.kind = event_kind::tool_call, .text = R"(nb"})", .tool = {.index = 0, .id = {}, .name = {}}}).empty());
  CHECK(writer.write({.kind = event_kind::finished, .finish = finish_reason::tool_calls})
            .find(R"({"tool_calls":[{"index":0,"id":"call_1","type":"custom","custom":{"name":"patch","input":"a\nb"}}]})") != std::string::npos);
}

TEST_CASE("a call without arguments has the empty object, and one without an id gets one") {
  chunk_writer writer(chat_call, one, {});
  const std::string first = writer.write({.kind = event_kind::tool_call, .text = "", .tool = {.index = 0, .id = {}, .name = "f"}});
  CHECK(first.find(R"("id":"call_)") != std::string::npos);
  CHECK(writer.write({.kind = event_kind::finished, .finish = finish_reason::tool_calls}).find(R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})") !=
        std::string::npos);
}

TEST_CASE("an id of another dialect gets the prefix of this one") {
  stream_identity of = one;
  of.id = "msg_01";
  chunk_writer writer(chat_call, of, {});
  CHECK(writer.write({.kind = event_kind::opened}).starts_with(R"(data: {"id":"chatcmpl-msg_01")"));
}

TEST_CASE("log probabilities stand with their text") {
  chunk_writer writer(chat_call, one, {});
  CHECK(writer.write({.kind = event_kind::text, .text = "a", .logprobs = R"([{"token":"a"}])"})
            .find(R"("delta":{"content":"a"},"logprobs":{"content":[{"token":"a"}],"refusal":null},"finish_reason":null)") != std::string::npos);
}

TEST_CASE("what a client gathers of a stream's thoughts is read back as they were") {
  stream_identity of = one;
  of.origin = "maker";
  chunk_writer writer(chat_call, of, {});
  std::string bytes = writer.write({.kind = event_kind::reasoning, .text = "first "});
  bytes += writer.write({.kind = event_kind::reasoning, .text = "thought"});
  bytes += writer.write({.kind = event_kind::state, .text = "s1", .tool = {.id = "rs_1", .name = {}}});
  bytes += writer.write({.kind = event_kind::state, .text = "hidden"});
  bytes += writer.write({.kind = event_kind::reasoning, .text = "second"});
  bytes += writer.write({.kind = event_kind::text, .text = "answer"});
  bytes += writer.write({.kind = event_kind::done});

  std::string text, details;
  sse_blocks blocks;
  blocks.feed(bytes);
  json_document document;
  while (const auto* block = blocks.next()) {
    if (block->data == "[DONE]" || !document.parse(block->data)) continue;
    const json_value delta = document.root()["choices"].first_item()["delta"];
    text += delta["reasoning_content"].text();
    delta["reasoning_details"].each_item([&](json_value detail) { details += (details.empty() ? "" : ",") + detail.written(); });
  }
  CHECK(text == "first thoughtsecond");

  REQUIRE(document.parse(R"({"reasoning_content":"first thoughtsecond","reasoning_details":[)" + details + "]}"));
  std::vector<part> parts;
  openai_chat::read_thoughts(document.root(), parts);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].text == "first thought");
  CHECK(parts[0].state == opaque_state{"maker", "rs_1", "s1"});
  CHECK(parts[1].text.empty());
  CHECK(parts[1].state == opaque_state{"maker", "", "hidden"});
  CHECK(parts[2].text == "second");
  CHECK(parts[2].state == opaque_state{"maker", "", ""});
}

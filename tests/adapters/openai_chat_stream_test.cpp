#include "adapters/openai_chat_stream.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;
using openai_chat::chunk_reader;

namespace {

using kinds = std::vector<event_kind>;

std::vector<event> events_of(std::string_view bytes, std::vector<std::string>* texts = nullptr) {
  chunk_reader reader;
  std::vector<event> all;
  const auto drain = [&] {
    while (const event* next = reader.next()) {
      all.push_back(*next);
      if (texts) texts->emplace_back(next->text);
    }
  };
  reader.feed(bytes);
  drain();
  reader.end();
  drain();
  return all;
}

std::vector<event> events_of_chunk(const std::string& chunk) { return events_of("data: " + chunk + "\n\n"); }

kinds kinds_of(const std::vector<event>& events) {
  kinds made;
  for (const event& each : events) made.push_back(each.kind);
  return made;
}

kinds kinds_of_chunk(const std::string& chunk) { return kinds_of(events_of_chunk(chunk)); }
kinds kinds_of_delta(const std::string& delta) { return kinds_of_chunk(R"({"choices":[{"index":0,"delta":)" + delta + "}]}"); }

failure_kind failed_kind(std::string_view bytes) {
  const auto events = events_of(bytes);
  REQUIRE_FALSE(events.empty());
  REQUIRE(events[0].why);
  return events[0].why->kind;
}

constexpr auto opened = event_kind::opened;
constexpr auto text = event_kind::text;
constexpr auto reasoning = event_kind::reasoning;
constexpr auto tool_call = event_kind::tool_call;
constexpr auto finished = event_kind::finished;
constexpr auto reported = event_kind::reported;
constexpr auto ignored = event_kind::ignored;
constexpr auto failed = event_kind::failed;

}  // namespace

TEST_CASE("a stream is told as it happens") {
  std::vector<std::string> texts;
  const auto events = events_of(
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Caf\\u00e9\"}}]}\n\n"
      ": still here\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n"
      "data: [DONE]\n\n",
      &texts);
  CHECK(kinds_of(events) == kinds{opened, text, ignored, finished, reported, event_kind::done});
  CHECK(texts[1] == "Caf\xc3\xa9");
  CHECK(events[0].data);
  CHECK_FALSE(events[2].data);
  CHECK(events[3].finish == finish_reason::stop);
  CHECK(events[4].usage_only);
  CHECK(events[4].tokens.input == 3);
}

TEST_CASE("the words of the answer are told apart wherever a vendor puts them") {
  CHECK(kinds_of_delta(R"({"reasoning_content":"a"})") == kinds{reasoning});
  CHECK(kinds_of_delta(R"({"reasoning":"a","reasoning_details":[{"text":"a"}]})") == kinds{reasoning});
  CHECK(kinds_of_delta(R"({"reasoning_details":[{"type":"reasoning.text","text":"a"}]})") == kinds{reasoning});
  CHECK(kinds_of_delta(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]},{"type":"text","text":"b"}]})") ==
        kinds{reasoning, text});
  CHECK(kinds_of_delta(R"({"refusal":"no"})") == kinds{event_kind::refusal});
  CHECK(kinds_of_delta(R"({"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]})") == kinds{tool_call});
  CHECK(kinds_of_delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"{"}},{"index":1,"function":{"arguments":"}"}}]})") ==
        kinds{tool_call, tool_call});
  CHECK(kinds_of_delta(R"({"function_call":{"name":"f","arguments":""}})") == kinds{tool_call});
  CHECK(kinds_of_delta(R"({"audio":{"data":"AAAA"}})") == kinds{text});
  CHECK(kinds_of_chunk(R"({"choices":[{"text":"a","index":0}]})") == kinds{text});
}

TEST_CASE("empty strings commit to nothing") {
  CHECK(kinds_of_delta(R"({"role":"assistant","content":"","refusal":null,"reasoning":""})") == kinds{opened});
  CHECK(kinds_of_delta(R"({"tool_calls":[],"content":null})") == kinds{opened});
  CHECK(kinds_of_delta(R"({"tool_calls":[{"index":0,"id":"","type":"function","function":{"arguments":""}}]})") == kinds{opened});
  CHECK(kinds_of_chunk(R"({"choices":[{"text":"","index":0}]})") == kinds{opened});
}

TEST_CASE("one block may say several things, and only the first of them carries its bytes") {
  const auto events = events_of_chunk(R"({"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},)"
                                      R"({"index":1,"delta":{"content":"b"}}],)"
                                      R"("usage":{"prompt_tokens":1,"completion_tokens":1}})");
  CHECK(kinds_of(events) == kinds{text, finished, text, reported});
  CHECK(events[2].choice == 1);
  CHECK_FALSE(events[0].raw.empty());
  for (std::size_t i = 1; i < events.size(); ++i) CHECK(events[i].raw.empty());
  CHECK_FALSE(events[3].usage_only);
}

TEST_CASE("only a block that we ourselves asked for is usage alone") {
  CHECK(events_of_chunk(R"({"id":"x","choices":[],"usage":{"prompt_tokens":1}})")[0].usage_only);
  CHECK_FALSE(events_of_chunk(R"({"choices":[],"prompt_filter_results":[{}],"usage":{"prompt_tokens":1}})")[0].usage_only);
  CHECK_FALSE(events_of_chunk(R"({"choices":[],"prompt_filter_results":[{}]})")[0].usage_only);
  CHECK_FALSE(events_of_chunk(R"({"choices":[],"usage":null})")[0].usage_only);
  CHECK_FALSE(events_of_chunk(R"({"usage":{"prompt_tokens":1}})")[0].usage_only);
}

TEST_CASE("usage is read wherever it stands") {
  const auto events = events_of_chunk(R"({"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":4}}})");
  REQUIRE(events.size() == 2);
  CHECK(events[1].tokens.input == 4);
  CHECK(kinds_of_chunk(R"({"choices":[{"delta":{"content":"a"}}],"usage":{}})") == kinds{text});
}

TEST_CASE("a failure inside the stream is found in all its shapes") {
  CHECK(failed_kind("data: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n") == failure_kind::error_in_reply);
  CHECK(failed_kind("data: {\"error\":\"out of memory\"}\n\n") == failure_kind::error_in_reply);
  CHECK(failed_kind("data: {\"object\":\"error\",\"message\":\"x\"}\n\n") == failure_kind::error_in_reply);
  CHECK(failed_kind("data: {\"error\":{\"message\":\"x\",\"type\":\"overloaded_error\"}}\n\n") == failure_kind::provider_overloaded);
  CHECK(failed_kind("error: {\"error\":{\"message\":\"failed to decode\"}}\n\n") == failure_kind::error_in_reply);
  CHECK(failed_kind("event: error\ndata: it broke\n\n") == failure_kind::error_in_reply);
  CHECK(failed_kind("event: error\ndata: {\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\",\"status_code\":400}}\n\n") ==
        failure_kind::request_refused);
  CHECK(failed_kind("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"abort\"}]}\n\n") == failure_kind::error_in_reply);
  CHECK(failed_kind("data: {\"choices\":[{\"delta\":{\n\n") == failure_kind::garbled_reply);
  CHECK(failed_kind("data: {\"choices\":\"\xff\"}\n\n") == failure_kind::garbled_reply);
  CHECK(failed_kind("\x1f\x8b\x08\x00\x00") == failure_kind::garbled_reply);
  CHECK(kinds_of(events_of("event: ping\ndata: ping\n\n")) == kinds{ignored});
}

TEST_CASE("a compressed stream is refused once, however it is cut, and its bytes stay") {
  chunk_reader reader;
  std::string raw;
  std::size_t refused = 0;
  for (const char byte : std::string("\x1f\x8b\n\ndata: {\"choices\":[]}\n\n")) {
    reader.feed(std::string_view(&byte, 1));
    while (const event* next = reader.next()) {
      raw += next->raw;
      refused += next->kind == failed;
      CHECK((next->kind == failed || next->kind == ignored));
    }
  }
  CHECK(refused == 1);
  CHECK(raw == "\x1f\x8b\n\ndata: {\"choices\":[]}\n\n");
}

TEST_CASE("an event above 16 MiB fails the stream aloud") {
  CHECK(failed_kind("data: {\"x\":\"" + std::string(17 * 1024 * 1024, 'x') + "\"}\n\n") == failure_kind::garbled_reply);
}

TEST_CASE("an event of 15 MiB is one text") {
  std::vector<std::string> texts;
  const std::string big(15 * 1024 * 1024, 'x');
  const auto events = events_of("data: {\"choices\":[{\"delta\":{\"content\":\"" + big + "\"}}]}\n\n", &texts);
  REQUIRE(events.size() == 1);
  CHECK(texts[0] == big);
}

TEST_CASE("what the wire cut off is no answer, but its terminal marker and its error count") {
  const auto cut = events_of("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n");
  CHECK(kinds_of(cut) == kinds{ignored});
  CHECK(cut[0].unfinished);
  const auto marked = events_of("data: [DONE]");
  CHECK(kinds_of(marked) == kinds{event_kind::done});
  CHECK(marked[0].unfinished);
  CHECK(kinds_of(events_of("data: {\"error\":{\"message\":\"x\"}}\n")) == kinds{failed});
}

TEST_CASE("blocks that say nothing are relayed") {
  CHECK(kinds_of_chunk("{}") == kinds{ignored});
  CHECK(kinds_of_chunk("") == kinds{ignored});
  CHECK(kinds_of_chunk("7") == kinds{ignored});
  CHECK(kinds_of_chunk(R"({"choices":{"a":1},"usage":[]})") == kinds{ignored});
  CHECK(events_of_chunk("{}")[0].data);
}

TEST_CASE("log probabilities stand with the text that they are of, and state of a thought by itself") {
  chunk_reader reader;
  reader.feed("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1e20}]}}]}\n\n"
              "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"t\",\"signature\":\"s\"}]}}]}\n\n");
  const auto* said = reader.next();
  REQUIRE(said->kind == event_kind::text);
  CHECK(said->text == "a");
  CHECK(said->logprobs.starts_with(R"([{"token":"a","logprob":-1)"));
  said = reader.next();
  REQUIRE(said->kind == event_kind::reasoning);
  CHECK(said->text == "t");
  said = reader.next();
  REQUIRE(said->kind == event_kind::state);
  CHECK(said->text == "s");
}

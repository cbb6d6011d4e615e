#include "adapters/openai_chat_usage.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace sallyport;
using namespace sallyport::openai_chat;

namespace {

usage read(std::string_view text) {
  json_document document;
  REQUIRE(document.parse(text));
  return usage_of(document.root());
}

usage counts(std::int64_t input, std::int64_t cached, std::int64_t cache_write, std::int64_t output, std::int64_t reasoning) {
  return {input, cached, cache_write, output, reasoning, usage_basis::reported};
}

std::optional<finish_word> finish(std::string_view text) {
  json_document document;
  REQUIRE(document.parse(text));
  return finish_of(document.root());
}

}  // namespace

TEST_CASE("cached tokens stand inside the prompt, reasoning inside the completion") {
  CHECK(read(R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
                 "prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},
                 "completion_tokens_details":{"reasoning_tokens":20}})") == counts(30, 60, 10, 30, 20));
  CHECK(read(R"({"prompt_tokens":7,"completion_tokens":3})") == counts(7, 0, 0, 3, 0));
}

TEST_CASE("reasoning stands outside where only so the total comes out") {
  // As recorded from xAI.
  CHECK(read(R"({"prompt_tokens":32,"completion_tokens":9,"total_tokens":238,"completion_tokens_details":{"reasoning_tokens":197}})") ==
        counts(32, 0, 0, 9, 197));
  CHECK(read(R"({"prompt_tokens":32,"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":197}})") ==
        counts(32, 0, 0, 9, 197));
  // As recorded from OpenRouter, whose reasoning is more than its completion.
  CHECK(read(R"({"prompt_tokens":43,"completion_tokens":10,"total_tokens":53,"completion_tokens_details":{"reasoning_tokens":11}})") ==
        counts(43, 0, 0, 0, 10));
}

TEST_CASE("more cached tokens than the prompt has stand beside it") {
  // As recorded from Grok at Azure.
  CHECK(read(R"({"prompt_tokens":23,"completion_tokens":110,"total_tokens":133,"prompt_tokens_details":{"cached_tokens":190}})") ==
        counts(23, 190, 0, 110, 0));
}

TEST_CASE("what only the total has was thought and not shown") {
  // As recorded from Google's door for OpenAI's dialect.
  CHECK(read(R"({"prompt_tokens":66,"completion_tokens":6,"total_tokens":100})") == counts(66, 0, 0, 6, 28));
  CHECK(read(R"({"prompt_tokens":66,"completion_tokens":6,"total_tokens":70})") == counts(66, 0, 0, 6, 0));
  // As recorded from Mistral: the tokens that are missing are of audio, which is paid by the minute.
  CHECK(read(R"({"prompt_audio_seconds":3,"prompt_tokens":9,"total_tokens":632,"completion_tokens":248,
                 "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":375}})") == counts(9, 0, 0, 248, 0));
}

TEST_CASE("with citations reasoning stands beside everything, and the citations are input") {
  CHECK(read(R"({"prompt_tokens":33,"completion_tokens":7163,"total_tokens":7196,"citation_tokens":20016,"num_search_queries":18,
                 "reasoning_tokens":73997})") == counts(33 + 20'016, 0, 0, 7'163, 73'997));
  CHECK(read(R"({"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"citation_tokens":1000000000000})").input == tokens_max);
}

TEST_CASE("the vendors' flat fields are read") {
  CHECK(read(R"({"prompt_tokens":10,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6,"completion_tokens":1})") ==
        counts(6, 4, 0, 1, 0));
  CHECK(read(R"({"prompt_tokens":10,"cached_tokens":3,"completion_tokens":1})") == counts(7, 3, 0, 1, 0));
  CHECK(read(R"({"total_tokens":12})") == counts(12, 0, 0, 0, 0));
}

TEST_CASE("absurd counts are taken for missing ones") {
  CHECK(read("{}").basis == usage_basis::none);
  CHECK(read("null").basis == usage_basis::none);
  CHECK(read(R"({"prompt_tokens":null,"completion_tokens":"5","total_tokens":-3})").basis == usage_basis::none);
  CHECK(read(R"({"prompt_tokens":1e300,"completion_tokens":5})") == counts(0, 0, 0, 5, 0));
  CHECK(read(R"({"prompt_tokens":9223372036854775807,"completion_tokens":18446744073709551615,"total_tokens":5})") ==
        counts(5, 0, 0, 0, 0));
  CHECK(read(R"({"prompt_tokens":5.0,"completion_tokens":1.5})") == counts(5, 0, 0, 0, 0));
  CHECK(read(R"({"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":9}})") == counts(0, 4, 1, 0, 0));
}

TEST_CASE("whatever is reported, the counts are disjoint and never negative") {
  const bool holds = rc::check([] {
    const auto number = [] {
      return *rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](auto n) { return std::to_string(n); }),
                             rc::gen::map(rc::gen::inRange<std::int64_t>(0, 1000), [](auto n) { return std::to_string(n); }),
                             rc::gen::element<std::string>("null", "\"7\"", "1e308", "-0.0", "[]", "true"));
    };
    const usage made = read("{\"prompt_tokens\":" + number() + ",\"completion_tokens\":" + number() + ",\"total_tokens\":" + number() +
                            ",\"prompt_tokens_details\":{\"cached_tokens\":" + number() + ",\"cache_write_tokens\":" + number() +
                            "},\"completion_tokens_details\":{\"reasoning_tokens\":" + number() + "}}");
    for (const auto part : {made.input, made.cached, made.cache_write, made.output, made.reasoning})
      RC_ASSERT(part >= 0 && part <= tokens_max);
  });
  CHECK(holds);
}

TEST_CASE("each vendor's word for the end is understood") {
  CHECK_FALSE(finish("null"));
  CHECK_FALSE(finish("\"\""));
  CHECK(finish("\"stop\"")->reason == finish_reason::stop);
  CHECK(finish("\"eos\"")->reason == finish_reason::stop);
  CHECK(finish("\"model_length\"")->reason == finish_reason::length);
  CHECK(finish("\"function_call\"")->reason == finish_reason::tool_calls);
  CHECK(finish("\"content_filter\"")->reason == finish_reason::content_filter);
  CHECK(finish("\"something new\"")->reason == finish_reason::other);
  CHECK_FALSE(finish("\"something new\"")->failed);
  for (const char* word : {"\"error\"", "\"abort\"", "\"insufficient_system_resource\""}) CHECK(finish(word)->failed);
}

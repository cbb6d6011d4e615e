#include "adapters/prompt_head.hpp"

#include "adapters/openai_chat_call.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;

namespace {

std::string head_of(const std::string& prompt, operation asks = operation::chat_completions) {
  auto made = openai_chat::read_call(asks, "{\"model\": \"m\", " + prompt + ", \"temperature\": 0.5}");
  REQUIRE(made.has_value());
  return prompt_head(*made);
}

std::string chat(const std::string& messages) { return head_of("\"messages\": [" + messages + "]"); }

const std::string first_turn = R"({"role":"system","content":"Be brief."},{"role":"user","content":"Who was Ada?"})";

}  // namespace

TEST_CASE("all turns of a conversation begin alike, two conversations do not") {
  const auto first = chat(first_turn);
  CHECK(first == "system\nBe brief.\nuser\nWho was Ada?\n");
  CHECK(chat(first_turn + R"(,{"role":"assistant","content":"A mathematician."},{"role":"user","content":"When?"})") == first);
  CHECK(chat(R"({"role":"system","content":"Be brief."},{"role":"user","content":"Who was Bob?"})") != first);
  CHECK(chat(R"({"role":"system","content":"Be long."},{"role":"user","content":"Who was Ada?"})") != first);
}

TEST_CASE("it is the texts that count: not their form, nor what a client puts beside them") {
  const auto first = chat(first_turn);
  CHECK(chat(R"( { "content" : [ {"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}} ] , "role":"system" } ,
              {"role":"user","name":"x","content":[{"type":"text","text":"Who was "},{"type":"text","text":"\u0041da?"}]} )") == first);
  CHECK(head_of("\"messages\": [" + first_turn + "], \"stream\": true, \"user\": \"u1\"") == first);
  CHECK(head_of("\"mess\\u0061ges\": [" + first_turn + "]") == first);
}

TEST_CASE("a long beginning counts with its first 4,096 bytes, instructions and question each") {
  const auto with = [](std::size_t instructions, const std::string& question) {
    return chat(R"({"role":"developer","content":")" + std::string(instructions, 'x') + R"("},{"role":"user","content":")" + question + "\"}");
  };
  CHECK(with(5'000, "a") == with(6'000, "a"));
  CHECK(with(5'000, "a") != with(5'000, "b"));
  CHECK(with(3'000, "a") != with(3'001, "a"));
  CHECK(with(10, std::string(5'000, 'q')) == with(10, std::string(6'000, 'q')));
  CHECK(with(9'000, std::string(9'000, 'q')).size() == 2 * prompt_head_bytes);
}

TEST_CASE("what stands behind the first message of a user is not looked at, nor what has no text") {
  std::string many;
  for (int i = 0; i < 100; ++i) many += R"({"role":"assistant","content":"x"},)";
  CHECK(chat(many + first_turn) == chat(many + R"({"role":"user","content":"else"})"));
  CHECK(chat(R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]})").empty());
  CHECK(chat(R"({"role":"user","content":null})").empty());
  CHECK(chat("{}").empty());
  CHECK(chat("5, [1]").empty());
  CHECK(chat(R"({"role":"assistant","content":"Hello"})") == "assistant\nHello\n");
}

TEST_CASE("a completion begins with the first kilobyte of its prompt; tokens and embeddings have no beginning to go by") {
  const auto prompt = [](const std::string& value) { return head_of("\"prompt\": " + value, operation::completions); };
  CHECK(prompt("\"Once\"") == "Once");
  CHECK(prompt("[\"Once\", \"twice\"]") == "Once");
  CHECK(prompt('"' + std::string(1'500, 'a') + '"') == std::string(1'024, 'a'));
  CHECK(prompt("\"\"").empty());
  CHECK(prompt("[]").empty());
  CHECK(prompt("[1, 2, 3]").empty());
  CHECK(prompt("[[1, 2], [3]]").empty());
  CHECK(head_of("\"input\": \"Once\"", operation::embeddings).empty());
}

TEST_CASE("a call that nobody has read has none") { CHECK(prompt_head(call{}).empty()); }

#include "proxy/rehearsal/answer.hpp"

#include "proxy/rehearsal/gzip.hpp"
#include "proxy/rehearsal/schema_example.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace sallyport;
using namespace sallyport::rehearsal;

TEST_CASE("a question is read with its stream, usage and limits") {
  const auto asked = read_question(operation::chat_completions,
                                   R"({"model":"m!tokens=3","stream":true,"stream_options":{"include_usage":true},"n":2,"max_tokens":9,
      "messages":[{"role":"system","content":"s"},{"role":"user",
      "content":[{"type":"text","text":"hi "},{"type":"text","text":"you"}]}]})");

  REQUIRE(asked.has_value());
  CHECK(asked->stream);
  CHECK(asked->include_usage);
  CHECK(asked->choices == 2);
  CHECK(asked->max_tokens == 9);
  CHECK(asked->last_text == "hi you");
  CHECK(asked->prompt_tokens == 4 + 1 + 4 + 2);
  CHECK(asked->asked_conduct.value(fault_kind::tokens) == 3);
}

TEST_CASE("a question that a sound gateway would not send is refused") {
  for (const char* body : {"", "[]", "{", R"({"messages":[]})", R"({"model":"m"})", R"({"model":"m","messages":[]})",
                           R"({"model":"m","messages":[{}]})",
                           R"({"model":"m!what","messages":[{"role":"user","content":"x"}]})",
                           R"({"model":"m","messages":[{"role":"user","content":"x"}],"tools":[]})",
                           R"({"model":"m","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":true}})"}) {
    CAPTURE(body);
    CHECK_FALSE(read_question(operation::chat_completions, body).has_value());
  }
  CHECK_FALSE(read_question(operation::embeddings, R"({"model":"m"})").has_value());
  CHECK_FALSE(read_question(operation::embeddings, R"({"model":"m","input":[]})").has_value());
  CHECK_FALSE(read_question(operation::embeddings, R"({"model":"m","input":"x","encoding_format":"hex"})").has_value());
  CHECK_FALSE(read_question(operation::completions, R"({"model":"m"})").has_value());
}

TEST_CASE("a tool is called when the choice or the text asks for it") {
  const auto wish = [](const std::string& text, const std::string& choice) {
    return read_question(operation::chat_completions,
                         R"({"model":"m","messages":[{"role":"user","content":")" + text + R"("}],"tools":[{"type":"function","function":
        {"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":3}},
        "required":["city","days"]}}}])" + choice + "}")
        ->tool;
  };

  CHECK_FALSE(wish("hello", "").has_value());
  REQUIRE(wish("what is the weather", "").has_value());
  CHECK(wish("what is the weather", "")->arguments == R"({"city":"Paris","days":3})");
  CHECK(wish("please get_weather", "").has_value());
  CHECK(wish("hello", R"(,"tool_choice":"required")").has_value());
  CHECK_FALSE(wish("the weather", R"(,"tool_choice":"none")").has_value());
  REQUIRE(wish("hello", R"(,"tool_choice":{"type":"function","function":{"name":"get_weather"}})").has_value());
  CHECK(wish("hello", R"(,"tool_choice":{"type":"function","function":{"name":"get_weather"}})")->forced_by_name);
}

TEST_CASE("the example of a schema has its required properties and no more") {
  CHECK(example_of(R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"boolean"},"c":{"type":"null"}},
                       "required":["a","c"]})", "w") == R"({"a":"w","c":null})");
  CHECK(example_of(R"({"type":"array","minItems":2,"items":{"enum":["x","y"]}})", "w") == R"(["x","x"])");
  CHECK(example_of(R"({"anyOf":[{"const":5},{"type":"string"}]})", "w") == "5");
  CHECK(example_of(R"({"$ref":"#/$defs/p","$defs":{"p":{"type":"string","minLength":3}}})", "w") == R"("w..")");
  CHECK(example_of(R"({"$ref":"#"})", "w") == "null");
  CHECK(example_of(R"({"type":["number","null"]})", "w") == "1");
  CHECK(example_of("nonsense", "w") == "{}");
}

TEST_CASE("an answer has exactly the tokens asked for and ends with the reason that fits") {
  auto asked = *read_question(operation::chat_completions, R"({"model":"m","messages":[{"role":"user","content":"one two"}]})");
  const character who{.name = "tester"};

  const answer plain = compose(asked, {}, who);
  CHECK(plain.text().find("tester") != std::string::npos);
  CHECK(plain.text().ends_with("you said: one two"));
  CHECK(plain.finish == "stop");
  CHECK(plain.completion_tokens == static_cast<std::int64_t>(plain.tokens.size()));

  const answer sixty = compose(asked, *conduct_of("m!tokens=60!reasoning=4"), who);
  CHECK(sixty.tokens.size() == 60);
  CHECK(sixty.completion_tokens == 64);

  asked.max_tokens = 5;
  const answer shortened = compose(asked, {}, who);
  CHECK(shortened.tokens.size() == 5);
  CHECK(shortened.finish == "length");
}

TEST_CASE("an embedding is a unit vector that follows from the text, and its base64 is little-endian float32") {
  const auto one = embedding_of("a", 8);
  double square_sum = 0;
  for (const float part : one) square_sum += static_cast<double>(part) * part;

  CHECK(square_sum == doctest::Approx(1.0).epsilon(1e-5));
  CHECK(one == embedding_of("a", 8));
  CHECK(one != embedding_of("b", 8));
  CHECK(base64_of({1.0f}) == "AACAPw==");
  CHECK(base64_of({1.0f, -2.0f}) == "AACAPwAAAMA=");
  CHECK(base64_of({1.0f, -2.0f, 0.5f}) == "AACAPwAAAMAAAAA/");
}

TEST_CASE("gzip of stored blocks has the header, lengths and checksum of RFC 1952") {
  const std::string small = gzip_of("123456789");
  CHECK(small.size() == 10 + 5 + 9 + 8);
  CHECK(small.substr(0, 3) == "\x1f\x8b\x08");
  CHECK(small.substr(10, 5) == std::string("\x01\x09\x00\xf6\xff", 5));  // the last block, its length and the length's complement
  CHECK(small.substr(small.size() - 8) == std::string("\x26\x39\xf4\xcb\x09\x00\x00\x00", 8));  // CRC-32 of "123456789" is cbf43926
  CHECK(gzip_of(std::string(65'535 + 1, 'x')).size() == 10 + 5 + 65'535 + 5 + 1 + 8);
}

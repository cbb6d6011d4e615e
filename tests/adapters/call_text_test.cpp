#include "adapters/call_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace sallyport;

namespace {

using texts = std::vector<std::string>;

struct seen {
  texts all;
  std::vector<attachment> attached;
  bool is_opaque = false;

  bool has(std::string_view text) const { return std::find(all.begin(), all.end(), text) != all.end(); }
  bool has_part(std::string_view part) const {
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.find(part) != std::string::npos; });
  }
};

seen look(operation asks, const std::string& body) {
  call_text reader;
  REQUIRE_FALSE(reader.read(asks, body).has_value());
  seen made;
  for (const auto text : reader.texts()) made.all.emplace_back(text);
  for (const auto kind : {attachment::image, attachment::audio, attachment::video, attachment::file, attachment::other})
    if (reader.has(kind)) made.attached.push_back(kind);
  CHECK(reader.has_attachments() == !made.attached.empty());
  made.is_opaque = reader.is_opaque();
  return made;
}

seen look_at_chat(const std::string& rest) { return look(operation::chat_completions, "{\"model\":\"chat\"," + rest + "}"); }
seen look_at_content(const std::string& content) { return look_at_chat("\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]"); }

const std::string base64(400, 'A');

}  // namespace

TEST_CASE("a message's text is decoded, and its name stands before a short one") {
  CHECK(look_at_content(R"("4111 1111\u0020\u0031111 1111")").has("content: 4111 1111 1111 1111"));
  const std::string long_text(100, 'x');
  CHECK(look_at_content('"' + long_text + '"').has(long_text));
  const auto all = look_at_chat(R"("user":"someone","metadata":{"ssn":"536904399","n":5551234567,"ok":true})");
  CHECK(all.has("user: someone"));
  CHECK(all.has("ssn: 536904399"));
  CHECK(all.has("n: 5551234567"));
  CHECK(all.has("ok"));
  CHECK(all.has("metadata"));
}

TEST_CASE("text parts that follow each other are one text, as the model reads them") {
  const auto all = look_at_content(R"([{"type":"text","text":"4111 1111 "},{"type":"text","text":""},{"type":"text","text":"1111 1111"}])");
  CHECK(all.has("4111 1111 1111 1111"));
  CHECK_FALSE(all.has_part("1111 1111 4111"));
  CHECK(all.attached.empty());
  CHECK(look_at_content(R"([{"type":"text","text":"4111 1111"},{"type":"refusal","refusal":" 1111 1111"}])").has("4111 1111 1111 1111"));
  CHECK(look_at_content(R"(["4111 1111 ","1111 1111"])").has("4111 1111 1111 1111"));
  CHECK(look_at_content(R"([{"type":"tool_result","content":[{"type":"text","text":"4111 1111 "},{"type":"text","text":"1111 1111"}]}])")
            .has("4111 1111 1111 1111"));
}

TEST_CASE("where joining makes one word of two, the parts are texts of their own besides") {
  const auto all = look_at_content(R"([{"type":"text","text":"the 12"},{"type":"text","text":"4111111111111111"}])");
  CHECK(all.has("the 124111111111111111"));
  CHECK(all.has("content: 4111111111111111"));
}

TEST_CASE("an image between two texts keeps them apart, and texts of two messages are never joined") {
  const auto all = look_at_content(
      R"([{"type":"text","text":"before "},
          {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
          {"type":"text","text":"behind "}])");
  CHECK(all.has("content: before "));
  CHECK(all.has("content: behind "));
  CHECK_FALSE(all.has_part("before behind"));
  const auto two = look_at_chat(
      R"("messages":[{"role":"user","content":[{"type":"text","text":"before "}]},
                     {"role":"user","content":[{"type":"text","text":"behind "}]}])");
  CHECK_FALSE(two.has_part("before behind"));
}

TEST_CASE("tool definitions, tool calls and file names are texts too") {
  const auto all =
      look_at_chat(R"("messages":[{"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"look_up","arguments":"{}"}}]},
    {"role":"user","content":[{"type":"file","file":{"filename":"invoice of 4111111111111111.pdf"}}]}],
    "tools":[{"type":"function","function":{"name":"pay","description":"Pay from DE89370400440532013000",
      "parameters":{"properties":{"ada@example.com":{"enum":["secret one"]}}}}}])");
  CHECK(all.has("name: look_up"));
  CHECK(all.has("filename: invoice of 4111111111111111.pdf"));
  CHECK(all.has("description: Pay from DE89370400440532013000"));
  CHECK(all.has("ada@example.com"));
  CHECK(all.has("enum: secret one"));
}

TEST_CASE("a string that is a JSON document is looked into, one level deep") {
  const auto all = look_at_chat(
      R"("messages":[{"role":"assistant","tool_calls":[{"function":{"name":"pay",
          "arguments":" {\"card\":\"\\u0034111111111111111\",\"bsn\":123456782,\"in\":\"{\\\"deep\\\":\\\"\\\\u0041\\\"}\"} "}}]}])");
  CHECK(all.has("card: 4111111111111111"));
  CHECK(all.has("bsn: 123456782"));
  CHECK(all.has("in: {\"deep\":\"\\u0041\"}"));
  CHECK_FALSE(all.has("deep"));
  CHECK(all.has_part("{\"card\":\"\\u0034"));  // and the document as it stands
}

TEST_CASE("documents in texts that were joined are looked into, and what is no document is a text like any other") {
  CHECK(look_at_content(R"([{"type":"text","text":"{\"card\":\"\\u003"},{"type":"text","text":"4111111111111111\"}"}])")
            .has("card: 4111111111111111"));
  CHECK(look_at_content(R"("{not a document}")").has("content: {not a document}"));
  CHECK(look_at_content(R"("[1,2")").has("[1,2"));
}

TEST_CASE("base64 of media is left out and told by its kind") {
  const auto image = look_at_content(R"([{"type":"image_url","image_url":{"url":"data:image/png;base64,)" + base64 + R"("}}])");
  CHECK_FALSE(image.has_part("AAAA"));
  CHECK(image.attached == std::vector{attachment::image});
  const auto audio = look_at_content(R"([{"type":"input_audio","input_audio":{"data":")" + base64 + R"(","format":"wav"}}])");
  CHECK_FALSE(audio.has_part("AAAA"));
  CHECK(audio.attached == std::vector{attachment::audio});
  const auto file =
      look_at_content(R"([{"type":"file","file":{"file_data":"data:application/pdf;base64,)" + base64 + R"(","filename":"a.pdf"}}])");
  CHECK_FALSE(file.has_part("AAAA"));
  CHECK(file.attached == std::vector{attachment::file});
  const auto bare = look_at_content(R"([{"type":"file","file":{"file_data":")" + base64 + R"("}}])");
  CHECK_FALSE(bare.has_part("AAAA"));
  const auto embedded = look(operation::embeddings, R"({"input":[{"image_url":"data:image/jpeg;base64,)" + base64 + R"("}]})");
  CHECK_FALSE(embedded.has_part("AAAA"));
  CHECK(embedded.attached == std::vector{attachment::image});
}

TEST_CASE("attachments that are only named are told too, and so is a part of an unknown kind") {
  CHECK(look_at_content(R"([{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}])").has("url: https://example.com/a.png"));
  CHECK(look_at_content(R"([{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}])").attached ==
        std::vector{attachment::image});
  CHECK(look_at_content(R"([{"image_url":"https://example.com/a.png"}])").attached == std::vector{attachment::image});
  CHECK(look_at_content(R"([{"type":"file","file":{"file_id":"file-1"}}])").attached == std::vector{attachment::file});
  CHECK(look_at_content(R"([{"type":"video_url","video_url":{"url":"https://example.com/a.mp4"}}])").attached ==
        std::vector{attachment::video});
  CHECK(look_at_content(R"([{"type":"hologram","text":"hello you"}])").attached == std::vector{attachment::other});
  CHECK(look_at_content(R"([{"type":"hologram","text":"hello you"}])").has_part("hello you"));
  CHECK(look_at_chat(R"("messages":[{"role":"assistant","audio":{"id":"audio_1"}}])").attached == std::vector{attachment::audio});
  CHECK(look_at_content(R"("plain text")").attached.empty());
}

TEST_CASE("what only looks like media is a text") {
  CHECK(look_at_content('"' + base64 + '"').has_part("AAAA"));
  CHECK(look_at_content("\"data:image/png;base64," + base64 + "\"").has_part("AAAA"));
  CHECK(look_at_content(R"([{"type":"image_url","image_url":{"url":"data:image/png;base64,)" + base64 + R"( 4111 1111 1111 1111"}}])")
            .has_part("4111 1111"));
  CHECK(look_at_content(R"([{"type":"image_url","image_url":{"url":"data:text/plain,)" + base64 + R"("}}])").has_part("AAAA"));
  CHECK(look_at_content(R"([{"type":"file","file":{"file_data":"4111111111111111"}}])").has("file_data: 4111111111111111"));
  CHECK(look_at_chat(R"("metadata":{"data":")" + base64 + "\"}").has_part("AAAA"));
}

TEST_CASE("prompts and inputs are texts, each of a list its own, and tokens are told as such") {
  CHECK(look(operation::completions, R"({"prompt":"some words","suffix":"and more"})").has("suffix: and more"));
  const auto list = look(operation::embeddings, R"({"input":["one text ","two text "]})");
  CHECK(list.has("input: one text "));
  CHECK(list.has("input: two text "));
  CHECK_FALSE(list.is_opaque);
  for (const char* body : {R"({"input":[123456,17]})", R"({"input":[[123456],[17]]})", R"({"input":["some words",17]})"}) {
    const auto tokens = look(operation::embeddings, body);
    CHECK(tokens.is_opaque);
    CHECK_FALSE(tokens.has_part("123456"));
  }
  CHECK(look(operation::completions, R"({"prompt":[1,2,3]})").is_opaque);
  CHECK_FALSE(look_at_chat(R"("logit_bias":{"50256":-100},"stop":[1,2])").is_opaque);
}

TEST_CASE("the places of the other languages are read as those of chat") {
  const auto messages = look_at_chat(R"("system":[{"type":"text","text":"card 4111 1111 "},{"type":"text","text":"1111 1111"}],
    "messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"found it there"},
    {"type":"image","source":{"type":"base64","media_type":"image/png","data":")" + base64 + R"("}}]}]}])");
  CHECK(messages.has("card 4111 1111 1111 1111"));
  CHECK(messages.has_part("found it there"));
  CHECK_FALSE(messages.has_part(base64));
  CHECK(messages.attached == std::vector{attachment::image, attachment::file});
  const auto responses = look_at_chat(R"("instructions":"be brief please","input":[{"role":"user","content":[{"type":"input_text","text":"call 555"},
    {"type":"input_text","text":"-0199"}]},{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"the output"},
    {"type":"input_image","image_url":"https://a/b.png"}]},{"type":"function_call","name":"pay","arguments":"{\"to\":\"somebody else\"}"}])");
  CHECK(responses.has("instructions: be brief please"));
  CHECK(responses.has("call 555-0199"));
  CHECK(responses.has_part("the output"));
  CHECK(responses.has_part("somebody else"));
  CHECK(responses.attached == std::vector{attachment::image});
}

TEST_CASE("items too short to be anything are one text") {
  const auto all = look_at_chat(R"("messages":[],"stop":["a","b",12,"longer one",3])");
  CHECK(all.has("a\nb\n12\n3\n"));
  CHECK(all.has("stop: longer one"));
}

TEST_CASE("members that stand twice are read twice, and content that is no list of messages is read as it is") {
  const auto twice = look_at_chat(R"("messages":[{"content":"first one","content":"second one"}])");
  CHECK(twice.has("content: first one"));
  CHECK(twice.has("content: second one"));
  CHECK(look_at_chat(R"("messages":"a text alone")").has("messages: a text alone"));
  CHECK(look_at_chat(R"("messages":["a text alone"])").has("messages: a text alone"));
}

TEST_CASE("a body that is no JSON has no texts, and the reader reads on after it") {
  call_text reader;
  CHECK_FALSE(reader.read(operation::chat_completions, R"({"messages":[{"content":"some words"}]})").has_value());
  CHECK_FALSE(reader.texts().empty());
  CHECK(reader.read(operation::chat_completions, "{")->kind == failure_kind::invalid_json);
  CHECK(reader.texts().empty());
  CHECK(reader.read(operation::chat_completions, std::string(100, '[') + std::string(100, ']'))->kind == failure_kind::invalid_json);
  CHECK_FALSE(reader.read(operation::completions, R"({"prompt":[1],"x":[{"type":"image_url"}]})").has_value());
  CHECK(reader.is_opaque());
  CHECK_FALSE(reader.read(operation::completions, R"({"prompt":"words"})").has_value());
  CHECK_FALSE(reader.is_opaque());
  reader.forget();
  CHECK(reader.texts().empty());
}

TEST_CASE("however a body is made, its texts stay within ten times its length") {
  const std::string name(40, 'n');
  const auto row = [](const std::string& item, int count) {
    std::string made = item;
    for (int i = 1; i < count; ++i) made += "," + item;
    return made;
  };
  for (const auto& body :
       {"{\"" + name + "\":[" + row("123456", 20'000) + "]}", "{\"" + name + "\":[" + row("1", 20'000) + "]}",
        "{\"x\":[" + row("{\"a\":1}", 20'000) + "]}", "{\"x\":[" + row("\"\"", 20'000) + "]}", "{\"x\":[" + row("\"[1,2]\"", 20'000) + "]}",
        "{\"" + std::string(20'000, 'n') + "\":[" + row("123456", 20'000) + "]}",
        R"({"messages":[{"content":[)" + row(R"({"text":"a"})", 20'000) + "]}]}"}) {
    call_text reader;
    REQUIRE_FALSE(reader.read(operation::chat_completions, body).has_value());
    std::size_t bytes = 0;
    for (const auto text : reader.texts()) bytes += text.size();
    CHECK(bytes < 10 * body.size());
    CHECK(reader.texts().size() < body.size() / 3);
  }
}

namespace {

using dice = std::mt19937;

std::string random_string(dice& d) {
  static constexpr std::string_view parts[] = {"a",   "4111",  " ",        "\\\"", "\\u0041", "\\n",           "é", "{", "}",
                                               "[1]", "data:", ";base64,", "\\\\", "7",       "\\ud83d\\ude00"};
  std::string made;
  for (auto count = d() % 9; count > 0; --count) made += parts[d() % std::size(parts)];
  return '"' + made + '"';
}

std::string random_value(dice& d, int depth) {
  static constexpr std::string_view names[] = {"\"content\"", "\"text\"", "\"type\"",  "\"messages\"", "\"image_url\"",
                                               "\"url\"",     "\"data\"", "\"input\"", "\"file\"",     "\"x\""};
  std::string made;
  switch (depth > 0 ? d() % 7 : d() % 3) {
    case 0:
      return std::to_string(d() % 10'000'000);
    case 1:
    case 2:
      return random_string(d);
    case 3:
    case 4:
      for (auto count = d() % 5; count > 0; --count) made += (made.empty() ? "" : ",") + random_value(d, depth - 1);
      return "[" + made + "]";
    default:
      for (auto count = d() % 5; count > 0; --count) {
        made += made.empty() ? "" : ",";
        made += d() % 3 ? std::string(names[d() % std::size(names)]) : random_string(d);
        made += ":" + random_value(d, depth - 1);
      }
      return "{" + made + "}";
  }
}

void gather(json_value value, texts& into) {
  if (value.is(json_kind::string)) into.emplace_back(value.text());
  if (value.is(json_kind::number)) into.push_back(value.written());
  value.each_item([&](json_value item) { gather(item, into); });
  value.each_member([&](std::string_view name, json_value of) {
    into.emplace_back(name);
    gather(of, into);
  });
}

}  // namespace

TEST_CASE("whatever a body is made of, each string, number and name of it stands in a text") {
  dice d(3);
  std::size_t told = 0;
  for (int round = 0; round < 4'000; ++round) {
    const auto body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + random_value(d, 4) + "}," + random_value(d, 3) +
                      "],\"tools\":" + random_value(d, 4) + "}";
    CAPTURE(body);
    const auto all = look(operation::chat_completions, body);
    json_document document;
    REQUIRE(document.parse(body));
    texts held;
    gather(document.root(), held);
    for (const std::string_view one : held) {
      // What puts the parts of a message together is not named.
      if (one == "messages" || one == "content" || one == "text") continue;
      CAPTURE(one);
      CHECK((one.empty() || all.has_part(one)));
      ++told;
    }
  }
  CHECK(told > 50'000);
}

/// The vectors of others through the whole gateway: JSON bodies that a parser must take or refuse, and replies that no HTTP client should
/// believe. tests/proxy/server/corpus_test.cpp has those for the door itself.

#include "tests/support/blocking_client.hpp"
#include "tests/support/corpora.hpp"
#include "tests/support/raw_upstream.hpp"
#include "tests/support/running_gateway.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

namespace json = boost::json;

const std::string key = "sp-test-key";

std::string framed(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

const std::string good_answer = framed(
    R"({"id":"c","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"message":{"role":"assistant","content":"fine"},)"
    R"("finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})");

/// A gateway before one raw upstream. Every model name is a deployment of its own there, so that no case rests for what another one did.
struct rig {
  explicit rig(const std::string& transport = "native")
      : gate{"providers:\n  house: {kind: openai_compatible, class: in_house, transport: " + transport + ", base_url: \"http://127.0.0.1:" +
             std::to_string(upstream.port()) + "/v1\"}\nteams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n"} {}

  answer_seen ask_with(const std::string& body) { return ask(gate.port(), post("/v1/chat/completions", key, body)); }
  answer_seen chat(const std::string& model, bool stream) { return tests::chat(gate.port(), key, "house/" + model, stream); }

  raw_upstream upstream;
  running_gateway gate;
};

struct json_file {
  std::string name;
  std::string text;
  char wanted() const { return name.front(); }   ///< y, n or i: to be taken, to be refused, either
};

std::vector<json_file> json_files() {
  std::vector<json_file> all;
  for (const auto& file : std::filesystem::directory_iterator(*corpora() / "jsontestsuite" / "test_parsing"))
    all.push_back({file.path().filename().string(), whole_file(file.path())});
  return all;
}

std::string in_a_field(const std::string& text) {
  return R"({"model":"house/x","messages":[{"role":"user","content":"hi"}],"metadata":)" + text + "}";
}

std::string code_of(const answer_seen& seen) {
  boost::system::error_code refused;
  const auto body = json::parse(seen.body, refused);
  if (refused || !body.is_object() || !body.as_object().contains("error")) return "(no error object)";
  return std::string(body.at("error").at("code").as_string());
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  return bytes;
}

struct bad_reply {
  std::string title;
  std::string bytes;
  bool must_fail = false;   ///< llhttp's strict parser refuses it
};

std::vector<bad_reply> llhttp_replies() {
  std::vector<bad_reply> all;
  const auto cases = json::parse(whole_file(*corpora() / "llhttp" / "cases.json"));
  for (const auto& one : cases.as_array())
    if (one.at("type").is_string() && one.at("type").as_string() == "response")
      all.push_back({std::string(one.at("title").as_string()), from_hex(one.at("input_hex").as_string()),
                     one.at("expect_error").as_bool()});
  return all;
}

}  // namespace

TEST_CASE("the JSON test suite as a whole body: what is not JSON is refused as that, and what is JSON is refused for what it lacks") {
  if (!corpora()) return say_skipped("no corpora: JSON test suite, through the door");
  rig world;
  std::map<char, int> counted;
  for (const auto& file : json_files()) {
    CAPTURE(file.name);
    const auto seen = world.ask_with(file.text);
    ++counted[file.wanted()];
    CHECK(seen.status == 400);
    CHECK(seen.whole);
    if (file.wanted() == 'n') CHECK(code_of(seen) == "invalid_json");
    if (file.wanted() == 'y') CHECK(code_of(seen) != "invalid_json");
  }
  CHECK(counted['y'] == 95);
  CHECK(counted['n'] == 188);
  CHECK(counted['i'] == 35);
  CHECK(world.upstream.requests() == 0);
}

TEST_CASE("the JSON test suite inside a call: what is JSON reaches the provider byte for byte, what is not reaches nobody") {
  if (!corpora()) return say_skipped("no corpora: JSON test suite, inside a call");
  rig world;
  world.upstream.answers(good_answer);
  std::map<char, int> relayed;
  for (const auto& file : json_files()) {
    CAPTURE(file.name);
    const auto before = world.upstream.requests();
    const auto seen = world.ask_with(in_a_field(file.text));
    const bool was_sent = world.upstream.requests() > before;
    CHECK(seen.whole);
    CHECK(seen.status == (was_sent ? 200 : 400));
    relayed[file.wanted()] += was_sent;
    if (was_sent) CHECK(world.upstream.last_request().second.find("\"metadata\":" + file.text + "}") != std::string::npos);
    else CHECK(code_of(seen) == "invalid_json");
  }
  CHECK(relayed['y'] == 95);
  CHECK(relayed['n'] == 0);
  std::printf("JSON test suite: %d of 35 that a parser may take or refuse were taken\n", relayed['i']);
}

TEST_CASE("a call is sent on with framing of our own, whatever framing it came with") {
  rig world;
  world.upstream.answers(good_answer);
  const std::string body = R"({"model":"house/x","messages":[{"role":"user","content":"hi"}]})";
  const std::string head = "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer " + key +
                           "\r\ncontent-type: application/json\r\nconnection: close, x-hop\r\nx-hop: 1\r\nte: trailers\r\n";
  char size[17];
  std::snprintf(size, sizeof size, "%zx", body.size());
  const std::vector<std::string> framings{
      "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
      "transfer-encoding: chunked\r\ntrailer: x-late\r\n\r\n" + std::string(size) + "\r\n" + body + "\r\n0\r\nx-late: 1\r\n\r\n",
      "transfer---encoding: chunked\r\ntransfer___encoding: chunked\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
      "transfer-encoding:\t chunked\t\r\n\r\n" + std::string(size) + ";ext=1\r\n" + body + "\r\n0\r\n\r\n"};
  for (const auto& framing : framings) {
    CAPTURE(framing.substr(0, 40));
    CHECK(ask(world.gate.port(), head + framing).status == 200);
    const auto [sent, sent_body] = world.upstream.last_request();
    std::string small(sent.size(), ' ');
    std::transform(sent.begin(), sent.end(), small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const std::string length = "\r\ncontent-length: ";
    CHECK(small.find(length + std::to_string(sent_body.size()) + "\r\n") != std::string::npos);
    CHECK(small.find(length) == small.rfind(length));
    for (const char* never : {"transfer-encoding", "transfer---", "transfer___", "trailer", "x-late", "x-hop", "\r\nte:", "ext=1"})
      CHECK_MESSAGE(small.find(never) == std::string::npos, never);
    CHECK(sent_body.find("\"hi\"") != std::string::npos);
  }
}

TEST_CASE("llhttp's response vectors from a provider: the client gets 502, and never a byte of them") {
  if (!corpora()) return say_skipped("llhttp response vectors: no corpora");
  for (const char* transport : {"native", "curl"}) {
    CAPTURE(transport);
    rig world(transport);
    world.upstream.answers(good_answer);
    CHECK(world.chat("good", false).status == 200);
    int refused = 0, other = 0, number = 0;
    for (const auto& one : llhttp_replies()) {
      CAPTURE(one.title);
      one.must_fail ? ++refused : ++other;
      // The vectors come without their last line end: as they are, and completed.
      for (const char* tail : {"", "\r\n", "\r\n\r\n"}) {
        world.upstream.answers(one.bytes + tail);
        const bool stream = ++number % 2 == 0;
        const auto seen = world.chat("case-" + std::to_string(number), stream);
        CHECK(seen.whole);
        CHECK(seen.status != 200);   // none of them is the answer to a chat, whatever its framing
        if (one.must_fail) CHECK(seen.status == 502);
        CHECK(code_of(seen) != "(no error object)");
        for (const char* word : {"Evil", "BODY", "2ad731e3", "bodyproto", "news.y", "This is the data", "hello"})
          CHECK(seen.body.find(word) == std::string::npos);
      }
    }
    CHECK(refused == 26);
    CHECK(other == 50);
  }
}

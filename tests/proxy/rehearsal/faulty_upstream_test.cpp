#include "proxy/rehearsal/faulty_upstream.hpp"

#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/proxy/rehearsal/raw_client.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace sallyport::rehearsal;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

struct running {
  explicit running(character who = {.name = "tester"}, upstream_limits limits = {}) : upstream(std::move(who), 0, limits) {
    REQUIRE(upstream.start().has_value());
  }
  raw_reply ask(const std::string& request) const { return sallyport::tests::ask(upstream.port(), request); }
  upstream_thread upstream;
};

}  // namespace

TEST_CASE("a stream has the order of OpenAI's wire, and usage only when it was asked for") {
  const running on;

  const auto asked = on.ask(chat("m!tokens=3", true, "hi", R"(,"stream_options":{"include_usage":true})")).events();
  REQUIRE(asked.size() == 1 + 3 + 1 + 1 + 1);
  CHECK(asked[0].find(R"("delta":{"role":"assistant","content":"","refusal":null})") != std::string::npos);
  CHECK(asked[0].find(R"("usage":null)") != std::string::npos);
  CHECK(asked[1].find(R"("delta":{"content":"This"},"logprobs":null,"finish_reason":null)") != std::string::npos);
  CHECK(asked[4].find(R"("delta":{},"logprobs":null,"finish_reason":"stop")") != std::string::npos);
  CHECK(asked[5].find(R"("choices":[],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8)") != std::string::npos);
  CHECK(asked[6] == "[DONE]");

  const auto unasked = on.ask(chat("m!tokens=3", true, "hi"));
  CHECK(unasked.events().size() == 1 + 3 + 1 + 1);
  CHECK(unasked.count("usage") == 0);
  CHECK(unasked.has_line("content-type: text/event-stream; charset=utf-8"));
}

TEST_CASE("a whole reply says who speaks, echoes the last message and reports disjoint kinds of tokens") {
  const running on;

  const auto reply = on.ask(chat("m", false, "what a day it is"));

  CHECK(reply.status == 200);
  CHECK(reply.count(R"("object":"chat.completion")") == 1);
  CHECK(reply.count("This is tester,") == 1);
  CHECK(reply.count("you said: what a day it is\"") == 1);
  CHECK(reply.count(R"("prompt_tokens_details":{"cached_tokens":0)") == 1);
  CHECK(on.ask(chat("m", false, std::string(200, 'x'))).count(R"("cached_tokens":16)") == 1);
  CHECK(on.ask(chat("m", false, "x", R"(,"n":3)")).count(R"("finish_reason":"stop")") == 3);
}

TEST_CASE("a tool call streams its arguments in fragments and ends as the choice has it") {
  const running on;
  const std::string tools = R"(,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object",
    "properties":{"city":{"type":"string"}},"required":["city"]}}}])";

  const auto automatic = on.ask(chat("m", true, "the weather?", tools));
  CHECK(automatic.count(R"("tool_calls":[{"index":0,"id":"call_rehearsal_)") == 1);
  CHECK(automatic.count(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"ci"}}])") == 1);
  CHECK(automatic.count(R"("finish_reason":"tool_calls")") == 1);

  const auto named = on.ask(chat("m", false, "hi", tools + R"(,"tool_choice":{"type":"function","function":{"name":"get_weather"}})"));
  CHECK(named.count(R"("function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"})") == 1);
  CHECK(named.count(R"("content":null)") == 1);
  CHECK(named.count(R"("finish_reason":"stop")") == 1);
}

TEST_CASE("a demanded JSON shape is answered in that shape") {
  const running on;
  const std::string format = R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object",
    "properties":{"ok":{"type":"boolean"}},"required":["ok"]}}})";

  CHECK(on.ask(chat("m", false, "x", format)).count(R"("content":"{\"ok\":true}")") == 1);
  const auto free_form = on.ask(chat("m", false, "x", R"(,"response_format":{"type":"json_object"})"));
  CHECK(free_form.count(R"("content":"{\"answer\":\"rehearsal\"}")") == 1);
}

TEST_CASE("embeddings come as floats or as base64, one for each input") {
  const running on;

  const auto floats = on.ask(post("/v1/embeddings", R"({"model":"e","input":["a","b"],"dimensions":3})"));
  CHECK(floats.count(R"("object":"embedding")") == 2);
  CHECK(floats.count(R"("index":1,"embedding":[)") == 1);

  const auto coded = on.ask(post("/v1/embeddings", R"({"model":"e","input":"a","dimensions":3,"encoding_format":"base64"})"));
  CHECK(coded.count("\"embedding\":\"" + base64_of(embedding_of("a", 3)) + "\"") == 1);
  CHECK(on.ask(post("/v1/embeddings", R"({"model":"e","input":[[1,2],[3]]})")).count(R"("object":"embedding")") == 2);
  CHECK(on.ask(post("/v1/embeddings", R"({"model":"e","input":[1,2]})")).count(R"("object":"embedding")") == 1);
}

TEST_CASE("legacy completions stream text chunks") {
  const running on;

  const auto reply = on.ask(post("/v1/completions", R"({"model":"m!tokens=2","prompt":"x","stream":true})"));

  CHECK(reply.events().size() == 2 + 1 + 1);
  CHECK(reply.count(R"("object":"text_completion")") == 3);
  CHECK(reply.count(R"("choices":[{"index":0,"text":"This","logprobs":null,"finish_reason":null}])") == 1);
}

TEST_CASE("health and the list of models answer, other paths and methods are refused") {
  const running on({.name = "tester", .models = {"swift", "deep"}});

  CHECK(on.ask("GET /health HTTP/1.1\r\n\r\n").status == 200);
  CHECK(on.ask("GET /v1/models HTTP/1.1\r\n\r\n").count(R"("object":"model")") == 2);
  CHECK(on.ask("GET /v1/nothing HTTP/1.1\r\n\r\n").status == 404);
  CHECK(on.ask("GET /v1/embeddings HTTP/1.1\r\n\r\n").status == 405);
  CHECK(on.ask("POST /v1/embeddings HTTP/1.1\r\ncontent-length: 0\r\n\r\n").status == 415);
  CHECK(on.ask(chat("m!unheard_of", false)).body.find("unheard_of") != std::string::npos);
  CHECK(on.ask(post("/v1/chat/completions", "{")).status == 400);
}

TEST_CASE("with a key set, another key is refused") {
  const running on({.name = "tester", .key = "open sesame"});
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";

  CHECK(on.ask(post("/v1/chat/completions", body)).status == 401);
  CHECK(on.ask(post("/v1/chat/completions", body, "authorization: Bearer wrong\r\n")).count(R"("code":"invalid_api_key")") == 1);
  CHECK(on.ask(post("/v1/chat/completions", body, "authorization: Bearer open sesame\r\n")).status == 200);
}

TEST_CASE("one connection serves many requests, and a refused framing ends it") {
  const running on;
  raw_client client(on.upstream.port());

  for (int i = 0; i < 3; ++i) {
    client.send(chat("m", i % 2 == 0));
    CHECK(client.read().status == 200);
  }
  client.send("POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx");
  CHECK(client.read().status == 400);
  CHECK(client.read().was_closed);
}

TEST_CASE("a body announced with Expect is asked for") {
  const running on;
  const std::string request = chat("m", false);
  const std::size_t split = request.find("\r\n\r\n") + 4;
  raw_client client(on.upstream.port());

  client.send(request.substr(0, split - 2) + "expect: 100-continue\r\n\r\n");
  REQUIRE(client.read_until("100 Continue\r\n\r\n"));
  client.send(request.substr(split));

  CHECK(client.read().status == 200);
}

TEST_CASE("what was received is recorded, so that a repeat is seen") {
  running on;
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";
  for (const char* id : {"one", "two", "two"}) on.ask(post("/v1/chat/completions", body, "x-request-id: " + std::string(id) + "\r\n"));
  on.upstream.received().wait([](const auto& so_far) { return so_far.ended == 3; }, 10s);

  auto& received = on.upstream.received();
  CHECK(received.counters().requests == 3);
  CHECK(received.counters().connections == 3);
  CHECK(received.count_by("x-request-id") == std::map<std::string, std::uint64_t>{{"one", 1}, {"two", 2}});
  CHECK(received.count_of_model("m") == 3);
  const auto all = received.all();
  CHECK(all[0].body == body);
  CHECK(all[0].body_hash == all[2].body_hash);
  CHECK(all[2].ordinal == 3);
  CHECK(all[2].how == sighting_end::whole);

  received.forget();
  CHECK(received.counters().requests == 0);
  on.ask(chat("m", false));
  CHECK(received.all().at(0).ordinal == 4);
}

TEST_CASE("a client that leaves is noticed at once, in silence, between tokens and while bytes wait for it") {
  running on;
  for (const std::string faults : {"!accept_silent", "!slow_head=10m", "!slow_first_token=10m", "!tokens=100!pace=10m",
                                   "!huge_event=60MiB"}) {
    CAPTURE(faults);
    on.upstream.received().forget();
    raw_client client(on.upstream.port());
    client.send(chat("m" + faults, true));
    REQUIRE(on.upstream.received().wait([](const auto& so_far) { return so_far.requests == 1; }, 10s));
    // Sixty MiB take a while to be written down; from the head on they only wait for the reader.
    if (faults.starts_with("!huge")) REQUIRE(client.read_until("assistant"));

    const auto left_at = std::chrono::steady_clock::now();
    client.leave();

    REQUIRE(on.upstream.received().wait([](const auto& so_far) { return so_far.peers_left == 1; }, 10s));
    const auto left = on.upstream.received().disconnects();
    REQUIRE(left.size() == 1);
    CHECK(*left[0].ended - left_at < 1s);
  }
}

TEST_CASE("killed, it resets what is open and refuses connections; revived, it answers on the same port") {
  running on;
  const std::uint16_t port = on.upstream.port();
  raw_client client(port);
  client.send(chat("m!tokens=100!pace=10m", true));
  REQUIRE(client.read_until("This"));

  on.upstream.kill();
  CHECK(client.read().was_reset);
  CHECK_FALSE(raw_client(port).is_connected());
  REQUIRE(on.upstream.received().wait([](const auto& so_far) { return so_far.ended == 1; }, 10s));
  CHECK(on.upstream.received().all().at(0).how == sighting_end::killed);

  REQUIRE(on.upstream.revive().has_value());
  CHECK(on.upstream.port() == port);
  CHECK(on.ask(chat("m", false)).status == 200);
  on.upstream.kill();
  REQUIRE(on.upstream.revive().has_value());
  CHECK(on.ask(chat("m", true)).status == 200);
}

TEST_CASE("above its limit of connections it resets new ones") {
  running on({.name = "tester"}, {.connections = 1});
  raw_client first(on.upstream.port());
  first.send(chat("m", false));
  CHECK(first.read().status == 200);

  raw_client second(on.upstream.port());
  second.send(chat("m", false));

  CHECK(second.read().raw.empty());
  CHECK(on.upstream.received().counters().connections_refused == 1);
}

TEST_CASE("a request or a pause that takes too long ends the connection") {
  const running on({.name = "tester"}, {.request = std::chrono::milliseconds(20), .idle = std::chrono::milliseconds(20)});
  raw_client slow(on.upstream.port());
  slow.send("POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 9\r\n\r\n{");
  raw_client idle(on.upstream.port());

  CHECK(slow.read().was_closed);
  CHECK(idle.read().was_closed);
}

TEST_CASE("a taken port is told, and stopping twice is harmless") {
  running on;
  upstream_thread other({.name = "other"}, on.upstream.port());

  CHECK_FALSE(other.start().has_value());
  other.stop();
  on.upstream.stop();
  on.upstream.stop();
  CHECK_FALSE(on.upstream.revive().has_value());
}

TEST_CASE("a half-closed connection stays open as long as a stall lasts, though its answer has ended") {
  upstream_thread upstream({.name = "faulty"});
  REQUIRE(upstream.start().has_value());
  const auto is_closed = [&](const std::string& model, std::chrono::milliseconds within) {
    raw_client client(upstream.port());
    client.send(chat(model, true));
    CHECK(client.read().was_closed);
    return upstream.received().wait([](const reception_counters& now) { return now.open_connections == 0; }, within);
  };
  CHECK(is_closed("m!half_close_after=4!stall_for=10ms", 900ms));  // a closing one waits a second for the other side
  CHECK_FALSE(is_closed("m!half_close_after=4!stall_for=1m", 1'200ms));
}

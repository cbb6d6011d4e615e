#include "tests/support/relay_rig.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

TEST_CASE("a stream is relayed byte for byte, but for the usage that we asked for ourselves") {
  relay_rig rig({"a"});
  rig.wire.set("a", {well({"Hello", " world"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(rig.all_bytes() == well_bytes({"Hello", " world"}));
  CHECK(rig.attempts.front().tokens.input == 7);
  CHECK(rig.attempts.front().tokens.output == 3);
  CHECK(rig.attempts.front().tokens.basis == usage_basis::reported);
  CHECK(rig.wire.sent.at(0).body.find("\"model\":\"a-model\"") != std::string::npos);
  CHECK(rig.wire.sent.at(0).body.find("include_usage") != std::string::npos);
}

TEST_CASE("every failure before the commit is invisible: the next deployment answers") {
  const std::vector<std::pair<const char*, script>> faults{
      {"connection refused", {breaks(failure_kind::connect_failed, 0s, false)}},
      {"reset before a head", {breaks(failure_kind::connection_lost, 1s)}},
      {"429", refuses(429)},
      {"500", refuses(500)},
      {"503", refuses(503)},
      {"401 of our key", refuses(401)},
      {"404 of our model", refuses(404)},
      {"silence", {}},
      {"head, then silence", {head()}},
      {"role, then silence", {head(), data(role_event)}},
      {"comments for ever", {head(), data(": ping\n\n", 20s), data(": ping\n\n", 20s), data(": ping\n\n", 20s), data(": ping\n\n", 20s)}},
      {"role, then cut", {head(), data(role_event), breaks(failure_kind::connection_lost)}},
      {"empty 200", {head(), end()}},
      {"only the marker", {head(), data(done_event), end()}},
      {"an error as first event", {head(), data(error_event), data(done_event), end()}},
      {"role, then an error", {head(), data(role_event), data(error_event), end()}},
      {"an error object instead of a stream", {head(200, "application/json"), data("{\"error\":{\"message\":\"x\"}}"), end()}},
      {"garbage", {head(), data("data: {nonsense\n\n"), end()}},
      {"a whole reply instead of a stream", {head(200, "application/json"), data("{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}"), end()}},
  };
  for (const auto& [name, fault] : faults) {
    CAPTURE(name);
    relay_rig rig({"bad", "good"});
    rig.wire.set("bad", {fault});
    rig.wire.set("good", {well({"fine"})});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "none");
    CHECK(rig.all_bytes() == well_bytes({"fine"}));
    CHECK(rig.attempts.size() == 2);
    CHECK(rig.ended_early == std::vector<int>{1});
    CHECK(rig.attempts.front().outcome == attempt_outcome::failed);
    CHECK(rig.attempts.back().outcome == attempt_outcome::answered);
    CHECK(rig.client.head->headers.get("x-sallyport-attempts") == "2");
    CHECK(rig.wire.open == 0);
  }
}

TEST_CASE("the client's own mistake is final, and no other deployment is bothered") {
  for (const int status : {400, 413, 422}) {
    relay_rig rig({"a", "b"});
    rig.wire.set("a", {refuses(status)});
    rig.wire.set("b", {well({"x"})});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "request_refused");
    REQUIRE(rig.result.why->said);
    CHECK(rig.result.why->said->status == status);
    CHECK(rig.attempts.size() == 1);
    CHECK(rig.ended_early.empty());
  }
}

TEST_CASE("a stream that breaks after content ends in an in-band error and without the terminal marker") {
  const std::vector<std::pair<const char*, script>> faults{
      {"connection_lost", {head(), data(role_event), data(text_event("Hel")), breaks(failure_kind::connection_lost)}},
      {"truncated_stream", {head(), data(text_event("Hel")), end()}},
      {"idle_timed_out", {head(), data(text_event("Hel"))}},
      {"idle_timed_out", {head(), data(text_event("Hel")), data(": ping\n\n", 40s), data(": ping\n\n", 40s)}},
      {"garbled_reply", {head(), data(text_event("Hel")), data("data: {nonsense\n\n"), data(text_event("lo"))}},
  };
  for (const auto& [name, fault] : faults) {
    CAPTURE(name);
    relay_rig rig({"a", "b"});
    rig.wire.set("a", {fault});
    rig.wire.set("b", {well({"x"})});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == name);
    CHECK(rig.attempts.size() == 1);
    CHECK(rig.attempts.front().outcome == attempt_outcome::broken);
    CHECK(rig.client.bytes.find("Hel") != std::string::npos);
    CHECK(rig.result.last_bytes.starts_with("data: {\"error\":"));
    CHECK(rig.all_bytes().find("[DONE]") == std::string::npos);
  }
}

TEST_CASE("the call is let go of with the first content, where nobody can be asked it again") {
  relay_rig well_served({"a", "b"});
  const auto body = well_served.asked.body;
  well_served.wire.set("a", {{head(), data(role_event), breaks(failure_kind::connection_lost)}});
  well_served.wire.set("b", {well({"a", "b"})});
  REQUIRE(well_served.run());
  CHECK(well_served.let_go == 1);
  CHECK(well_served.wire.sent.at(1).body.size() == well_served.wire.sent.at(0).body.size());
  CHECK(well_served.all_bytes() == well_bytes({"a", "b"}));

  relay_rig broken({"a"});
  broken.wire.set("a", {{head(), data(text_event("Hel")), breaks(failure_kind::connection_lost)}});
  REQUIRE(broken.run());
  CHECK(broken.let_go == 1);
  CHECK(broken.result.last_bytes.starts_with("data: {\"error\":"));

  relay_rig resuming({"a"});
  resuming.resume = true;
  resuming.wire.set("a", {well({"a"})});
  REQUIRE(resuming.run());
  CHECK(resuming.let_go == 0);
  CHECK(resuming.asked.body == body);

  relay_rig nothing({"a"});
  nothing.wire.set("a", {{head(), data(role_event), breaks(failure_kind::connection_lost)}});
  REQUIRE(nothing.run());
  CHECK(nothing.let_go == 0);
}

TEST_CASE("an error inside the stream followed by the marker is an error: the marker proves nothing") {
  relay_rig rig({"a"});
  rig.wire.set("a", {{head(), data(text_event("Hel")), data(error_event + done_event), end()}});
  REQUIRE(rig.run());
  CHECK(rig.result.why);
  CHECK(rig.all_bytes().find("[DONE]") == std::string::npos);
}

TEST_CASE("an answer that is finished is whole, though the provider forgets the marker, dawdles or breaks") {
  const std::vector<std::pair<const char*, script_step>> ends{
      {"ends", end()}, {"breaks", breaks(failure_kind::connection_lost)}, {"never ends", data(": ping\n\n", 1h)}};
  for (const auto& [name, last] : ends) {
    CAPTURE(name);
    relay_rig rig({"a"});
    rig.wire.set("a", {{head(), data(role_event + text_event("Hi") + finish_event), last}});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "none");
    CHECK(rig.all_bytes() == role_event + text_event("Hi") + finish_event + done_event);
    CHECK(rig.time.now() - virtual_clock::start() <= 8s);
  }
}

TEST_CASE("a marker that the provider did not close is closed for the client") {
  for (const std::string open_marker : {"data: [DONE]\n", "data: [DONE]"}) {
    relay_rig rig({"a"});
    rig.wire.set("a", {{head(), data(role_event + text_event("Hi") + finish_event + open_marker), end()}});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "none");
    CHECK(rig.all_bytes() == role_event + text_event("Hi") + finish_event + done_event);
  }
}

TEST_CASE("a last block that the provider did not close is not relayed, and the stream counts as cut") {
  relay_rig rig({"a"});
  const std::string open_block = finish_event.substr(0, finish_event.size() - 2);
  rig.wire.set("a", {{head(), data(role_event + text_event("Hi") + open_block), end()}});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "truncated_stream");
  CHECK(rig.client.bytes == role_event + text_event("Hi"));
  CHECK(rig.result.last_bytes.starts_with("data: {\"error\":"));
}

TEST_CASE("an unstreamed reply is given on as it came") {
  const std::string body = R"({ "id":"x", "choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}, "extra":1.50 })";
  relay_rig rig({"a"}, false);
  rig.wire.set("a", {{head(200, "application/json"), data(body.substr(0, 20)), data(body.substr(20)), end()}});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(rig.result.body == body);
  CHECK(rig.attempts.front().tokens.input == 5);
  CHECK_FALSE(rig.client.is_open());
}

TEST_CASE("an unstreamed reply that is cut commits nothing: the next deployment answers") {
  const std::string body = R"({"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]})";
  relay_rig rig({"a", "b"}, false);
  rig.wire.set("a", {{head(200, "application/json"), data(body.substr(0, 20)), breaks(failure_kind::connection_lost)}});
  rig.wire.set("b", {{head(200, "application/json"), data(body), end()}});
  REQUIRE(rig.run());
  CHECK(rig.result.body == body);
  CHECK(rig.attempts.size() == 2);
}

TEST_CASE("each timeout means what the configuration says") {
  struct row {
    const char* name;
    script does;
    duration after;
  };
  config::timeouts limits{.connect = 1s, .first_token = 5s, .idle = 7s, .attempt = 60s, .total = 100s};
  for (const auto& [name, does, after] :
       {row{"first_token_timed_out", {head(), data(role_event, 4s)}, 5s}, row{"idle_timed_out", {head(), data(text_event("x"), 4s)}, 11s}}) {
    CAPTURE(name);
    relay_rig rig({"a"});
    rig.timeouts = limits;
    rig.wire.set("a", {does});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == name);
    CHECK(rig.time.now() - virtual_clock::start() == after);
  }
}

TEST_CASE("all attempts together take no longer than total") {
  relay_rig rig({"a", "b", "c"});
  rig.timeouts = {.connect = 1s, .first_token = 30s, .idle = 30s, .attempt = 30s, .total = 50s};
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "total_timed_out");
  CHECK(rig.time.now() - virtual_clock::start() == 50s);
  CHECK(rig.attempts.size() == 2);
}

TEST_CASE("the only deployment refuses and says when: it is asked again then") {
  script limited = refuses(429);
  limited[0].headers.add_if_fit("retry-after", "2");
  relay_rig rig({"a"});
  rig.wire.set("a", {limited, well({"now"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  REQUIRE(rig.wire.sent.size() == 2);
  CHECK(rig.wire.sent[1].at - rig.wire.sent[0].at >= 1800ms);
}

TEST_CASE("a client that leaves ends the send at once, in every phase") {
  struct row {
    const char* name;
    script does;
  };
  for (const auto& [name, does] : {row{"before a head", {}}, row{"after the head", {head()}}, row{"in the stream", {head(), data(text_event("x"))}}}) {
    CAPTURE(name);
    relay_rig rig({"a", "b"});
    rig.wire.set("a", {does});
    auto leave = rig.time.make_wait();
    const auto leaving = [](wait_handle& wait, instant when, recording_sink& client) -> task<void> {
      co_await wait.until(when);
      client.leave();
    };
    boost::asio::co_spawn(rig.on.get_executor(), leaving(*leave, rig.time.now() + 3s, rig.client), boost::asio::detached);
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "client_gone");
    CHECK(rig.attempts.front().outcome == attempt_outcome::abandoned);
    CHECK(rig.attempts.size() == 1);
    CHECK(rig.time.now() - virtual_clock::start() == 3s);
    CHECK(rig.wire.open == 0);
  }
}

TEST_CASE("a client that leaves during a write is noticed there") {
  relay_rig rig({"a"});
  rig.client.leaves_after_writes = 1;
  rig.wire.set("a", {{head(), data(text_event("x")), data(text_event("y"), 1s), data(finish_event)}});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "client_gone");
}

TEST_CASE("an attempt holds machines that are paid by the hour from its send to its end, and a failed one pays too") {
  relay_rig rig({"house", "bought"});
  rig.pay_by_the_hour("house", 3'600'000);   // 1,000 nano-dollars a second
  rig.wire.set("house", {{head(200, "text/event-stream", 2s), data(role_event, 3s), breaks(failure_kind::connection_lost, 4s)}});
  rig.wire.set("bought", {well({"fine"})});
  REQUIRE(rig.run());
  REQUIRE(rig.attempts.size() == 2);
  CHECK(rig.attempts.front().machine_cost == 9'000);
  CHECK_FALSE(rig.attempts.back().machine_cost);
  CHECK(rig.machines.at("house")->with([](ledger::gpu_meter& meter) { return meter.in_flight(); }) == 0);
}

TEST_CASE("a client that leaves ends the time on machines") {
  relay_rig rig({"house"});
  rig.pay_by_the_hour("house", 3'600'000);
  rig.client.leaves_after_writes = 1;
  rig.wire.set("house", {{head(), data(text_event("x"), 2s), data(text_event("y"), 1s), data(finish_event)}});
  REQUIRE(rig.run());
  CHECK(rig.attempts.front().outcome == attempt_outcome::abandoned);
  CHECK(rig.attempts.front().machine_cost == 2'000);
  CHECK(rig.machines.at("house")->with([](ledger::gpu_meter& meter) { return meter.in_flight(); }) == 0);
}

TEST_CASE("where the provider is read on for its usage, a client that leaves costs what the provider says, and the send ends with its answer") {
  struct row {
    const char* name;
    bool stream;
    script does;
    std::int64_t tokens;
    duration after;   ///< of the client's leaving
  };
  const std::string whole = R"({"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}})";
  const script late_end{head(), data(text_event("a")), data(text_event("b"), 5s), data(finish_event), data(usage_event + done_event), end()};
  const std::vector<row> rows{{"in the stream", true, late_end, 10, 2s},
                              {"before the head", true, {head(200, "text/event-stream", 4s), data(text_event("a") + finish_event + usage_event + done_event)}, 10, 1s},
                              {"a whole reply", false, {head(200, "application/json"), data(whole.substr(0, 30), 4s), data(whole.substr(30), 1s), end()}, 10, 2s},
                              {"too long", true, {head(), data(text_event("a")), data(usage_event, 1h)}, 0, 10s},
                              {"refused", true, {head(500, "application/json", 4s), data("{}"), end()}, 0, 1s}};
  for (const auto& [name, stream, does, tokens, after] : rows) {
    CAPTURE(name);
    relay_rig rig({"a"}, stream);
    rig.drain_on_disconnect(10s);
    rig.wire.set("a", {does});
    auto leave = rig.time.make_wait();
    const auto leaving = [](wait_handle& wait, instant when, recording_sink& client) -> task<void> {
      co_await wait.until(when);
      client.leave();
    };
    boost::asio::co_spawn(rig.on.get_executor(), leaving(*leave, rig.time.now() + 3s, rig.client), boost::asio::detached);
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "client_gone");
    CHECK(rig.attempts.front().outcome == attempt_outcome::abandoned);
    CHECK(rig.attempts.front().tokens.prompt_total() + rig.attempts.front().tokens.completion_total() == tokens);
    CHECK(rig.time.now() - virtual_clock::start() == 3s + after);
    CHECK(rig.attempts.size() == 1);
    CHECK(rig.wire.open == 0);
  }
}

TEST_CASE("a client that is gone when it is written to is read on for as well") {
  relay_rig rig({"a"});
  rig.drain_on_disconnect(10s);
  rig.client.leaves_after_writes = 1;
  rig.wire.set("a", {{head(), data(text_event("x")), data(text_event("y") + finish_event, 1s), data(usage_event + done_event, 1s), end()}});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "client_gone");
  CHECK(rig.attempts.front().tokens.completion_total() == 3);
}

/// Public failover scenarios as whole requests under virtual time: a faulty primary, a fallback that behaves well, and what a client sees.
/// The same ones that take no time run against the real gateway in tests/proxy/scenarios_test.cpp.

#include "tests/support/exchange_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

script refuses_for(int status, const char* seconds) {
  auto refusal = refuses(status);
  refusal[0].headers.add_if_fit("retry-after", seconds);
  return refusal;
}

/// A gateway with one model over those deployments; calls come one after the other.
struct house : exchange_rig {
  explicit house(std::vector<std::string> names = {"primary", "fallback"}) : exchange_rig(names) {
    wire.set("primary", {well({"from", "the", "primary"})});
    wire.set("fallback", {well({"from", "the", "fallback"})});
  }

  /// One call to its end.
  stages::exchange& call() {
    client = recording_sink();
    auto& x = arrived();
    REQUIRE(run(x));
    return x;
  }
  bool was_whole(const std::string& by) const {
    return client.ended == recording_sink::ending::closed && client.bytes == well_bytes({"from", "the", by}) &&
           client.head->headers.get("x-sallyport-served-by") == by + "/" + by + "-model";
  }
  std::vector<duration> sends_to(const std::string& name) const {
    std::vector<duration> times;
    for (const auto& one : wire.sent)
      if (one.deployment == name) times.push_back(one.at - virtual_clock::start());
    return times;
  }
  std::size_t lines_with(const std::string& text) {
    log.flush();
    std::size_t found = 0;
    for (const auto& line : log.lines()) found += line.find(text) != std::string::npos;
    return found;
  }
  std::string log_text() {
    log.flush();
    std::string all;
    for (const auto& line : log.lines()) all += line + "\n";
    return all;
  }
};

}  // namespace

TEST_CASE("S01: a primary that refuses once with Retry-After: 2 is left alone until then, and comes back behind it") {
  house world;
  world.wire.set("primary", {refuses_for(429, "2"), well({"from", "the", "primary"})});
  world.call();
  CHECK(world.was_whole("fallback"));
  for (int i = 0; i < 7; ++i) {
    world.time.pass(250ms);
    world.call();
    CHECK(world.was_whole("fallback"));
  }
  CHECK(world.sends_to("primary").size() == 1);
  world.time.pass(250ms);
  world.call();
  CHECK(world.was_whole("primary"));
  CHECK(world.sends_to("primary")[1] >= 1800ms);
}

TEST_CASE("S01 with nobody else: the call waits as long as it was told, and is answered") {
  house world({"primary"});
  world.wire.set("primary", {refuses_for(429, "2"), well({"from", "the", "primary"})});
  world.call();
  CHECK(world.was_whole("primary"));
  REQUIRE(world.sends_to("primary").size() == 2);
  CHECK(world.sends_to("primary")[1] >= 2s);
  CHECK(world.sends_to("primary")[1] <= 2200ms);
}

TEST_CASE("S02: a primary that always refuses without a hint is asked once a call, and then no more") {
  house world;
  world.wire.set("primary", {refuses(429)});
  for (int i = 0; i < 20; ++i) {
    world.call();
    CHECK(world.was_whole("fallback"));
  }
  CHECK(world.sends_to("primary").size() == 5);
}

TEST_CASE("S02 with nobody else: one call makes no more than its attempts, and its 429 says when to come back") {
  house world({"primary"});
  world.lent->dice = [] { return 0.5; };
  world.wire.set("primary", {refuses(429)});
  world.call();
  CHECK(world.client.head->status == 429);
  CHECK(world.client.head->headers.get("retry-after") == "1");
  CHECK(world.client.head->headers.get("x-should-retry") == "false");
  CHECK(world.sends_to("primary") == std::vector<duration>{0s, 250ms, 750ms});
}

TEST_CASE("S03: a 500 is answered by the fallback, and with duplicate_ok by the primary's second try") {
  for (const bool duplicate_ok : {false, true}) {
    house world;
    auto model = std::make_shared<config::model>(*world.settings->models["chat"]);
    model->duplicate_ok = duplicate_ok;
    world.settings->models["chat"] = model;
    world.wire.set("primary", {refuses(500), well({"from", "the", "primary"})});
    world.call();
    CHECK(world.was_whole(duplicate_ok ? "primary" : "fallback"));
    CHECK(world.wire.sent.size() == 2);
  }
}

TEST_CASE("S04, S16: a primary that always answers 503 is sent to five times, and then its probes alone; failed attempts cost nothing") {
  house world;
  world.wire.set("primary", {refuses(503)});
  for (int i = 0; i < 50; ++i) {
    const auto& x = world.call();
    CHECK(world.was_whole("fallback"));
    CHECK(x.attempts.back().to->name == "fallback");
    CHECK(x.attempts.back().tokens.output == 3);
    for (const auto& one : x.attempts)
      if (&one != &x.attempts.back()) CHECK(one.cost == 0);
    CHECK(x.attempts.size() == (i < 5 ? 2 : 1));
  }
  CHECK(world.sends_to("primary").size() == 5);
  world.time.pass(1s);
  for (int i = 0; i < 50; ++i) world.call();
  CHECK(world.sends_to("primary").size() == 6);
}

TEST_CASE("S05: a connection that is reset before any byte: the fallback answers; with nobody else an error, unless nothing arrived") {
  house world;
  world.wire.set("primary", {script{breaks(failure_kind::connection_lost)}, well({"from", "the", "primary"})});
  world.call();
  CHECK(world.was_whole("fallback"));
  for (const bool arrived : {true, false}) {
    house alone({"primary"});
    alone.wire.set("primary", {script{breaks(failure_kind::connection_lost, 0s, arrived)}, well({"from", "the", "primary"})});
    alone.call();
    CHECK((arrived ? alone.client.head->status == 502 : alone.was_whole("primary")));
    CHECK(alone.sends_to("primary").size() == (arrived ? 1 : 2));
  }
}

TEST_CASE("S15: 503 for a minute, a call every four seconds: all are served meanwhile, and the primary again within 30 s of its recovery") {
  std::mt19937_64 random(15);
  for (int round = 0; round < 100; ++round) {
    house world;
    world.lent->dice = [&random] { return std::uniform_real_distribution<double>(0, 1)(random); };
    const auto healthy_at = virtual_clock::start() + 60s;
    world.wire.play("primary", [=](instant now) { return now < healthy_at ? refuses(503) : well({"from", "the", "primary"}); });
    std::optional<duration> back;
    for (int i = 0; i <= 22; ++i) {
      world.call();
      const bool by_primary = world.was_whole("primary");
      CHECK((by_primary || world.was_whole("fallback")));
      if (by_primary && !back) back = world.time.now() - healthy_at;
      world.time.pass(virtual_clock::start() + (i + 1) * 4s - world.time.now());
    }
    REQUIRE(back);
    CHECK(*back <= 20s);
    for (int i = 0; i < 3; ++i) {   // and stays
      world.time.pass(4s);
      world.call();
      CHECK(world.was_whole("primary"));
    }
    const auto sends = world.sends_to("primary");
    CHECK(std::count_if(sends.begin(), sends.end(), [](duration at) { return at < 60s; }) <= 10);
  }
}

TEST_CASE("when enough calls hang on the only deployment that fails, further ones get our own 503, which says honestly when to come back") {
  house world({"primary"});
  world.wire.set("primary", {refuses(503)});
  for (int i = 0; i < 2; ++i) world.call();
  world.wire.set("primary", {refuses_for(503, "7")});
  world.begin(world.arrived());
  world.time.pass(0s);
  world.wire.set("primary", {script{}});
  for (int i = 0; i < 4; ++i) world.begin(world.arrived());
  world.time.pass(0s);
  world.client = recording_sink();
  auto& x = world.arrived();
  world.begin(x);
  world.time.pass(0s);
  CHECK(world.client.head->status == 503);
  CHECK(world.client.bytes.find("no_deployment_available") != std::string::npos);
  CHECK(world.client.head->headers.get("retry-after") == "7");
  CHECK_FALSE(world.client.head->headers.has("x-should-retry"));
  CHECK(world.lines_with("no_deployment_available") == 0);
  CHECK(world.lines_with("\"reason\":\"none_available\"") == 1);
}

TEST_CASE("a breaker's opening and closing have a line each, a failed probe has none, and a call says whom it passed over") {
  house world;
  std::vector<script> ill(6, refuses(500));
  ill.push_back(well({"from", "the", "primary"}));
  world.wire.set("primary", ill);
  for (int i = 0; i < 6; ++i) world.call();
  world.time.pass(1s);
  world.call();
  world.time.pass(2s);
  world.call();
  CHECK(world.was_whole("primary"));
  CHECK(world.lines_with("\"message\":\"breaker opened\"") == 1);
  CHECK(world.lines_with("\"message\":\"breaker closed\"") == 1);
  CHECK(world.log_text().find(R"("passed_over":"primary: it rests for 1.1 s more")") != std::string::npos);
  CHECK(world.log_text().find(R"("message":"breaker opened","deployment":"primary","provider":"primary","cool_down_ms":1000)") !=
        std::string::npos);
}

TEST_CASE("a refused key rests its provider, and none of its deployments is blamed") {
  house world;
  world.wire.set("primary", {refuses(401), refuses(401), refuses(401), well({"from", "the", "primary"})});
  for (int i = 0; i < 6; ++i) {
    world.call();
    CHECK(world.was_whole("fallback"));
  }
  CHECK(world.sends_to("primary").size() == 3);
  CHECK(world.lines_with("\"message\":\"credential refused\"") == 1);
  world.time.pass(5s);
  world.call();
  CHECK(world.was_whole("primary"));
  CHECK(world.lines_with("\"message\":\"credential works again\"") == 1);
}

TEST_CASE("what is known of deployments holds for every call and through a reload") {
  house world;
  world.wire.set("primary", {refuses(503)});
  for (int i = 0; i < 5; ++i) world.call();
  world.settings = std::make_shared<config::settings>(*world.settings);   // a generation of its own
  CHECK(world.call().attempts.size() == 1);
}

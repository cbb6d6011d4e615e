/// A stream whose first content does not come goes to a second deployment too; the client reads the one that began first, and only that.

#include "tests/support/relay_rig.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

struct hedging_rig : relay_rig {
  explicit hedging_rig(const std::vector<std::string>& names, duration after = 2s) : relay_rig(names) {
    hedge = config::hedging{std::chrono::duration_cast<config::milliseconds>(after), nano_per_usd};
  }
};

script well_after(duration head_after, const std::vector<std::string>& words) {
  auto steps = well(words);
  steps[0].after = head_after;
  return steps;
}

}  // namespace

TEST_CASE("who begins in time is asked alone") {
  hedging_rig rig({"a", "b"});
  rig.wire.set("a", {well_after(1900ms, {"fine"})});
  rig.wire.set("b", {well({"never"})});
  REQUIRE(rig.run());
  CHECK(rig.all_bytes() == well_bytes({"fine"}));
  CHECK(rig.attempts.size() == 1);
}

TEST_CASE("the second one begins first: it answers, and the first is ended and costs what it was sent") {
  hedging_rig rig({"a", "b", "c"});
  rig.wire.set("a", {{head(), data(role_event), data(text_event("late"), 20s)}});
  rig.wire.set("b", {well_after(1s, {"soon"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(rig.all_bytes() == well_bytes({"soon"}));
  CHECK(rig.client.opened == 1);
  CHECK(rig.time.now() - virtual_clock::start() == 3s);
  REQUIRE(rig.attempts.size() == 2);
  CHECK(rig.attempts.front().to->name == "a");
  CHECK(rig.attempts.front().outcome == attempt_outcome::abandoned);
  CHECK(rig.attempts.front().why->kind == failure_kind::outrun);
  CHECK(rig.attempts.back().to->name == "b");
  CHECK(rig.attempts.back().outcome == attempt_outcome::answered);
  CHECK(rig.ended_early == std::vector<int>{1});
  CHECK(rig.wire.open == 0);
}

TEST_CASE("the first one begins after all: it answers, and stands last among the attempts") {
  hedging_rig rig({"a", "b"});
  rig.wire.set("a", {well_after(3s, {"late"})});
  rig.wire.set("b", {{head(), data(role_event), data(text_event("later"), 20s)}});
  REQUIRE(rig.run());
  CHECK(rig.all_bytes() == well_bytes({"late"}));
  REQUIRE(rig.attempts.size() == 2);
  CHECK(rig.attempts.front().to->name == "b");
  CHECK(rig.attempts.front().why->kind == failure_kind::outrun);
  CHECK(rig.attempts.back().to->name == "a");
  CHECK(rig.attempts.back().number == 1);
  CHECK(rig.ended_early == std::vector<int>{2});
  CHECK(rig.wire.open == 0);
}

TEST_CASE("when one of both fails the other answers, and when both do the next one does") {
  for (const bool first_fails : {true, false}) {
    hedging_rig rig({"a", "b"});
    rig.wire.set(first_fails ? "a" : "b", {{breaks(failure_kind::connection_lost, first_fails ? 3s : 1s)}});
    rig.wire.set(first_fails ? "b" : "a", {well_after(10s, {"fine"})});
    REQUIRE(rig.run());
    CHECK(rig.all_bytes() == well_bytes({"fine"}));
    CHECK(rig.attempts.size() == 2);
    CHECK(rig.attempts.back().outcome == attempt_outcome::answered);
    CHECK(rig.attempts.front().outcome == attempt_outcome::failed);
  }
  for (const bool second_first : {true, false}) {
    hedging_rig rig({"a", "b", "c"});
    rig.wire.set("a", {{breaks(failure_kind::connection_lost, second_first ? 5s : 3s)}});
    rig.wire.set("b", {{breaks(failure_kind::connection_lost, 2s)}});
    rig.wire.set("c", {well({"fine"})});
    REQUIRE(rig.run());
    CHECK(rig.all_bytes() == well_bytes({"fine"}));
    CHECK(rig.attempts.size() == 3);
    CHECK(rig.wire.sent.size() == 3);   // nobody twice
    CHECK(rig.wire.open == 0);
  }
}

TEST_CASE("a hedge is a send: none beyond the cap, nor where what both cost is not afforded") {
  hedging_rig capped({"a", "b"});
  capped.sends_max = 1;
  capped.wire.set("a", {well_after(10s, {"late"})});
  REQUIRE(capped.run());
  CHECK(capped.attempts.size() == 1);
  CHECK(capped.all_bytes() == well_bytes({"late"}));
  hedging_rig dear({"a", "b"});
  dear.afford_hedge = false;
  dear.wire.set("a", {well_after(10s, {"late"})});
  REQUIRE(dear.run());
  CHECK(dear.attempts.size() == 1);
  CHECK(dear.all_bytes() == well_bytes({"late"}));
}

TEST_CASE("a client that leaves ends both") {
  hedging_rig rig({"a", "b"});
  auto leave = rig.time.make_wait();
  const auto leaving = [](wait_handle& wait, instant when, recording_sink& client) -> task<void> {
    co_await wait.until(when);
    client.leave();
  };
  boost::asio::co_spawn(rig.on.get_executor(), leaving(*leave, rig.time.now() + 4s, rig.client), boost::asio::detached);
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "client_gone");
  CHECK(rig.time.now() - virtual_clock::start() == 4s);
  CHECK(rig.attempts.size() == 2);
  CHECK(rig.wire.open == 0);
}

TEST_CASE("a hedged stream that breaks behind content is gone on with like any other") {
  hedging_rig rig({"a", "b", "c"});
  rig.resume = true;
  rig.go_on_by({continuation::replay, continuation::replay, continuation::prefill});
  rig.wire.set("a", {{head(), data(role_event), data(text_event("x"), 60s)}});
  rig.wire.set("b", {{head(200, "text/event-stream", 1s), data(role_event), data(text_event("Hel")), breaks(failure_kind::connection_lost)}});
  rig.wire.set("c", {well({"lo"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(rig.all_bytes().find("\"Hel\"") != std::string::npos);
  CHECK(rig.all_bytes().find("\"lo\"") != std::string::npos);
  CHECK(rig.attempts.size() == 3);
}

TEST_CASE("an unstreamed call is sent once") {
  hedging_rig rig({"a", "b"});
  relay_rig plain({"a", "b"}, false);
  plain.hedge = rig.hedge;
  plain.wire.set("a", {{head(200, "application/json", 10s), data(R"({"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]})"), end()}});
  REQUIRE(plain.run());
  CHECK(plain.attempts.size() == 1);
}

TEST_CASE("the one that was outrun is not read on for its usage: the client's answer would wait for that") {
  hedging_rig rig({"a", "b"});
  rig.drain_on_disconnect(10s);
  rig.wire.set("a", {{head(), data(role_event), data(usage_event, 30s)}});
  rig.wire.set("b", {well({"soon"})});
  REQUIRE(rig.run());
  CHECK(rig.all_bytes() == well_bytes({"soon"}));
  CHECK(rig.attempts.front().why->kind == failure_kind::outrun);
  CHECK(rig.attempts.front().outcome == attempt_outcome::abandoned);
  CHECK(rig.time.now() - virtual_clock::start() == 2s);
}

TEST_CASE("the provider that was outrun sees its connection end at once, however long the other one answers") {
  hedging_rig rig({"a", "b"});
  rig.wire.set("a", {{head(), data(role_event), data(text_event("late"), 60s)}});
  rig.wire.set("b", {{head(), data(role_event + text_event("so")), data(text_event("on") + finish_event + done_event, 20s), end()}});
  int open_meanwhile = -1;
  auto look = rig.time.make_wait();
  const auto looking = [](wait_handle& wait, instant when, const scripted_transport& wire, int& open) -> task<void> {
    co_await wait.until(when);
    open = wire.open;
  };
  boost::asio::co_spawn(rig.on.get_executor(), looking(*look, rig.time.now() + 10s, rig.wire, open_meanwhile), boost::asio::detached);
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(open_meanwhile == 1);
}

/// The strategies at work in the whole pipeline: what they go by is what the exchanges before have left.

#include "tests/support/exchange_rig.hpp"
#include "tests/support/relay_rig.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
using config::strategy;

namespace {

/// Two deployments, a and b, under one strategy.
struct strategy_rig : exchange_rig {
  explicit strategy_rig(strategy by) : exchange_rig({"a", "b"}) {
    for (const char* one : {"a", "b"}) wire.set(one, {well({one})});
    set(by);
  }
  void set(strategy by) {
    auto model = std::make_shared<config::model>(*settings->models.at("chat"));
    config::branch chosen{.by = by, .leaf = {}, .below = {}, .weights = {}};
    for (const auto& one : model->try_in_order) chosen.below.push_back({.by = strategy::in_order, .leaf = one, .below = {}, .weights = {}});
    model->strategy = std::make_shared<const config::branch>(chosen);
    settings->models["chat"] = model;
  }
  void keep(config::affinity by) {
    auto model = std::make_shared<config::model>(*settings->models.at("chat"));
    model->affinity = by;
    settings->models["chat"] = model;
  }
  /// One turn of a conversation.
  stages::exchange& turn(const std::string& session, const std::string& first, int number) {
    client = {};
    auto& x = arrived();
    if (!session.empty()) REQUIRE(x.head.headers.add("x-sallyport-session", session).has_value());
    x.body = R"({"model":"chat","max_tokens":5,"stream":true,"messages":[{"role":"user","content":")" + first + "\"}";
    for (int i = 1; i < number; ++i) x.body += R"(,{"role":"assistant","content":"yes"},{"role":"user","content":"and?"})";
    x.body += "]}";
    REQUIRE(run(x));
    REQUIRE(!x.why);
    return x;
  }
  void price(std::size_t which, nano_usd per_million) {
    auto model = std::make_shared<config::model>(*settings->models.at("chat"));
    auto priced = std::make_shared<config::deployment>(*model->try_in_order[which]);
    priced->price.emplace(token_prices{.input = per_million, .output = per_million}, config::price_basis::contract, "contract");
    settings->deployments[priced->name] = priced;
    model->try_in_order[which] = priced;
    settings->models["chat"] = model;
  }
  std::string served() {
    client = {};   // another client
    auto& x = arrived();
    REQUIRE(run(x));
    if (x.why) return std::string(x.why->name());
    return x.attempts.back().to->name;
  }
};

}  // namespace

TEST_CASE("the cheapest serves, and the other one when it fails") {
  strategy_rig rig(strategy::cheapest);
  rig.price(0, 9'000'000'000);
  rig.price(1, 1'000'000'000);
  rig.set(strategy::cheapest);
  CHECK(rig.served() == "b");
  rig.wire.set("b", {refuses(500)});
  CHECK(rig.served() == "a");
}

TEST_CASE("the fastest serves once both are measured, and stops serving when it becomes slow") {
  strategy_rig rig(strategy::fastest);
  rig.wire.set("a", {script{head(), data(role_event), data(text_event("a"), 900ms), data(finish_event), data(done_event), end()}});
  CHECK(rig.served() == "a");   // neither is measured
  CHECK(rig.served() == "b");   // nor is b
  for (int i = 0; i < 5; ++i) CHECK(rig.served() == "b");
  rig.wire.set("b", {script{head(), data(role_event), data(text_event("b"), 5s), data(finish_event), data(done_event), end()}});
  CHECK(rig.served() == "b");
  for (int i = 0; i < 3; ++i) CHECK(rig.served() == "a");
}

TEST_CASE("who fails fast is not the fastest") {
  strategy_rig rig(strategy::fastest);
  rig.wire.set("a", {refuses(500)});
  rig.wire.set("b", {script{head(), data(role_event), data(text_event("b"), 900ms), data(finish_event), data(done_event), end()}});
  CHECK(rig.served() == "b");   // a was asked to measure it
  const auto sends_before = rig.wire.sent.size();
  CHECK(rig.served() == "b");
  CHECK(rig.wire.sent.size() == sends_before + 1);
}

TEST_CASE("the less busy serves while the other one's answer goes on, and both are free behind it") {
  strategy_rig rig(strategy::least_busy);
  rig.wire.set("b", {script{head(), data(role_event), data(text_event("b")), data(finish_event, 10s), data(done_event), end()}});
  auto& long_one = rig.arrived();
  rig.begin(long_one);
  rig.time.pass(0s);
  REQUIRE(long_one.attempts.size() == 1);
  CHECK(long_one.attempts.front().to->name == "b");   // dice 0: a tie goes to the second
  CHECK(rig.fleet.of_deployment("b", *long_one.attempts.front().to->at, "b-model")->load.under_way() == 1);
  for (int i = 0; i < 3; ++i) CHECK(rig.served() == "a");
  rig.time.pass(11s);
  CHECK(rig.fleet.of_deployment("b", *long_one.attempts.front().to->at, "b-model")->load.under_way() == 0);
  CHECK(rig.fleet.of_deployment("a", *rig.settings->models.at("chat")->try_in_order[0]->at, "a-model")->load.under_way() == 0);
}

TEST_CASE("above max_concurrency a call goes to the next deployment, and to nobody when all are full") {
  strategy_rig rig(strategy::in_order);
  auto model = std::make_shared<config::model>(*rig.settings->models.at("chat"));
  for (auto& one : model->try_in_order) {
    auto limited = std::make_shared<config::deployment>(*one);
    limited->max_concurrency = 1;
    rig.settings->deployments[limited->name] = limited;
    one = limited;
  }
  model->strategy = nullptr;
  rig.settings->models["chat"] = model;
  for (const char* one : {"a", "b"})
    rig.wire.set(one, {script{head(), data(role_event), data(text_event(one)), data(finish_event, 10s), data(done_event), end()}});

  const auto begun = [&rig]() -> stages::exchange& {
    rig.client = {};
    auto& x = rig.arrived();
    rig.begin(x);
    rig.time.pass(0s);
    return x;
  };
  const auto& first = begun();
  const auto& second = begun();
  CHECK(first.attempts.back().to->name == "a");
  CHECK(second.attempts.back().to->name == "b");
  REQUIRE(second.route.left_aside().size() == 1);
  CHECK(second.route.left_aside()[0].reason == "its max_concurrency of 1 is reached");
  const auto& third = begun();
  REQUIRE(third.why);
  CHECK(third.why->kind == failure_kind::deployments_full);
  CHECK(third.attempts.empty());
  CHECK(rig.client.head->status == 429);
  CHECK(rig.client.head->headers.get("retry-after") == "1");
  CHECK_FALSE(rig.client.head->headers.has("x-should-retry"));
  rig.time.pass(11s);
  CHECK(rig.served() == "a");
}

TEST_CASE("a conversation stays with its deployment, by its session or by how it begins; many share") {
  strategy_rig rig(strategy::least_busy);
  rig.keep(config::affinity::session);
  int a = 0;
  for (int i = 0; i < 40; ++i) {
    const auto session = i % 2 ? "s" + std::to_string(i) : "";   // some name it, the others begin in their own way
    const auto question = i % 2 ? "hi" : "question " + std::to_string(i);
    const auto& first = rig.turn(session, question, 1);
    const auto served = first.attempts.back().to->name;
    const std::string reason = "place 1 in try of model chat: least_busy, 0 under way, affine by ";
    CHECK(first.route.candidates()[0].reason == reason + (i % 2 ? "session" : "prompt"));
    for (int number = 2; number < 5; ++number) {
      const auto& later = rig.turn(session, i % 2 ? "changed " + std::to_string(number) : question, number);
      CHECK(later.attempts.back().to->name == served);
    }
    a += served == "a";
  }
  CHECK(a > 8);
  CHECK(a < 32);
}

TEST_CASE("two teams' sessions of one name are two, and by the prompt the session does not count") {
  strategy_rig rig(strategy::least_busy);
  rig.keep(config::affinity::prompt);
  const auto served = rig.turn("", "hi", 1).attempts.back().to->name;
  for (int i = 0; i < 10; ++i) CHECK(rig.turn("s" + std::to_string(i), "hi", 1).attempts.back().to->name == served);

  rig.keep(config::affinity::session);
  std::set<std::string> serving;
  for (int i = 0; i < 20; ++i) {
    rig.client = {};
    auto& x = rig.arrived();
    x.known.team = "team " + std::to_string(i);
    REQUIRE(x.head.headers.add("x-sallyport-session", "same").has_value());
    REQUIRE(rig.run(x));
    serving.insert(x.attempts.back().to->name);
  }
  CHECK(serving.size() == 2);
}

TEST_CASE("an affine deployment that fails is passed over as any other, and has its conversations again when it is well") {
  strategy_rig rig(strategy::least_busy);
  rig.keep(config::affinity::session);
  const auto home = rig.turn("s", "hi", 1).attempts.back().to->name;
  const std::string other = home == "a" ? "b" : "a";
  rig.wire.set(home, {refuses(503)});
  for (int i = 0; i < 10; ++i) CHECK(rig.turn("s", "hi", 2).attempts.back().to->name == other);
  CHECK(rig.turn("s", "hi", 2).attempts.size() == 1);   // its breaker is open by now
  rig.wire.set(home, {well({home})});
  rig.time.pass(60s);
  rig.turn("s", "hi", 3);
  rig.time.pass(10s);
  CHECK(rig.turn("s", "hi", 4).attempts.back().to->name == home);
}

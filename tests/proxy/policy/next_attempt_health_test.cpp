/// What the machine makes of how deployments do: whom it passes over, whom it tries all the same, whom it waits for.

#include "proxy/policy/clearance.hpp"
#include "proxy/policy/next_attempt.hpp"
#include "proxy/policy/route.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::breaker_state;
using policy::next_attempt;
using policy::next_step;

namespace {

constexpr instant start{1h};

struct ward {
  policy::health breaker;
  policy::health credential{policy::credential_limits()};
  policy::health* credentials[1] = {&credential};
  policy::retry_budget retries;
};

/// Deployments by name, each with a provider of its own, and calls to them.
struct fleet {
  plan plan_over(const std::vector<std::string>& names) {
    const auto model = tests::make_model("chat", names);
    return policy::make_plan(*model, policy::clearance({}, {}, {}).clear(model->try_in_order));
  }
  policy::fleet_view view() {
    return {.standing_of = [this](const candidate& one) { return standing_of(one.target.deployment().name); },
            .turned = [this](const candidate& one, const policy::breaker_news& news) {
              heard.push_back(one.target.deployment().name + (news.of_credential ? " credential" : "") +
                              (news.turn == policy::breaker_turn::closed ? " closed" : " opened"));
            }};
  }
  policy::standing standing_of(const std::string& name) { return {&wards[name].breaker, wards[name].credentials, &wards[name].retries}; }

  void fail_once(const std::string& name, instant now, std::optional<std::chrono::milliseconds> told = {}) {
    wards[name].breaker.admit_last(now)->fails(told, now, 0);
  }
  void knock_out(const std::string& name, instant now) {
    for (int i = 0; i < 5; ++i) fail_once(name, now);
  }
  breaker_state state(const std::string& name, instant now) { return wards[name].breaker.state(now); }

  std::map<std::string, ward> wards;
  std::vector<std::string> heard;
};

/// One call over a fleet.
struct one_call {
  one_call(fleet& over, const std::vector<std::string>& names, policy::attempt_limits limits = {})
      : route(over.plan_over(names)), machine(route, limits, over.view()) {}

  next_step begin(instant now, double dice = 0) { return machine.begin(now, dice); }
  next_step fails(failure why, instant now, bool body_arrived = true, double dice = 0) {
    machine.ended(why, now, dice);
    return machine.after(std::move(why), body_arrived, now, dice);
  }
  next_step fails(failure_kind why, instant now) { return fails(fail(why), now); }
  std::string at() const { return route.current()->target.deployment().name; }

  plan route;
  next_attempt machine;
};

failure refused(failure_kind kind, std::optional<std::chrono::milliseconds> told = {}) {
  auto why = fail(kind);
  why.retry_after = told;
  return why;
}

}  // namespace

TEST_CASE("one whose breaker is open is passed over with the reason while another one is left") {
  fleet all;
  all.knock_out("a", start);
  one_call call(all, {"a", "b"});
  CHECK(call.begin(start) == next_step::send);
  CHECK(call.at() == "b");
  CHECK(call.machine.sends() == 1);
  REQUIRE(call.route.left_aside().size() == 1);
  CHECK(call.route.left_aside()[0].place == 0);
  CHECK(call.route.left_aside()[0].reason == "it rests for 1.1 s more");
}

TEST_CASE("the reasons of the passed over say what keeps each") {
  fleet all;
  for (const auto* name : {"probed", "back"}) {
    all.knock_out(name, start);
    all.wards[name].breaker.admit_last(start + 1s).reset();
  }
  const auto probe = all.wards["probed"].breaker.admit(start + 1s, 0);
  all.wards["back"].breaker.admit(start + 1s, 0)->answers(start + 1s);
  for (int i = 0; i < 3; ++i) all.wards["refused"].credential.admit_last(start + 1s)->fails({}, start + 1s, 0);
  one_call call(all, {"probed", "back", "refused", "well"});
  CHECK(call.begin(start + 1s, 0.5) == next_step::send);
  CHECK(call.at() == "well");
  REQUIRE(call.route.left_aside().size() == 3);
  CHECK(call.route.left_aside()[0].reason == "it is probed by another call");
  CHECK(call.route.left_aside()[1].reason == "it has recovered and takes a share of the calls");
  CHECK(call.route.left_aside()[2].reason == "the credential of its provider rests for 5.1 s more");
}

TEST_CASE("when all breakers are open the one that failed longest ago is tried, and one alone") {
  fleet all;
  all.knock_out("a", start + 2ms);
  all.knock_out("b", start);
  all.knock_out("c", start + 1ms);
  one_call call(all, {"a", "b", "c"});
  REQUIRE(call.begin(start + 3ms) == next_step::send);
  CHECK(call.at() == "b");
  CHECK(call.fails(failure_kind::provider_error, start + 4ms) == next_step::give_up);
  CHECK(call.machine.why().kind == failure_kind::provider_error);
  CHECK(call.machine.sends() == 1);
}

TEST_CASE("one that answers and only asked to be left alone is tried before one that fails") {
  fleet all;
  all.knock_out("dead", start);
  all.fail_once("limited", start, 30s);
  one_call call(all, {"dead", "limited"});
  CHECK(call.begin(start) == next_step::send);
  CHECK(call.at() == "limited");
}

TEST_CASE("what was passed over is tried when all others have failed") {
  fleet all;
  all.knock_out("a", start);
  one_call call(all, {"a", "b"});
  call.begin(start);
  CHECK(call.fails(failure_kind::provider_error, start) == next_step::send);
  CHECK(call.at() == "a");
  CHECK(call.fails(failure_kind::provider_error, start) == next_step::give_up);
}

TEST_CASE("a last one that fails takes a few calls at once; a further one is told honestly when to come back") {
  fleet all;
  auto told = all.wards["a"].breaker.admit(start, 0);
  all.knock_out("a", start);
  std::vector<std::unique_ptr<one_call>> few;
  for (int i = 0; i < 4; ++i) {
    few.push_back(std::make_unique<one_call>(all, std::vector<std::string>{"a"}));
    CHECK(few.back()->begin(start) == next_step::send);
  }
  told->fails(7s, start + 1ms, 0);
  one_call one_more(all, {"a"});
  CHECK(one_more.begin(start + 2ms) == next_step::give_up);
  CHECK(one_more.machine.why().kind == failure_kind::none_available);
  CHECK(one_more.machine.why().retry_after == 6'999ms);
  few.clear();   // a call that ends, however, makes room
  one_call another(all, {"a"});
  CHECK(another.begin(start + 3ms) == next_step::send);
}

TEST_CASE("the time after which to come back is that of the first deployment that can be expected to answer") {
  fleet all;
  all.fail_once("a", start, 40s);
  all.fail_once("b", start, 20s);
  one_call call(all, {"a", "b"}, {.sends_max = 1});
  REQUIRE(call.begin(start) == next_step::send);
  CHECK(call.fails(refused(failure_kind::rate_limited, 60s), start) == next_step::give_up);
  CHECK(call.machine.why().kind == failure_kind::rate_limited);
  CHECK(call.machine.why().retry_after == 40s);   // b, which was tried, says 60 s
}

TEST_CASE("it counts a credential's rest too") {
  fleet all;
  for (int i = 0; i < 3; ++i) all.wards["a"].credential.admit_last(start)->fails({}, start, 0);
  one_call call(all, {"a"}, {.sends_max = 1});
  REQUIRE(call.begin(start) == next_step::send);
  CHECK(call.fails(failure_kind::connect_failed, start) == next_step::give_up);
  CHECK(call.machine.why().retry_after == 5s);
}

TEST_CASE("a call probes one deployment, and not with its last send") {
  fleet all;
  for (const auto* name : {"a", "b"}) all.knock_out(name, start);
  one_call call(all, {"a", "b", "c"});
  REQUIRE(call.begin(start + 1s) == next_step::send);
  CHECK(call.at() == "a");
  CHECK(call.fails(failure_kind::provider_error, start + 1s) == next_step::send);
  CHECK(call.at() == "c");
  CHECK(all.state("b", start + 1s) == breaker_state::half_open);

  one_call last_send(all, {"x", "b", "c"}, {.sends_max = 2});
  REQUIRE(last_send.begin(start + 1s) == next_step::send);
  CHECK(last_send.fails(failure_kind::provider_error, start + 1s) == next_step::send);
  CHECK(last_send.at() == "c");

  one_call only_send(all, {"b", "c"}, {.sends_max = 1});
  CHECK(only_send.begin(start + 1s) == next_step::send);
  CHECK(only_send.at() == "b");
}

TEST_CASE("failures of the deployment judge it; those of the credential its provider; the client's and ours nobody") {
  fleet all;
  const auto play = [&](failure_kind why, int times) {
    for (int i = 0; i < times; ++i) {
      one_call call(all, {"a"});
      REQUIRE(call.begin(start) == next_step::send);
      call.machine.ended(fail(why), start, 0);
    }
  };
  for (const auto why : {failure_kind::request_refused, failure_kind::context_length, failure_kind::content_filter, failure_kind::client_gone,
                         failure_kind::model_missing, failure_kind::address_refused})
    play(why, 20);
  CHECK(all.state("a", start) == breaker_state::closed);
  CHECK(all.heard.empty());
  for (const auto why : {failure_kind::credential_refused, failure_kind::quota_exhausted, failure_kind::credential_refused}) play(why, 1);
  CHECK(all.state("a", start) == breaker_state::closed);
  CHECK(all.wards["a"].credential.state(start) == breaker_state::open);
  CHECK(all.heard == std::vector<std::string>{"a credential opened"});
  play(failure_kind::first_token_timed_out, 5);
  CHECK(all.state("a", start) == breaker_state::open);
  CHECK(all.heard.back() == "a opened");
}

TEST_CASE("an answer clears what failures before it have counted, and closes an open breaker") {
  fleet all;
  for (int i = 0; i < 4; ++i) all.fail_once("a", start);
  one_call well(all, {"a"});
  well.begin(start);
  well.machine.ended(std::nullopt, start, 0);
  all.fail_once("a", start);
  CHECK(all.state("a", start) == breaker_state::closed);
  all.knock_out("a", start);
  one_call streams(all, {"a"});
  streams.begin(start + 1s);
  streams.machine.answers(start + 1s);
  CHECK(all.state("a", start + 1s) == breaker_state::closed);
  CHECK(all.heard == std::vector<std::string>{"a closed"});
  streams.machine.ended(fail(failure_kind::connection_lost), start + 2s, 0);
  CHECK(all.wards["a"].breaker.is_failing(start + 2s));
}

TEST_CASE("a stream counts as one answer, when it begins and not again when it ends") {
  fleet all;
  for (int i = 0; i < 5; ++i) {
    REQUIRE(all.state("a", start) == breaker_state::closed);
    one_call streams(all, {"a"});
    streams.begin(start);
    streams.machine.answers(start);
    streams.machine.ended(std::nullopt, start, 0);
    all.fail_once("a", start);
  }
  CHECK(all.state("a", start) == breaker_state::open);   // five of ten
}

TEST_CASE("each send of a call is told of by itself") {
  fleet all;
  all.fail_once("b", start);
  one_call call(all, {"a", "b"});
  call.begin(start);
  call.machine.answers(start);
  CHECK(call.fails(failure_kind::garbled_reply, start) == next_step::send);
  CHECK(all.wards["b"].breaker.is_failing(start));
  call.machine.answers(start);
  CHECK_FALSE(all.wards["b"].breaker.is_failing(start));
}

TEST_CASE("the time of the whole request judges only a deployment that had all of it") {
  fleet all;
  for (int i = 0; i < 6; ++i) {
    one_call call(all, {"a", "b"});
    call.begin(start);
    CHECK(call.fails(failure_kind::provider_error, start) == next_step::send);
    call.machine.ended(fail(failure_kind::total_timed_out), start, 0);
    all.wards["a"].breaker.admit_last(start)->answers(start);
  }
  CHECK_FALSE(all.wards["b"].breaker.is_failing(start));
  one_call alone(all, {"b"});
  alone.begin(start);
  alone.machine.ended(fail(failure_kind::total_timed_out), start, 0);
  CHECK(all.wards["b"].breaker.is_failing(start));
}

TEST_CASE("moving to one that does well is free; to one that fails it costs of its budget, until nothing is left") {
  fleet all;
  const auto second_gets_it = [&] {
    one_call call(all, {"a", "b"});
    call.begin(start);
    return call.fails(failure_kind::provider_error, start) == next_step::send;
  };
  for (int i = 0; i < 1'000; ++i) {
    all.wards["a"].breaker.admit_last(start)->answers(start);
    REQUIRE(second_gets_it());
  }
  all.fail_once("b", start);
  int moved = 0;
  for (int i = 0; i < 1'000; ++i) {
    all.wards["a"].breaker.admit_last(start)->answers(start);
    moved += second_gets_it();
  }
  CHECK(moved == 299);   // 100 at once, and one for each five calls that reach it; the first fifth finds no room
  all.wards["b"].breaker.admit(start, 0)->answers(start);
  CHECK(second_gets_it());
}

TEST_CASE("the first send of a call costs nothing, however often its deployment failed") {
  fleet all;
  all.fail_once("a", start);
  for (int i = 0; i < 1'000; ++i) REQUIRE(one_call(all, {"a"}).begin(start) == next_step::send);
}

TEST_CASE("the only one that refuses and does not say when is come back to after a random part of a time that doubles") {
  for (const double dice : {0.0, 0.5, 0.99}) {
    fleet all;
    one_call call(all, {"a"}, {.sends_max = 4});
    call.begin(start);
    auto now = start;
    for (const auto at_most : {500ms, 1'000ms, 2'000ms}) {
      REQUIRE(call.fails(refused(failure_kind::provider_overloaded), now, true, dice) == next_step::wait);
      CHECK(call.machine.wait_until() - now == std::chrono::duration_cast<duration>(at_most * dice));
      now = call.machine.wait_until();
      CHECK(call.machine.waited(now, dice) == next_step::send);
    }
    CHECK(call.fails(refused(failure_kind::provider_overloaded), now, true, dice) == next_step::give_up);
    CHECK(call.machine.sends() == 4);
  }
}

TEST_CASE("a send of which nothing arrived is as good as refused; one that may have arrived is not repeated") {
  fleet all;
  for (const auto kind : {failure_kind::connect_failed, failure_kind::connection_lost, failure_kind::name_not_resolved}) {
    one_call lost(all, {"a"});
    lost.begin(start);
    CHECK(lost.fails(fail(kind), start, false) == next_step::wait);
    one_call arrived(all, {"a"});
    arrived.begin(start);
    CHECK(arrived.fails(fail(kind), start, true) == next_step::give_up);
  }
}

TEST_CASE("who waits for the only one waits until its breaker lets it probe, and while another one probes it looks again") {
  fleet all;
  one_call first(all, {"a"}), second(all, {"a"});
  first.begin(start);
  second.begin(start);
  CHECK(first.fails(refused(failure_kind::rate_limited, 2s), start, true, 0) == next_step::wait);
  CHECK(second.fails(refused(failure_kind::rate_limited, 4s), start, true, 0.5) == next_step::wait);
  CHECK(first.machine.wait_until() == start + 2s);
  CHECK(second.machine.wait_until() == start + 4'200ms);
  CHECK(first.machine.waited(start + 2s, 0) == next_step::wait);   // the later wish holds for both
  CHECK(first.machine.wait_until() == start + 4'200ms);
  const auto now = start + 4'200ms;
  CHECK(first.machine.waited(now, 0) == next_step::send);
  CHECK(second.machine.waited(now, 0) == next_step::wait);
  CHECK(second.machine.wait_until() == now + 125ms);
  first.machine.answers(now + 100ms);
  CHECK(second.machine.waited(now + 125ms, 0.99) == next_step::send);
}

TEST_CASE("nobody waits longer than the limit for one that is told of and never free, and less for one that is guessed at") {
  for (const auto& [told, most] : {std::pair{std::optional<std::chrono::milliseconds>(2s), 12s}, {std::nullopt, 4s}}) {
    fleet all;
    one_call call(all, {"a"});
    call.begin(start);
    auto step = call.fails(refused(failure_kind::rate_limited, told), start, true, 0.5);
    all.knock_out("a", start);
    auto now = start;
    std::optional<policy::health::permit> probe;
    while (step == next_step::wait) {
      now = call.machine.wait_until();
      if (!probe) probe = all.wards["a"].breaker.admit(now, 0);
      step = call.machine.waited(now, 0.5);
    }
    CHECK(step == next_step::give_up);
    CHECK(call.machine.why().kind == failure_kind::rate_limited);
    CHECK(now - start <= most);
    CHECK(now - start > most - 1s);
  }
}

TEST_CASE("with duplicate_ok what failed is sent to the same deployment once more, before the next one") {
  fleet all;
  one_call call(all, {"a", "b"}, {.sends_max = 5, .duplicate_ok = true});
  call.begin(start);
  CHECK(call.fails(fail(failure_kind::provider_error), start, true, 0.5) == next_step::wait);
  CHECK(call.machine.wait_until() == start + 125ms);
  CHECK(call.machine.waited(start + 125ms, 0) == next_step::send);
  CHECK(call.at() == "a");
  CHECK(call.fails(failure_kind::provider_error, start + 125ms) == next_step::send);
  CHECK(call.at() == "b");
  CHECK(call.fails(failure_kind::provider_error, start + 125ms) == next_step::give_up);
}

TEST_CASE("no repeat after silence, nor with the last send but one for another, nor when the breaker has opened meanwhile") {
  fleet all;
  one_call silent(all, {"a", "b"}, {.duplicate_ok = true});
  silent.begin(start);
  CHECK(silent.fails(failure_kind::first_token_timed_out, start) == next_step::send);
  CHECK(silent.at() == "b");
  one_call two_sends(all, {"a", "b"}, {.sends_max = 2, .duplicate_ok = true});
  two_sends.begin(start);
  CHECK(two_sends.fails(failure_kind::provider_error, start) == next_step::send);
  CHECK(two_sends.at() == "b");
  one_call overtaken(all, {"c", "d"}, {.duplicate_ok = true});
  overtaken.begin(start);
  CHECK(overtaken.fails(fail(failure_kind::provider_error), start, true, 0.5) == next_step::wait);
  all.knock_out("c", start);
  CHECK(overtaken.machine.waited(start + 125ms, 0) == next_step::send);
  CHECK(overtaken.at() == "d");
}

TEST_CASE("what cannot be afforded gives its probe back at once") {
  fleet all;
  all.knock_out("a", start);
  one_call poor(all, {"a", "b"});
  REQUIRE(poor.begin(start + 1s) == next_step::send);
  CHECK(poor.machine.skip(fail(failure_kind::budget_exhausted), start + 1s, 0) == next_step::send);
  CHECK(poor.at() == "b");
  CHECK(all.wards["a"].breaker.admit(start + 1s, 0));
}

namespace {

/// Random calls over one random fleet, some of them under way at once.
struct random_world {
  explicit random_world(std::uint64_t seed) : dice(seed) {}

  int roll(int sides) { return static_cast<int>(dice() % static_cast<std::uint64_t>(sides)); }
  double chance() { return std::uniform_real_distribution<double>(0, 1)(dice); }

  struct under_way {
    std::unique_ptr<one_call> call;
    next_step step;
    std::map<std::string, int> sends;
    std::map<std::string, int> allowed;   ///< further sends that semantics let it have
  };

  void arrive() {
    std::vector<std::string> names;
    for (const auto* name : {"a", "b", "c", "d"})
      if (roll(2) == 0) names.emplace_back(name);
    if (names.empty()) names.emplace_back("a");
    policy::attempt_limits limits{.sends_max = 1 + roll(4), .deadline = now + 30s, .duplicate_ok = roll(4) == 0};
    under_way one{std::make_unique<one_call>(all, names, limits), next_step::give_up, {}, {}};
    const bool idle = calls.empty();
    one.step = one.call->begin(now, chance());
    // With nobody under way somebody is always tried: breakers remove all but the last one.
    if (idle) REQUIRE(one.step == next_step::send);
    if (one.step == next_step::give_up) REQUIRE(one.call->machine.why().kind == failure_kind::none_available);
    if (one.step != next_step::give_up) note(std::move(one), limits);
  }

  void note(under_way one, const policy::attempt_limits& limits) {
    if (one.step == next_step::send) {
      const auto name = one.call->at();
      REQUIRE(++one.sends[name] <= 1 + one.allowed[name]);
      REQUIRE(one.call->machine.sends() <= limits.sends_max);
    }
    limits_of[one.call.get()] = limits;
    calls.push_back(std::move(one));
  }

  void go_on() {
    const auto at = static_cast<std::size_t>(roll(static_cast<int>(calls.size())));
    auto one = std::move(calls[at]);
    calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(at));
    const auto limits = limits_of[one.call.get()];
    if (one.step == next_step::wait) {
      now = std::max(now, one.call->machine.wait_until());
      one.step = one.call->machine.waited(now, chance());
    } else if (!end_send(one, limits)) {
      return;
    }
    if (one.step != next_step::give_up) note(std::move(one), limits);
  }

  bool end_send(under_way& one, const policy::attempt_limits& limits) {
    const auto name = one.call->at();
    if (roll(3) == 0) {
      one.call->machine.ended(std::nullopt, now, chance());
      return false;
    }
    if (roll(20) == 0) return false;   // its client left
    constexpr std::array kinds{failure_kind::provider_error, failure_kind::rate_limited, failure_kind::provider_overloaded,
                               failure_kind::connect_failed, failure_kind::credential_refused, failure_kind::first_token_timed_out};
    auto why = fail(kinds[static_cast<std::size_t>(roll(kinds.size()))]);
    const bool refusal = why.kind == failure_kind::rate_limited || why.kind == failure_kind::provider_overloaded;
    const bool arrived = why.kind != failure_kind::connect_failed;
    if (refusal && roll(2) == 0) why.retry_after = std::chrono::milliseconds(1'000 + roll(5'000));
    if (refusal || !arrived)
      ++one.allowed[name];
    else if (limits.duplicate_ok && why.kind == failure_kind::provider_error)
      ++one.allowed[name];
    one.step = one.call->fails(std::move(why), now, arrived, chance());
    return true;
  }

  std::mt19937_64 dice;
  fleet all;
  instant now = start;
  std::vector<under_way> calls;
  std::map<one_call*, policy::attempt_limits> limits_of;
};

}  // namespace

TEST_CASE("in any history somebody is tried for a call that comes alone, and nobody is sent to more often than allowed") {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    CAPTURE(seed);
    random_world world(seed);
    for (int i = 0; i < 300; ++i) {
      world.now += std::chrono::milliseconds(world.roll(300));
      if (world.calls.empty() || (world.calls.size() < 20 && world.roll(3) == 0))
        world.arrive();
      else
        world.go_on();
    }
  }
}

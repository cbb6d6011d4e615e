/// Calls that come to a deployment without a place.

#include "proxy/policy/clearance.hpp"
#include "proxy/policy/next_attempt.hpp"
#include "proxy/policy/route.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::load;
using policy::next_attempt;
using policy::next_step;

namespace {

const instant now{1h};

struct ward {
  policy::health breaker;
  policy::load load;
  int places = 1, line = 0;
  duration wait = 5s;
};

struct fleet {
  std::map<std::string, ward> wards;
  std::vector<std::string> waits;

  policy::fleet_view view() {
    return {.standing_of =
                [this](const candidate& one) {
                  auto& of = wards[one.target.deployment().name];
                  return policy::standing{&of.breaker, {}, nullptr, &of.load, of.places, of.line, of.wait};
                },
            .turned = {},
            .queued = [this](const candidate& one, duration waited) {
              waits.push_back(one.target.deployment().name + " " + std::to_string(std::chrono::floor<std::chrono::seconds>(waited).count()));
            }};
  }
};

struct one_call {
  one_call(fleet& over, const std::vector<std::string>& names, policy::attempt_limits limits = {}) : route(plan_over(names)), machine(route, limits, over.view()) {}
  static plan plan_over(const std::vector<std::string>& names) {
    const auto model = tests::make_model("chat", names);
    return policy::make_plan(*model, policy::clearance({}, {}, {}).clear(model->try_in_order));
  }
  std::string current() const { return route.current() ? route.current()->target.deployment().name : "none"; }

  plan route;
  next_attempt machine;
};

}  // namespace

TEST_CASE("without a line a call goes to the next one at once, and is told when nobody is left") {
  fleet all;
  auto held = all.wards["a"].load.take(1);
  one_call one(all, {"a", "b"});
  CHECK(one.machine.begin(now, 0) == next_step::send);
  CHECK(one.current() == "b");
  CHECK(one.machine.has_overflowed());
  one_call other(all, {"a", "b"});
  CHECK(other.machine.begin(now, 0) == next_step::give_up);
  CHECK(other.machine.why().kind == failure_kind::deployments_full);
  CHECK(other.machine.why().retry_after == 1s);
}

TEST_CASE("with a line a call waits, and goes when a place is handed to it") {
  fleet all;
  all.wards["a"].line = 2;
  auto held = all.wards["a"].load.take(1);
  one_call one(all, {"a", "b"});
  REQUIRE(one.machine.begin(now, 0) == next_step::queue);
  CHECK(one.machine.wait_until() == now + 5s);
  int calls = 0;
  REQUIRE(one.machine.enqueue([&] { ++calls; }));
  held = {};
  CHECK(calls == 1);
  CHECK(one.machine.dequeued(now + 2s, 0) == next_step::send);
  CHECK(one.current() == "a");
  CHECK_FALSE(one.machine.has_overflowed());
  CHECK(all.waits == std::vector<std::string>{"a 2"});
  CHECK(all.wards["a"].load.under_way() == 1);
  one.machine.ended(std::nullopt, now + 3s, 0);
  CHECK(all.wards["a"].load.under_way() == 0);
}

TEST_CASE("whose time in the line is up goes to the next one, and that one after it") {
  fleet all;
  all.wards["a"].line = all.wards["b"].line = 2;
  const auto a = all.wards["a"].load.take(1), b = all.wards["b"].load.take(1);
  one_call one(all, {"a", "b"});
  REQUIRE(one.machine.begin(now, 0) == next_step::queue);
  one.machine.enqueue([] {});
  REQUIRE(one.machine.dequeued(now + 5s, 0) == next_step::queue);
  CHECK(one.current() == "b");
  CHECK(all.wards["a"].load.waiting() == 0);
  one.machine.enqueue([] {});
  CHECK(one.machine.dequeued(now + 10s, 0) == next_step::give_up);
  CHECK(one.machine.why().kind == failure_kind::deployments_full);
  CHECK(all.waits == std::vector<std::string>{"a 5", "b 5"});
}

TEST_CASE("nobody waits in a line that is full, or slower than a call may wait") {
  fleet all;
  auto& a = all.wards["a"];
  a.line = 1;
  const auto held = a.load.take(1);
  a.load.served(6s);
  one_call slow(all, {"a", "b"});
  CHECK(slow.machine.begin(now, 0) == next_step::send);
  CHECK(slow.current() == "b");
  slow.machine.ended(std::nullopt, now, 0);
  a.wait = 10s;
  const auto first = a.load.wait_for_place(1, 1, [] {});
  one_call full(all, {"a", "b"});
  CHECK(full.machine.begin(now, 0) == next_step::send);
  CHECK(full.current() == "b");
  full.machine.ended(std::nullopt, now, 0);
  const auto b = all.wards["b"].load.take(1);
  one_call nowhere(all, {"a", "b"});
  CHECK(nowhere.machine.begin(now, 0) == next_step::give_up);
  CHECK(nowhere.machine.why().retry_after == 1s);   // b, of which nothing is known yet; a would be 12 s
}

TEST_CASE("nobody waits for one that rests, and a breaker that opens meanwhile is no place") {
  fleet all;
  auto& a = all.wards["a"];
  a.line = 2;
  auto held = a.load.take(1);
  one_call one(all, {"a", "b"});
  REQUIRE(one.machine.begin(now, 0) == next_step::queue);
  one.machine.enqueue([] {});
  for (int i = 0; i < 5; ++i) a.breaker.admit_last(now)->fails({}, now, 0);
  held = {};
  CHECK(one.machine.dequeued(now, 0) == next_step::send);
  CHECK(one.current() == "b");
  CHECK(a.load.under_way() == 0);
  const auto again = a.load.take(1);
  one_call other(all, {"a", "c"});
  CHECK(other.machine.begin(now, 0) == next_step::send);
  CHECK(other.current() == "c");
}

TEST_CASE("the time of the request ends the wait too") {
  fleet all;
  all.wards["a"].line = 2;
  const auto held = all.wards["a"].load.take(1);
  one_call one(all, {"a"}, {.deadline = now + 2s});
  REQUIRE(one.machine.begin(now, 0) == next_step::queue);
  CHECK(one.machine.wait_until() == now + 2s);
  one.machine.enqueue([] {});
  CHECK(one.machine.dequeued(now + 2s, 0) == next_step::give_up);
  CHECK(one.machine.why().kind == failure_kind::total_timed_out);
}

TEST_CASE("a send that fails is no overflow for the next one") {
  fleet all;
  const auto held = all.wards["a"].load.take(1);
  one_call one(all, {"a", "b", "c"});
  one.machine.begin(now, 0);
  CHECK(one.machine.has_overflowed());
  one.machine.ended(fail(failure_kind::provider_error), now, 0);
  CHECK(one.machine.after(fail(failure_kind::provider_error), true, now, 0) == next_step::send);
  CHECK_FALSE(one.machine.has_overflowed());
}

TEST_CASE("a credential that is refused or limited is followed by another one at the same deployment, each once") {
  policy::health deployment, one(policy::credential_limits()), other(policy::credential_limits());
  policy::health* const credentials[] = {&one, &other};
  for (const auto kind : {failure_kind::rate_limited, failure_kind::credential_refused, failure_kind::quota_exhausted}) {
    auto route = one_call::plan_over({"a", "b"});
    next_attempt machine(route, {.sends_max = 5}, {.standing_of = [&](const candidate& to) {
                           return to.target.deployment().name == "a" ? policy::standing{&deployment, credentials} : policy::standing{};
                         }});
    machine.begin(now, 0);
    CHECK(machine.credential() == 0);
    machine.ended(fail(kind), now, 0);
    CHECK(machine.after(fail(kind), true, now, 0) == next_step::send);
    CHECK(route.current()->target.deployment().name == "a");
    CHECK(machine.credential() == 1);
    machine.ended(fail(kind), now, 0);
    CHECK(machine.after(fail(kind), true, now, 0) == next_step::send);
    CHECK(route.current()->target.deployment().name == "b");
  }
}

TEST_CASE("an engine that says that it is full is passed over, and not a last resort either") {
  fleet all;
  all.wards["a"].load.engine_says(true, now + 3s);
  all.wards["a"].places = 0;
  one_call one(all, {"a", "b"});
  CHECK(one.machine.begin(now, 0) == next_step::send);
  CHECK(one.current() == "b");
  CHECK(one.machine.has_overflowed());
  CHECK(one.route.left_aside().at(0).reason == "its engine says that it is full");
  one_call alone(all, {"a"});
  CHECK(alone.machine.begin(now, 0) == next_step::give_up);
  CHECK(alone.machine.why().kind == failure_kind::deployments_full);
  CHECK(alone.machine.why().retry_after);
  one_call later(all, {"a"});
  CHECK(later.machine.begin(now + 3s, 0) == next_step::send);
}

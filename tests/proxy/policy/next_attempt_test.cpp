#include "proxy/policy/clearance.hpp"
#include "proxy/policy/next_attempt.hpp"
#include "proxy/policy/route.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::next_attempt;
using policy::next_step;

namespace {

const instant now{1h};

plan plan_over(const std::vector<std::string>& names) {
  const auto model = tests::make_model("chat", names);
  return policy::make_plan(*model, policy::clearance({}, {}, {}).clear(model->try_in_order));
}

failure limited(std::optional<std::chrono::milliseconds> retry_after) {
  auto why = fail(failure_kind::rate_limited);
  why.retry_after = retry_after;
  return why;
}

}  // namespace

TEST_CASE("a deployment's failure moves on to the next one until the plan is used up") {
  auto plan = plan_over({"a", "b"});
  next_attempt machine(plan, {.deadline = now + 10min});

  CHECK(machine.begin(now, 0) == next_step::send);
  CHECK(plan.current()->target.deployment().name == "a");
  CHECK(machine.after(fail(failure_kind::connect_failed), true, now, 0) == next_step::send);
  CHECK(plan.current()->target.deployment().name == "b");
  CHECK(machine.after(fail(failure_kind::provider_error), true, now, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::provider_error);
}

TEST_CASE("what the client did wrong is final at once") {
  auto plan = plan_over({"a", "b"});
  next_attempt machine(plan, {.deadline = now + 10min});
  machine.begin(now, 0);
  for (const auto kind : {failure_kind::request_refused, failure_kind::context_length, failure_kind::content_filter, failure_kind::client_gone}) {
    CHECK(machine.after(fail(kind), true, now, 0) == next_step::give_up);
    CHECK(machine.why().kind == kind);
    CHECK(plan.current()->target.deployment().name == "a");
  }
}

TEST_CASE("what cannot be afforded is left out, and a cheaper deployment behind it is sent to") {
  auto plan = plan_over({"a", "b"});
  next_attempt machine(plan, {.sends_max = 1, .deadline = now + 10min});
  machine.begin(now, 0);
  CHECK(machine.skip(fail(failure_kind::budget_exhausted), now, 0) == next_step::send);
  CHECK(plan.current()->target.deployment().name == "b");
  CHECK(machine.sends() == 1);
  CHECK(machine.skip(fail(failure_kind::budget_exhausted), now, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::budget_exhausted);
}

TEST_CASE("when the rest of the plan is too dear, the client is told how the last attempt failed") {
  auto plan = plan_over({"a", "b"});
  next_attempt machine(plan, {.deadline = now + 10min});
  machine.begin(now, 0);
  CHECK(machine.after(fail(failure_kind::provider_error), true, now, 0) == next_step::send);
  CHECK(machine.skip(fail(failure_kind::budget_exhausted), now, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::provider_error);
}

TEST_CASE("our refused credential and our wrong model name are tried elsewhere") {
  for (const auto kind : {failure_kind::credential_refused, failure_kind::quota_exhausted, failure_kind::model_missing}) {
    auto plan = plan_over({"a", "b"});
    next_attempt machine(plan, {.deadline = now + 10min});
    machine.begin(now, 0);
    CHECK(machine.after(fail(kind), true, now, 0) == next_step::send);
  }
}

TEST_CASE("no more sends than the cap") {
  auto plan = plan_over({"a", "b", "c", "d"});
  next_attempt machine(plan, {.sends_max = 3, .deadline = now + 10min});
  machine.begin(now, 0);
  CHECK(machine.after(fail(failure_kind::connect_failed), true, now, 0) == next_step::send);
  CHECK(machine.after(fail(failure_kind::connect_failed), true, now, 0) == next_step::send);
  CHECK(machine.after(fail(failure_kind::connect_failed), true, now, 0) == next_step::give_up);
  CHECK(machine.sends() == 3);
}

TEST_CASE("after the total time nothing is sent any more") {
  auto plan = plan_over({"a", "b"});
  next_attempt machine(plan, {.deadline = now + 10s});
  machine.begin(now, 0);
  CHECK(machine.after(fail(failure_kind::first_token_timed_out), true, now + 10s, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::total_timed_out);
}

TEST_CASE("the last deployment that refuses us and says when to come back is waited for, a little jittered") {
  auto plan = plan_over({"a"});
  next_attempt machine(plan, {.deadline = now + 10min});
  machine.begin(now, 0);
  REQUIRE(machine.after(limited(2s), true, now, 0.5) == next_step::wait);
  CHECK(machine.wait_until() == now + 2100ms);
  CHECK(plan.current()->target.deployment().name == "a");
}

TEST_CASE("nobody is waited for who says too late, or who did not refuse") {
  struct row {
    failure why;
    instant deadline;
  };
  auto started = fail(failure_kind::provider_error);
  started.retry_after = 2s;
  for (const auto& [why, deadline] : {row{limited(13s), now + 10min}, row{limited(5s), now + 5s}, row{started, now + 10min}}) {
    auto plan = plan_over({"a"});
    next_attempt machine(plan, {.deadline = deadline});
    machine.begin(now, 0);
    CHECK(machine.after(why, true, now, 0) == next_step::give_up);
  }
}

TEST_CASE("a healthy neighbour goes before waiting") {
  auto plan = plan_over({"a", "b"});
  next_attempt machine(plan, {.deadline = now + 10min});
  machine.begin(now, 0);
  CHECK(machine.after(limited(1s), true, now, 0) == next_step::send);
  CHECK(plan.current()->target.deployment().name == "b");
}

TEST_CASE("an empty plan is refused with its own reason") {
  plan empty;
  next_attempt machine(empty, {.deadline = now + 10min});
  CHECK(machine.begin(now, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::no_eligible_deployment);
}

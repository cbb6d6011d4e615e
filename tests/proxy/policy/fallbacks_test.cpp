/// What is asked when a deployment refuses a call for what it is.

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

struct fleet {
  std::map<std::string, std::shared_ptr<const config::deployment>> by_name;

  std::vector<std::shared_ptr<const config::deployment>> of(const std::vector<std::string>& names) {
    std::vector<std::shared_ptr<const config::deployment>> list;
    for (const auto& name : names) {
      auto& one = by_name[name];
      if (!one) one = tests::make_deployment(name);
      list.push_back(one);
    }
    return list;
  }
  plan with(const std::vector<std::string>& tried, const std::vector<std::string>& longer, const std::vector<std::string>& laxer = {}) {
    config::model model{.name = "chat", .try_in_order = of(tried)};
    const policy::clearance gate({}, {}, {});
    auto made = policy::make_plan(model, gate.clear(model.try_in_order));
    if (!longer.empty()) made = policy::with_fallbacks(made, failure_kind::context_length, gate.clear(of(longer)));
    if (!laxer.empty()) made = policy::with_fallbacks(made, failure_kind::content_filter, gate.clear(of(laxer)));
    return made;
  }
};

std::string current(const plan& of) { return of.current() ? of.current()->target.deployment().name : "none"; }

}  // namespace

TEST_CASE("each kind of refusal leads to its own fallbacks, and no other failure does") {
  fleet all;
  for (const auto& [kind, wanted] : {std::pair{failure_kind::context_length, "long"}, {failure_kind::content_filter, "lax"}}) {
    auto plan = all.with({"a", "b"}, {"long"}, {"lax"});
    next_attempt machine(plan, {});
    machine.begin(now, 0);
    CHECK(machine.after(fail(kind), true, now, 0) == next_step::send);
    CHECK(current(plan) == wanted);
    CHECK(plan.current()->reason == "fallback 1 for " + std::string(traits(kind).name));
  }
  auto plan = all.with({"a", "b"}, {"long"}, {"lax"});
  next_attempt machine(plan, {});
  machine.begin(now, 0);
  CHECK(machine.after(fail(failure_kind::provider_error), true, now, 0) == next_step::send);
  CHECK(current(plan) == "b");
  CHECK(machine.after(fail(failure_kind::provider_error), true, now, 0) == next_step::give_up);
  auto other = all.with({"a"}, {"long"});
  next_attempt strict(other, {});
  strict.begin(now, 0);
  CHECK(strict.after(fail(failure_kind::content_filter), true, now, 0) == next_step::give_up);
  CHECK(strict.why().kind == failure_kind::content_filter);
}

TEST_CASE("the fallbacks are tried in order, and what they say is the answer") {
  fleet all;
  auto plan = all.with({"a", "b"}, {"long", "longer"});
  next_attempt machine(plan, {.sends_max = 5});
  machine.begin(now, 0);
  machine.after(fail(failure_kind::context_length), true, now, 0);
  CHECK(machine.after(fail(failure_kind::provider_error), true, now, 0) == next_step::send);
  CHECK(current(plan) == "longer");
  CHECK(machine.after(fail(failure_kind::context_length), true, now, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::context_length);
}

TEST_CASE("one refusal may follow another, each kind once, and none that was asked is asked again") {
  fleet all;
  auto plan = all.with({"a"}, {"long"}, {"long", "lax"});
  next_attempt machine(plan, {.sends_max = 5});
  machine.begin(now, 0);
  CHECK(machine.after(fail(failure_kind::context_length), true, now, 0) == next_step::send);
  CHECK(current(plan) == "long");
  CHECK(machine.after(fail(failure_kind::content_filter), true, now, 0) == next_step::send);
  CHECK(current(plan) == "lax");
  CHECK(plan.left_aside().at(0).reason == "it has been asked");
  CHECK(machine.after(fail(failure_kind::content_filter), true, now, 0) == next_step::give_up);
}

TEST_CASE("sends and time are those of the whole request") {
  fleet all;
  auto plan = all.with({"a", "b"}, {"long"});
  next_attempt machine(plan, {.sends_max = 2, .deadline = now + 1min});
  machine.begin(now, 0);
  machine.after(fail(failure_kind::provider_error), true, now, 0);
  CHECK(machine.after(fail(failure_kind::context_length), true, now, 0) == next_step::give_up);
  CHECK(machine.why().kind == failure_kind::context_length);
}

TEST_CASE("a plan of nothing but fallbacks has nobody to try") {
  fleet all;
  auto plan = all.with({}, {"long"});
  CHECK(plan.current() == nullptr);
}

TEST_CASE("what policy keeps from a call is no fallback for it either") {
  fleet all;
  auto made = all.with({"a"}, {});
  policy::eligible_set none;
  none.excluded.push_back({"long", "policy p requires x"});
  made = policy::with_fallbacks(made, failure_kind::context_length, std::move(none));
  REQUIRE(made.excluded().size() == 1);
  CHECK(made.excluded()[0].only_for == failure_kind::context_length);
  next_attempt machine(made, {});
  machine.begin(now, 0);
  CHECK(machine.after(fail(failure_kind::context_length), true, now, 0) == next_step::give_up);
}

#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"

#include "config/condition_parser.hpp"
#include "config/policies.hpp"
#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace sallyport;

namespace {

/// In the house, at a host, at a vendor, in this order.
std::vector<std::shared_ptr<const config::deployment>> one_of_each() {
  return {tests::make_deployment("house", deployment_class::in_house), tests::make_deployment("host", deployment_class::hosted),
          tests::make_deployment("vendor", deployment_class::managed)};
}

config::policy policy_of(const std::string& name, const std::string& when, const std::string& require) {
  config::policy made = config::built_in_policy();
  made.name = name;
  made.built_in = false;
  made.when = when.empty() ? std::nullopt : config::compile(when, config::names_in_policies({}, {})).value;
  REQUIRE(made.when.has_value() == !when.empty());
  const auto compiled = config::compile(require, config::names_in_requirements({}));
  REQUIRE(compiled.value.has_value());
  made.require = *compiled.value;
  return made;
}

std::string members(const policy::eligible_set& set) {
  std::string names;
  for (const auto& one : set.members) names += (names.empty() ? "" : " ") + one.deployment().name;
  return names;
}

std::string cleared_for(std::vector<config::policy> policies, const facts& of_call) {
  return members(policy::clearance(policies, of_call, {}).clear(one_of_each()));
}

}  // namespace

TEST_CASE("a plan keeps the order of try and says why each stands where it does") {
  const auto model = tests::make_model("chat", {"house", "host", "vendor"});
  const auto plan = policy::make_plan(*model, policy::clearance({}, {}, {}).clear(model->try_in_order));

  REQUIRE(plan.candidates().size() == 3);
  CHECK(plan.candidates()[0].target.deployment().name == "house");
  CHECK(plan.candidates()[2].target.deployment().name == "vendor");
  CHECK(plan.candidates()[1].reason == "place 2 in try of model chat");
}

TEST_CASE("a plan is a cursor that only moves forward") {
  const auto model = tests::make_model("chat", {"a", "b"});
  auto plan = policy::make_plan(*model, policy::clearance({}, {}, {}).clear(model->try_in_order));

  CHECK(plan.current()->target.deployment().name == "a");
  CHECK(plan.candidates()[1].target.deployment().name == "b");
  plan.advance();
  CHECK(plan.current()->target.deployment().name == "b");
  plan.advance();
  plan.advance();
  CHECK(plan.current() == nullptr);
}

TEST_CASE("nothing but clearance can make a cleared deployment") {
  using deployment = std::shared_ptr<const config::deployment>;
  CHECK_FALSE(std::is_default_constructible_v<cleared>);
  CHECK_FALSE(std::is_constructible_v<cleared, deployment>);
  CHECK_FALSE(std::is_constructible_v<cleared, deployment, content_form>);
}

TEST_CASE("a restricted call reaches the house alone, every lower class everything") {
  const std::vector<config::policy> built_in{config::built_in_policy()};
  for (const auto lower : {data_class::public_, data_class::internal, data_class::confidential})
    CHECK(cleared_for(built_in, {.sensitivity = lower}) == "house host vendor");
  CHECK(cleared_for(built_in, {.sensitivity = data_class::restricted}) == "house");
}

TEST_CASE("policies that are for the call all have to be met, in whatever order they stand") {
  const auto no_vendor = policy_of("no-vendor", "data_class >= \"internal\"", "class != \"managed\"");
  const auto host_only = policy_of("host-only", "stream", "class == \"hosted\"");
  const facts streamed{.sensitivity = data_class::internal, .stream = true}, plain{.sensitivity = data_class::internal};
  CHECK(cleared_for({no_vendor, host_only}, plain) == "house host");
  CHECK(cleared_for({no_vendor, host_only}, streamed) == "host");
  CHECK(cleared_for({host_only, no_vendor}, streamed) == "host");
  CHECK(cleared_for({no_vendor, host_only, config::built_in_policy()}, {.sensitivity = data_class::restricted, .stream = true}).empty());
}

TEST_CASE("an exclusion names its policy, what that requires and what the deployment has") {
  const std::vector<config::policy> built_in{config::built_in_policy()};
  const auto set = policy::clearance(built_in, {.sensitivity = data_class::restricted}, {}).clear(one_of_each());
  REQUIRE(set.excluded.size() == 2);
  CHECK(set.excluded[0].deployment == "host");
  CHECK(set.excluded[0].policy == "restricted");
  CHECK_FALSE(set.excluded[0].whatever_its_class);
  CHECK(set.excluded[0].reason == "policy restricted requires class == \"in_house\", and its class is \"hosted\"");
}

TEST_CASE("a further policy or a higher class never widens what is cleared") {
  const std::vector<config::policy> all{policy_of("a", "data_class >= \"internal\"", "class != \"managed\""),
                                        policy_of("b", "has_tools", "class != \"hosted\""), config::built_in_policy()};
  for (std::size_t policies = 0; policies < all.size(); ++policies)
    for (int sensitivity = 0; sensitivity < 4; ++sensitivity)
      for (const bool tools : {false, true}) {
        const facts of{.sensitivity = static_cast<data_class>(sensitivity), .has_tools = tools};
        const std::vector<config::policy> some(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(policies));
        const std::vector<config::policy> more(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(policies) + 1);
        const auto narrow = cleared_for(more, of);
        const auto wide = cleared_for(some, of);
        CHECK(narrow.size() <= wide.size());
        if (sensitivity < 3) {
          auto raised_one = of;
          raised_one.raise(static_cast<data_class>(sensitivity + 1), "a test");
          CHECK(cleared_for(more, raised_one).size() <= narrow.size());
        }
      }
}

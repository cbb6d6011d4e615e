#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace sallyport;

TEST_CASE("a plan keeps the order of try and says why each stands where it does") {
  const auto model = tests::make_model("chat", {"house", "host", "vendor"});
  const auto plan = policy::make_plan(*model, policy::clearance{}.clear(*model, {}));

  REQUIRE(plan.candidates().size() == 3);
  CHECK(plan.candidates()[0].target.deployment().name == "house");
  CHECK(plan.candidates()[2].target.deployment().name == "vendor");
  CHECK(plan.candidates()[1].reason == "place 2 in try of model chat");
}

TEST_CASE("a plan is a cursor that only moves forward") {
  const auto model = tests::make_model("chat", {"a", "b"});
  auto plan = policy::make_plan(*model, policy::clearance{}.clear(*model, {}));

  CHECK(plan.current()->target.deployment().name == "a");
  CHECK(plan.after_current()->target.deployment().name == "b");
  plan.advance();
  CHECK(plan.current()->target.deployment().name == "b");
  CHECK(plan.after_current() == nullptr);
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

#include "proxy/policy/engine_watch.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::engine_watch;
using policy::load;

namespace {

constexpr instant now{1h};

std::shared_ptr<const config::deployment> limited(config::saturation_limits limits) {
  auto made = std::make_shared<config::deployment>(*tests::make_deployment("a"));
  made->saturation = limits;
  return made;
}

auto waiting(double requests) {
  return [requests](const std::string&) { return std::optional(engine_load{.waiting = requests, .kv_use = {}}); };
}
std::optional<engine_load> silent(const std::string&) { return std::nullopt; }

}  // namespace

TEST_CASE("an engine is full when it is over one of the limits that are written") {
  const config::saturation_limits both{.waiting = 8, .kv_use = 90};
  CHECK_FALSE(policy::is_full({.waiting = 7, .kv_use = 0.89}, both));
  CHECK(policy::is_full({.waiting = 8, .kv_use = 0}, both));
  CHECK(policy::is_full({.waiting = 0, .kv_use = 0.9}, both));
  CHECK_FALSE(policy::is_full({.waiting = 0, .kv_use = {}}, both));
  CHECK_FALSE(policy::is_full({.waiting = 1000, .kv_use = 0.5}, {.waiting = 0, .kv_use = 90}));
}

TEST_CASE("it is asked once a period, and not again while it is silent") {
  engine_watch watch;
  CHECK_FALSE(watch.is_due(now));
  watch.add(tests::make_deployment("plain"), std::make_shared<load>());
  CHECK(watch.is_empty());
  watch.add(limited({.waiting = 8, .kv_use = 0, .every = 1s}), std::make_shared<load>());
  CHECK(watch.is_due(now));
  CHECK_FALSE(watch.is_due(now + 10s));
  watch.answered(silent, now + 10s);
  CHECK(watch.is_due(now + 10s));
  watch.answered(silent, now + 10s);
  CHECK_FALSE(watch.is_due(now + 10500ms));
  CHECK(watch.is_due(now + 11s));
}

TEST_CASE("what it says holds until it says otherwise, and for three periods where it says nothing") {
  engine_watch watch;
  const auto counts = std::make_shared<load>();
  watch.add(limited({.waiting = 8, .kv_use = 0, .every = 1s}), counts);
  CHECK_FALSE(counts->is_saturated(now));
  watch.answered(waiting(9), now);
  CHECK(counts->is_saturated(now + 2999ms));
  CHECK_FALSE(counts->is_saturated(now + 3s));
  watch.answered(waiting(2), now + 1s);
  CHECK_FALSE(counts->is_saturated(now + 1s));
  watch.answered(waiting(9), now);
  watch.answered(silent, now + 1s);
  CHECK(counts->is_saturated(now + 2s));
}

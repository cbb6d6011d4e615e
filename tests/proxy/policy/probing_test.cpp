#include "proxy/policy/probing.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::breaker_state;
using policy::health;
using policy::probing;

namespace {

constexpr instant start{1h};
constexpr duration every = 5s;

/// The only way to the breaker's failures: sends of calls that have no other deployment.
void fail(health& of, instant now, int times, std::optional<std::chrono::milliseconds> told = {}) {
  for (int i = 0; i < times; ++i) {
    auto sent = of.admit_last(now);
    REQUIRE(sent);
    sent->fails(told, now, 0);
  }
}

/// Openings one after the other: a rest of 15 s from then on.
instant rest_long(health& of, instant now = start) {
  fail(of, now, 5);
  for (int i = 0; i < 5; ++i) {
    now = of.rests_until(now);
    auto probe = of.admit(now, 0);
    REQUIRE(probe);
    probe->fails({}, now, 0);
  }
  REQUIRE(of.rests_until(now) - now == 15s);
  return now;
}

/// When it is asked, between two times, looked at each 200 ms.
std::vector<instant> asked(probing& one, instant from, instant until, liveness says, double dice = 0.5) {
  std::vector<instant> times;
  for (auto now = from; now < until; now += 200ms)
    if (one.is_due(now, dice)) {
      times.push_back(now);
      one.answered(says, now, dice);
    }
  return times;
}

}  // namespace

TEST_CASE("while all is well nobody asks") {
  health a, b;
  probing one(every, {&a, &b});
  CHECK(asked(one, start, start + 1h, liveness::up).empty());
  fail(a, start, 4);   // not enough to open
  CHECK(asked(one, start, start + 1min, liveness::up).empty());
}

TEST_CASE("while one rests it is asked once a period, a part of one after the opening at first, and not twice at once") {
  health a, b;
  probing one(every, {&a, &b});
  fail(b, start, 5, 60s);
  fail(b, start, 5);
  const auto times = asked(one, start, start + 59s, liveness::unclear);
  REQUIRE(times.size() >= 11);
  CHECK(times.size() <= 13);
  CHECK(times[0] - start >= 2500ms);
  CHECK(times[0] - start <= 5s);
  for (std::size_t i = 1; i < times.size(); ++i) {
    CHECK(times[i] - times[i - 1] >= 4s);
    CHECK(times[i] - times[i - 1] <= 6200ms);
  }
  probing slow(every, {&b});
  REQUIRE_FALSE(slow.is_due(start, 0.5));
  REQUIRE(slow.is_due(start + 5s, 0.5));
  for (auto now = start + 5s; now < start + 50s; now += 200ms) CHECK_FALSE(slow.is_due(now, 0.5));   // not answered yet
}

TEST_CASE("the dice move the times, so that many gateways do not ask together") {
  health a;
  fail(a, start, 5, 300s);
  fail(a, start, 5);
  const auto last_of = [&a](double dice) {
    probing one(every, {&a});
    return asked(one, start, start + 60s, liveness::unclear, dice).back();
  };
  CHECK(last_of(0.1) != last_of(0.9));
}

TEST_CASE("up brings the next call forward, and closes nothing by itself") {
  health a;
  probing one(every, {&a});
  const auto now = rest_long(a);
  CHECK(one.answered(liveness::up, now + 1s, 0) == std::vector<std::size_t>{0});
  CHECK(a.state(now + 1s) == breaker_state::half_open);
  CHECK(a.rests_until(now + 1s) == now + 1s);
  CHECK_FALSE(a.admit(now + 1s, 0, false));   // only as the probe
  auto probe = a.admit(now + 1s, 0.99);
  REQUIRE(probe);
  CHECK(probe->is_probe());
  CHECK_FALSE(a.admit(now + 1s, 0));
  probe->answers(now + 2s);
  CHECK(a.state(now + 2s) == breaker_state::closed);
  CHECK_FALSE(a.admit(now + 2s, 0.5));   // slow start as ever
}

TEST_CASE("up while the model fails risks one call, not one a period: it counts again only when it was down, or the model answered") {
  health a;
  probing one(every, {&a});
  auto now = rest_long(a);
  REQUIRE(one.answered(liveness::up, now, 0).size() == 1);
  auto probe = a.admit(now, 0);
  REQUIRE(probe);
  probe->fails({}, now, 0);
  CHECK(a.rests_until(now) - now == 15s);
  for (int i = 0; i < 10; ++i) CHECK(one.answered(liveness::up, now + 1s, 0).empty());
  CHECK(one.answered(liveness::unclear, now + 1s, 0).empty());
  CHECK(one.answered(liveness::up, now + 1s, 0).empty());
  CHECK(a.rests_until(now) - now == 15s);
  CHECK(one.answered(liveness::down, now + 2s, 0).empty());
  CHECK(one.answered(liveness::up, now + 3s, 0).size() == 1);
  auto again = a.admit(now + 3s, 0);
  REQUIRE(again);
  again->answers(now + 3s);
  CHECK_FALSE(one.is_due(now + 4s, 0));   // it is seen closed
  now = rest_long(a, now + 100s);
  CHECK(one.answered(liveness::up, now, 0).size() == 1);
}

TEST_CASE("up does not shorten what the provider asked for") {
  health a;
  probing one(every, {&a});
  fail(a, start, 1, 40s);
  CHECK(one.answered(liveness::up, start + 5s, 0).empty());
  CHECK(a.rests_until(start + 5s) == start + 40s);
  fail(a, start + 6s, 20);   // it fails besides
  CHECK(one.answered(liveness::up, start + 7s, 0).empty());
  CHECK(a.rests_until(start + 7s) == start + 40s);
}

TEST_CASE("down keeps it resting from one answer to the next, so that no call is risked") {
  health a;
  probing one(every, {&a});
  fail(a, start, 5);
  bool rested = true;
  one.answered(liveness::down, start, 0.5);
  for (auto now = start; now < start + 55s; now += 200ms) {
    if (one.is_due(now, 0.5)) one.answered(liveness::down, now, 0.5);
    rested = rested && a.state(now) == breaker_state::open;
  }
  CHECK(rested);
  CHECK(one.answered(liveness::up, start + 55s, 0.5).size() == 1);
  CHECK(a.state(start + 55s) == breaker_state::half_open);
}

TEST_CASE("an endpoint that is always down, though the model is not, keeps it resting for a minute at most") {
  health a;
  probing one(every, {&a});
  fail(a, start, 5);
  for (auto now = start; now < start + 70s; now += 200ms)
    if (one.is_due(now, 0.5)) one.answered(liveness::down, now, 0.5);
  CHECK(a.state(start + 59s) == breaker_state::open);
  CHECK(a.state(start + 60s) == breaker_state::half_open);
  CHECK(a.admit(start + 61s, 0));
}

TEST_CASE("while a request tries it, and once it is closed, what the endpoint says changes nothing") {
  health a;
  probing one(every, {&a});
  fail(a, start, 5);
  auto probe = a.admit(start + 1s, 0);
  REQUIRE(probe);
  for (const auto said : {liveness::down, liveness::up, liveness::unclear}) CHECK(one.answered(said, start + 1s, 0).empty());
  CHECK(a.rests_until(start + 1s) == start + 1s);
  probe->answers(start + 1s);
  for (const auto said : {liveness::down, liveness::up, liveness::unclear}) CHECK(one.answered(said, start + 2s, 0).empty());
  CHECK(a.state(start + 2s) == breaker_state::closed);
}

TEST_CASE("unclear changes nothing, and behind its rest only one that is down is asked on") {
  health a;
  probing one(every, {&a});
  fail(a, start, 5);
  CHECK(one.answered(liveness::unclear, start, 0).empty());
  CHECK(a.rests_until(start) == start + 1s);
  CHECK(asked(one, start + 2s, start + 10min, liveness::unclear).empty());
  health b;
  probing other(every, {&b});
  fail(b, start, 5);
  CHECK(asked(other, start + 2s, start + 10min, liveness::up).size() == 1);   // the first answer, then none
}

TEST_CASE("one answer is for all deployments of the provider that rest") {
  health a, b, c;
  probing one(every, {&a, &b, &c});
  const auto now = rest_long(a);
  rest_long(c);
  CHECK(one.answered(liveness::up, now, 0) == std::vector<std::size_t>{0, 2});
  CHECK(b.state(now) == breaker_state::closed);
}

// An engine dies and comes back; a call every half second that may be the probe, the endpoint asked every five seconds.
TEST_CASE("a recovery is found within about a period, and fewer calls are risked") {
  struct outcome {
    duration found_after{};
    int risked = 0;
  };
  const auto run = [](bool is_asked, duration down_for, unsigned seed) {
    std::mt19937 random(seed);
    const auto dice = [&random] { return std::uniform_real_distribution<double>(0, 1)(random); };
    health a;
    probing one(every, {&a});
    const auto back = start + down_for;
    outcome seen;
    for (auto now = start; now < back + 1min; now += 100ms) {
      const auto says = now < back ? liveness::down : liveness::up;
      if (is_asked && one.is_due(now, dice())) one.answered(says, now, dice());
      if ((now - start) % 500ms != 0ms) continue;
      auto sent = a.admit(now, dice());
      if (!sent) continue;
      if (now < back) {
        ++seen.risked;
        sent->fails({}, now, dice());
      } else {
        sent->answers(now);
        seen.found_after = now - back;
        break;
      }
    }
    return seen;
  };
  duration with{}, without{}, longest{};
  int risked_with = 0, risked_without = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto down_for = 50s + seed * 200ms;
    const auto probed = run(true, down_for, seed), unprobed = run(false, down_for, seed);
    with += probed.found_after;
    without += unprobed.found_after;
    longest = std::max(longest, probed.found_after);
    risked_with += probed.risked;
    risked_without += unprobed.risked;
  }
  const auto mean_ms = [](duration all) { return std::chrono::duration_cast<std::chrono::milliseconds>(all).count() / 200; };
  MESSAGE("found after ", mean_ms(with), " ms on average, at most ", mean_ms(longest * 200), " ms; without probes ", mean_ms(without),
          " ms; calls risked ", risked_with / 200.0, " and ", risked_without / 200.0);
  CHECK(longest <= every * 1.2 + 600ms);
  CHECK(mean_ms(with) < 3'500);
  CHECK(mean_ms(without) > 6'000);
  CHECK(risked_with < risked_without);
}

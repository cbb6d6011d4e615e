/// Minutes of outage under virtual time: how much is sent to what is down, what is lost, and how soon all is well again.
/// SALLYPORT_OUTAGE_SEEDS=30 runs more of them, SALLYPORT_SEED=N one again.

#include "tests/support/seeds.hpp"
#include "tests/support/traffic_rig.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

/// A whole answer: first token after 200 ms, a little later the rest.
script answers(const std::string& by) {
  script steps = well({"from", by});
  steps[1].after = 200ms;
  steps[3].after = 300ms;
  return steps;
}

script refuses_for(int status, const char* seconds) {
  auto refusal = refuses(status);
  if (seconds) refusal[0].headers.add_if_fit("retry-after", seconds);
  return refusal;
}

seed_range seeds(std::uint64_t times = 1) { return seeds_of("SALLYPORT_OUTAGE_SEEDS", 3, times); }

/// Within [from, until) it does `ill`, else it is well.
void down(traffic_rig& world, const std::string& name, duration from, duration until, script ill) {
  world.wire.play(name, [=](instant now) {
    const auto at = now - virtual_clock::start();
    return at >= from && at < until ? ill : answers(name);
  });
}

double share(std::size_t part, std::size_t of) { return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of); }

}  // namespace

TEST_CASE("while everything answers 503 for a minute each call is one send, and five seconds behind it all is well") {
  struct row {
    std::string name;
    std::vector<std::string> fleet;
    script ill;
  };
  const row rows[] = {{"three, at once", {"a", "b", "c"}, refuses(503)},
                      {"three, with Retry-After: 1", {"a", "b", "c"}, refuses_for(503, "1")},
                      {"three, with Retry-After: 60", {"a", "b", "c"}, refuses_for(503, "60")},
                      {"three, reset", {"a", "b", "c"}, {breaks(failure_kind::connection_lost, 20ms)}},
                      {"three, gone", {"a", "b", "c"}, {breaks(failure_kind::connect_failed, 1ms, false)}},
                      {"three, silent", {"a", "b", "c"}, {}},
                      {"one, at once", {"a"}, refuses(503)},
                      {"one, with Retry-After: 1", {"a"}, refuses_for(503, "1")},
                      {"one, gone", {"a"}, {breaks(failure_kind::connect_failed, 1ms, false)}}};
  for (const auto& [name, fleet, ill] : rows) {
    CAPTURE(name);
    double most_sends = 0, least_well = 1, slowest = 0;
    for (const std::uint64_t seed : seeds()) {
      CAPTURE(seed);
      traffic_rig world(fleet, seed);
      for (const auto& one : fleet) down(world, one, 10s, 70s, ill);
      world.run(50, 90s);
      CHECK(world.answered(0s, 5s) == world.calls(0s, 5s));
      const double sends = share(world.sends_to({}, 10s, 70s), world.calls(10s, 70s));
      const double well = share(world.answered(75s, 90s), world.calls(75s, 90s));
      CHECK(sends <= 1.1);
      CHECK(well >= 0.95);
      most_sends = std::max(most_sends, sends);
      least_well = std::min(least_well, well);
      for (const auto& one : world.all)
        if (one.by.empty() && one.arrived > 15s) slowest = std::max(slowest, std::chrono::duration<double>(one.ended - one.arrived).count());
    }
    MESSAGE(name << ": at most " << most_sends << " sends a call while all is down, whose failure takes at most " << slowest << " s; at least "
                 << least_well * 100 << " % answered from 5 s behind it on");
  }
}

TEST_CASE("the first of three dead deployments that comes back is found within five seconds, wherever it stands") {
  for (const std::string alive : {"a", "b", "c"}) {
    CAPTURE(alive);
    for (const std::uint64_t seed : seeds()) {
      CAPTURE(seed);
      traffic_rig world({"a", "b", "c"}, seed);
      for (const std::string one : {"a", "b", "c"}) down(world, one, 5s, one == alive ? 65s : 1h, refuses(503));
      world.run(50, 90s);
      CHECK(share(world.answered(70s, 90s, alive), world.calls(70s, 90s)) == 1);
    }
  }
}

TEST_CASE("in any outage that spares one of three deployments no call is lost, and none is stuck") {
  for (const std::uint64_t seed : seeds(20)) {
    CAPTURE(seed);
    traffic_rig world({"a", "b", "c"}, seed);
    const auto spared = static_cast<int>(world.dice() * 3);
    for (int i = 0; i < 3; ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      const script ills[] = {refuses(503), refuses_for(429, "2"), refuses_for(503, "20"), refuses(500), refuses(401), refuses(404), {},
                             {breaks(failure_kind::connect_failed, 1ms, false)}, {breaks(failure_kind::connection_lost, 20ms)},
                             {head(), data(role_event), breaks(failure_kind::connection_lost, 100ms)}};
      const double chance = world.dice();   // how ill it is while it is
      const auto period = std::chrono::milliseconds(500 + static_cast<int>(world.dice() * 20'000));
      const script ill = ills[static_cast<std::size_t>(world.dice() * 10)];
      if (i == spared)
        world.wire.set(name, {answers(name)});
      else
        world.wire.play(name, [=, &world](instant now) {
          return (now - virtual_clock::start()) / period % 2 == 1 && world.dice() < chance ? ill : answers(name);
        });
    }
    world.run(20, 60s);
    CHECK(world.answered(0s, 60s) == world.all.size());
    for (const auto& one : world.all) CHECK(one.ended - one.arrived <= 12s);   // two silent ones before it
  }
}

TEST_CASE("with the primary dead nothing is lost, and the primary is sent no more than its probes") {
  struct row {
    std::string name;
    script ill;
    std::size_t before_opening;   ///< sends until enough of them have failed
  };
  // Answers of calls from before come for 200 ms more, and each begins the count of a row anew.
  const row rows[] = {{"gone", {breaks(failure_kind::connect_failed, 1ms, false)}, 25},
                      {"503", refuses(503), 25},
                      {"reset", {breaks(failure_kind::connection_lost, 20ms)}, 25},
                      {"silent", {}, 350}};
  for (const auto& [name, ill, before_opening] : rows) {
    CAPTURE(name);
    std::size_t most = 0;
    for (const std::uint64_t seed : seeds()) {
      CAPTURE(seed);
      traffic_rig world({"primary", "secondary"}, seed);
      down(world, "primary", 10s, 130s, ill);
      world.wire.set("secondary", {answers("secondary")});
      world.run(50, 170s);
      CHECK(world.answered(0s, 170s) == world.all.size());
      CHECK(world.sends_to("primary", 10s, 16s) <= before_opening + 4);
      const auto probes = world.sends_to("primary", 16s, 130s);
      CHECK(probes <= 11);   // 1, 2, 4, 8 and then each 15 s or more
      most = std::max(most, probes);
      // And it comes back, in a growing share.
      CHECK(world.answered(160s, 170s, "primary") == world.calls(160s, 170s));
    }
    MESSAGE(name << ": at most " << most << " sends to it in the 114 s behind the first six");
  }
}

TEST_CASE("what recovers gets less than a tenth of its share in the first second, and all of it after five") {
  for (const std::uint64_t seed : seeds()) {
    CAPTURE(seed);
    traffic_rig world({"primary", "secondary"}, seed);
    down(world, "primary", 10s, 40s, refuses(503));
    world.wire.set("secondary", {answers("secondary")});
    world.run(200, 75s);
    const auto first = std::find_if(world.all.begin(), world.all.end(), [](const auto& one) { return one.arrived > 40s && one.by == "primary"; });
    REQUIRE(first != world.all.end());
    const auto back = first->ended - 100ms;   // when it began to answer
    CHECK(back <= 60s);
    CHECK(share(world.answered(back, back + 1s, "primary"), world.calls(back, back + 1s)) < 0.1);
    CHECK(share(world.answered(back + 3s, back + 4s, "primary"), world.calls(back + 3s, back + 4s)) > 0.3);
    CHECK(world.answered(back + 5s, back + 10s, "primary") == world.calls(back + 5s, back + 10s));
  }
}

TEST_CASE("a primary that flaps costs no call, and few sends") {
  for (const std::uint64_t seed : seeds()) {
    CAPTURE(seed);
    traffic_rig world({"primary", "secondary"}, seed);
    world.wire.play("primary", [](instant now) {
      const auto second = std::chrono::floor<std::chrono::seconds>(now - virtual_clock::start()).count();
      return second % 4 < 2 ? answers("primary") : refuses(503);
    });
    world.wire.set("secondary", {answers("secondary")});
    world.run(50, 120s);
    CHECK(world.answered(0s, 120s) == world.all.size());
    const double sends = share(world.wire.sent.size(), world.all.size());
    CHECK(sends <= 1.05);
    MESSAGE("seed " << seed << ": " << sends << " sends a call, " << share(world.answered(0s, 120s, "primary"), world.all.size()) * 100
                    << " % by the primary, which was up for 50 %");
  }
}

TEST_CASE("a primary that fails a fifth of its calls stays in use, and no call is lost though the secondary fails now and then") {
  for (const std::uint64_t seed : seeds()) {
    CAPTURE(seed);
    traffic_rig world({"primary", "secondary", "third"}, seed);
    world.wire.play("primary", [&world](instant) { return world.dice() < 0.2 ? refuses(500) : answers("primary"); });
    world.wire.play("secondary", [&world](instant) { return world.dice() < 0.05 ? refuses(500) : answers("secondary"); });
    world.wire.set("third", {answers("third")});
    world.run(100, 60s);
    CHECK(world.answered(0s, 60s) == world.all.size());
    // Its first outcomes are failures, since these come sooner than answers: they may open it once.
    const double by_primary = share(world.answered(20s, 60s, "primary"), world.calls(20s, 60s));
    CHECK(by_primary > 0.7);
    MESSAGE("seed " << seed << ": " << by_primary * 100 << " % by the primary, " << share(world.wire.sent.size(), world.all.size()) << " sends a call");
  }
}

TEST_CASE("the only deployment, limited to some calls a second, goes on serving them: its refusals are waited out or passed on") {
  for (const std::uint64_t seed : seeds()) {
    CAPTURE(seed);
    traffic_rig world({"only"}, seed);
    std::int64_t second = -1;
    int taken = 0;
    world.wire.play("only", [&](instant now) {
      const auto present = std::chrono::floor<std::chrono::seconds>(now - virtual_clock::start()).count();
      if (present != second) taken = 0;
      second = present;
      return ++taken <= 40 ? answers("only") : refuses_for(429, "1");
    });
    world.run(50, 60s);
    const double well = share(world.answered(0s, 60s), world.all.size());
    CHECK(well > 0.75);   // 40 of 50 could be
    MESSAGE("seed " << seed << ": " << well * 100 << " % answered where 80 % can be");
  }
}

TEST_CASE("an outage runs the same way every time") {
  const auto run = [] {
    traffic_rig world({"a", "b"}, 4711);
    down(world, "a", 1s, 20s, refuses(503));
    down(world, "b", 5s, 15s, refuses_for(429, "3"));
    std::string seen;
    for (const auto& one : world.run(20, 30s)) seen += one.by + one.why + std::to_string(one.ended.count()) + "\n";
    return seen;
  };
  CHECK(run() == run());
}

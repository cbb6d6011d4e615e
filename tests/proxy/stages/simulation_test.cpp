/// A hundred thousand random worlds under virtual time: random upstreams, faults, delays and clients; the same loop that serves. What must hold in
/// every one of them is checked; a world is named by its seed and runs the same way every time. SALLYPORT_SEEDS=1000000 runs more of them,
/// SALLYPORT_SEED=N one again.

#include "tests/support/relay_rig.hpp"
#include "tests/support/seeds.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

using dice = std::mt19937_64;

int roll(dice& with, int sides) { return static_cast<int>(with() % static_cast<std::uint64_t>(sides)); }
duration some_time(dice& with, int ms_max) { return std::chrono::milliseconds(roll(with, ms_max)); }

/// What one script is worth to a client: nothing, or these words.
struct upstream_world {
  script does;
  bool answers = false;                ///< if it is asked, it answers whole
  bool commits = false;                ///< if it is asked, content reaches the client
  bool clients_fault = false;          ///< it refuses the client's call itself
  std::vector<std::string> words;
};

/// Cuts the bytes of a script's data steps anew, anywhere, and delays the pieces: the wire keeps no boundaries.
script recut(const script& steps, dice& with) {
  script cut;
  for (const auto& step : steps) {
    if (step.does != upstream::signal::data || step.bytes.size() < 2) {
      cut.push_back(step);
      continue;
    }
    const auto at = static_cast<std::size_t>(roll(with, static_cast<int>(step.bytes.size())));
    if (at > 0) cut.push_back(data(step.bytes.substr(0, at), step.after));
    cut.push_back(data(step.bytes.substr(at), some_time(with, 50)));
  }
  return cut;
}

upstream_world random_upstream(const std::string& name, dice& with) {
  upstream_world world;
  const int many = roll(with, 4) + 1;
  for (int i = 0; i < many; ++i) world.words.push_back(name + std::to_string(i));
  script whole = well(world.words);
  switch (roll(with, 12)) {
    case 0: world.does = {breaks(failure_kind::connect_failed, some_time(with, 3000), false)}; return world;
    case 1: world.does = refuses(500 + roll(with, 5)); return world;
    case 2: world.does = refuses(429); return world;
    case 3: world.does = {head(200, "text/event-stream", some_time(with, 2000))}; return world;
    case 4: world.does = {head(), data(role_event), breaks(failure_kind::connection_lost, some_time(with, 500))}; return world;
    case 5: world.does = {head(), data(error_event), end()}; return world;
    case 6: world.does = refuses(400); world.clients_fault = true; return world;
    case 7: {  // breaks after content
      const auto keep = static_cast<std::size_t>(3 + roll(with, many));
      whole.resize(keep);
      whole.push_back(roll(with, 2) ? breaks(failure_kind::connection_lost, some_time(with, 500)) : end());
      world.does = recut(whole, with);
      world.commits = true;
      return world;
    }
    default: break;
  }
  world.does = recut(whole, with);
  world.answers = world.commits = true;
  return world;
}

struct seen {
  std::string bytes;
  std::string why;
  std::size_t sends;
  duration took;
  bool operator==(const seen&) const = default;
};

/// Runs the world of that seed and checks what must hold. Returns what the client saw.
seen run_world(std::uint64_t seed) {
  CAPTURE(seed);
  dice with(seed);
  relay_rig rig({"a", "b", "c", "d"});
  rig.timeouts = {.connect = 3s, .first_token = 5s, .idle = 5s, .attempt = 20s, .total = 30s};
  std::vector<upstream_world> worlds;
  for (const char* name : {"a", "b", "c", "d"}) {
    worlds.push_back(random_upstream(name, with));
    rig.wire.set(name, {worlds.back().does});
  }
  if (roll(with, 10) == 0) rig.client.leaves_after_writes = roll(with, 3) + 1;

  REQUIRE(rig.run());

  // The oracle: the first of at most three that answers, commits or blames the client decides.
  const upstream_world* decides = nullptr;
  for (std::size_t i = 0; i < 3 && !decides; ++i)
    if (worlds[i].commits || worlds[i].clients_fault) decides = &worlds[i];

  const bool left = rig.client.client_is_gone();
  const auto bytes = rig.all_bytes();
  CHECK(rig.wire.open == 0);
  CHECK(rig.client.opened <= 1);
  CHECK(rig.attempts.size() <= 3);
  CHECK(rig.attempts.size() == rig.wire.sent.size());
  // Every attempt but the last was told of when it ended; the last one only where its client left behind it.
  CHECK((rig.ended_early.size() + 1 == rig.attempts.size() || (left && rig.ended_early.size() == rig.attempts.size())));
  CHECK(rig.time.now() - virtual_clock::start() <= rig.timeouts.total);
  for (std::size_t i = 0; i < rig.wire.sent.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(rig.wire.sent[i].deployment != rig.wire.sent[j].deployment);
  const bool has_end = bytes.ends_with(done_event);
  const bool has_error = bytes.find("data: {\"error\":") != std::string::npos;
  if (left) {
    // A stream may break in the very moment in which its client leaves.
    CHECK((rig.failure_name() == "client_gone" || !decides->answers));
  } else if (!decides) {
    CHECK(rig.result.why);
    CHECK(bytes.empty());
  } else if (decides->clients_fault) {
    CHECK(rig.failure_name() == "request_refused");
    CHECK(bytes.empty());
  } else if (decides->answers) {
    CHECK(rig.failure_name() == "none");
    CHECK(bytes == well_bytes(decides->words));
  } else {
    CHECK(rig.result.why);
    CHECK(has_error);
    CHECK_FALSE(has_end);
  }
  CHECK_FALSE((has_end && has_error));
  return {bytes, rig.failure_name(), rig.attempts.size(), rig.time.now() - virtual_clock::start()};
}

}  // namespace

TEST_CASE("in every random world the client gets one whole answer, one clear failure, or one in-band error") {
  for (const std::uint64_t seed : seeds_of("SALLYPORT_SEEDS", 100'000)) run_world(seed);
}

TEST_CASE("a world runs the same way every time") {
  for (const std::uint64_t seed : {3u, 17u, 4711u, 90210u}) CHECK(run_world(seed) == run_world(seed));
}

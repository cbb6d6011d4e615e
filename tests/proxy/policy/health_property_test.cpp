/// Random sends with random ends at random times: what must hold of a breaker whatever it is told.

#include "proxy/policy/health.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::breaker_state;
using policy::breaker_turn;
using policy::health;
using policy::health_limits;

namespace {

constexpr instant start{1h};

struct sent {
  health::permit permit;
  bool is_probe;
  bool answered = false;
};

/// One breaker, sends under way, and what the test knows of it.
struct world {
  explicit world(std::uint64_t seed) : dice(seed) {}

  int roll(int sides) { return static_cast<int>(dice() % static_cast<std::uint64_t>(sides)); }
  double chance() { return std::uniform_real_distribution<double>(0, 1)(dice); }

  void step() {
    now += std::chrono::milliseconds(roll(400));
    if (roll(8) == 0)
      hear_of_it();
    else if (roll(2) == 0)
      send();
    else if (!under_way.empty())
      end_one();
  }

  void send() {
    const auto before = one.state(now);
    const bool rests = one.rests_until(now) > now;
    auto let = roll(3) == 0 ? one.admit_last(now) : one.admit(now, chance());
    if (!let) return;
    if (let->is_probe()) {
      REQUIRE(before == breaker_state::half_open);
      REQUIRE_FALSE(rests);
      REQUIRE(probes() == 0);
    }
    const bool is_probe = let->is_probe();
    under_way.push_back({std::move(*let), is_probe});
  }

  void end_one() {
    const auto at = static_cast<std::size_t>(roll(static_cast<int>(under_way.size())));
    auto& ending = under_way[at];
    const int how = roll(ill ? 4 : 12);
    if (how == 0) {
      told(ending);
    } else if (how <= 2) {
      note(ending.permit.fails({}, now, chance()));
    } else if (!ending.answered && how >= 4) {
      ending.answered = true;
      note(ending.permit.answers(now));
      ending.is_probe = false;
      if (roll(2) == 0) return;   // a stream that goes on
    }
    under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(at));
  }

  /// Somebody else says that it is up, or down.
  void hear_of_it() {
    const auto before = one.state(now);
    const auto rested_until = one.rests_until(now);
    if (roll(2) == 0) {
      const bool changed = one.bring_forward(now);
      REQUIRE((changed ? before == breaker_state::open : one.rests_until(now) == rested_until));
    } else {
      one.rest_on(now + 10s);
      REQUIRE(one.rests_until(now) <= std::max(rested_until, now + 10s + 1ms));
    }
    REQUIRE((one.state(now) == breaker_state::closed) == (before == breaker_state::closed));
    REQUIRE((before == breaker_state::closed || one.rests_until(now) >= wished_until));
  }

  void told(sent& ending) {
    const auto before = one.rests_until(now);
    const auto wish = std::chrono::milliseconds(1'000 + roll(200'000));
    note(ending.permit.fails(wish, now, chance()));
    REQUIRE(one.rests_until(now) >= now + wish);   // honoured, whoever was told
    wished_until = std::max(wished_until, now + wish);
    REQUIRE(one.rests_until(now) >= before);       // and never sooner than before
  }

  /// A turn ends what was known of its probe.
  void note(breaker_turn turn) {
    if (turn == breaker_turn::none) return;
    for (auto& other : under_way) other.is_probe = false;
    REQUIRE((one.state(now) == breaker_state::closed) == (turn == breaker_turn::closed));
    if (turn == breaker_turn::closed) wished_until = {};   // an answer ends what failures began, wishes among them
  }

  int probes() const {
    int all = 0;
    for (const auto& other : under_way) all += other.is_probe;
    return all;
  }

  std::mt19937_64 dice;
  health one;
  instant now = start;
  bool ill = true;
  instant wished_until{};
  std::vector<sent> under_way;
};

}  // namespace

TEST_CASE("in any history there is one probe at most, none before its time, and no wish of the provider's is cut short") {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    CAPTURE(seed);
    world one(seed);
    for (int i = 0; i < 300; ++i) {
      if (i % 50 == 0) one.ill = one.roll(2) == 0;
      one.step();
    }
  }
}

TEST_CASE("the last one always lets somebody through: with nothing under way a call is never refused") {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    CAPTURE(seed);
    world one(seed);
    for (int i = 0; i < 200; ++i) one.step();
    one.under_way.clear();
    REQUIRE(one.one.admit_last(one.now).has_value());
  }
}

TEST_CASE("a breaker that is told nothing but answers closes, and takes all again, within its longest rest and its slow start") {
  const health_limits limits;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    CAPTURE(seed);
    world one(seed);
    for (int i = 0; i < 200; ++i) one.step();
    one.under_way.clear();
    auto now = one.one.rests_until(one.now);
    if (auto probe = one.one.admit(now, 0)) probe->answers(now);
    now += limits.slow_start;
    CHECK(one.one.state(now) == breaker_state::closed);
    CHECK(one.one.admit(now, 0.9999));
  }
}

TEST_CASE("a slow start never lets less come back as time passes") {
  const health_limits limits;
  double before = 0;
  for (auto since = 0ms; since <= 6'000ms; since += 7ms) {
    const double share = health::slow_start_share(since, limits);
    CHECK(share >= before);
    before = share;
  }
  CHECK(before == 1);
}

TEST_CASE("of threads that see a cool-down end together one alone becomes the probe") {
  std::vector<health> breakers(200'000);
  for (auto& one : breakers)
    for (int i = 0; i < 5; ++i) one.admit_last(start)->fails({}, start, 0);
  std::array<std::vector<health::permit>, 2> kept;
  std::atomic<int> ready{0};
  const auto hunt = [&](std::vector<health::permit>& mine) {
    ++ready;
    while (ready < 2) {
    }
    for (auto& one : breakers)
      if (auto probe = one.admit(start + 1s, 0)) mine.push_back(std::move(*probe));
  };
  std::thread other([&] { hunt(kept[1]); });
  hunt(kept[0]);
  other.join();
  CHECK(kept[0].size() + kept[1].size() == breakers.size());
}

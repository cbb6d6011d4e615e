#include "proxy/policy/rate.hpp"
#include "proxy/policy/slots.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <limits>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::rate;

namespace {

const instant start{100h};
const config::rate ten_a_second{10, 1s, "10/s"};
const config::rate sixty_a_minute{60, 60s, "60/min"};

/// How many single units pass now.
int passing(rate& of, const config::rate& limit, instant now) {
  int passed = 0;
  while (of.take(1, limit, now)) ++passed;
  return passed;
}

}  // namespace

TEST_CASE("the whole amount may come at once, and refills evenly") {
  rate requests;
  CHECK(passing(requests, ten_a_second, start) == 10);
  CHECK(passing(requests, ten_a_second, start + 99ms) == 0);
  CHECK(passing(requests, ten_a_second, start + 100ms) == 1);
  CHECK(passing(requests, ten_a_second, start + 600ms) == 5);
  CHECK(passing(requests, ten_a_second, start + 1h) == 10);
}

TEST_CASE("a refusal tells the exact wait: a moment before it is refused too, then it passes") {
  rate requests;
  passing(requests, sixty_a_minute, start);
  const auto refused = requests.take(1, sixty_a_minute, start + 250ms);
  REQUIRE(!refused);
  CHECK(refused.error().wait == 750ms);
  CHECK_FALSE(refused.error().never);
  CHECK_FALSE(requests.take(1, sixty_a_minute, start + 1s - 1ns).has_value());
  CHECK(requests.take(1, sixty_a_minute, start + 1s).has_value());
}

TEST_CASE("a call that is larger than the whole amount never passes, and takes nothing") {
  rate tokens;
  const auto refused = tokens.take(61, sixty_a_minute, start);
  REQUIRE(!refused);
  CHECK(refused.error().never);
  CHECK(tokens.free(sixty_a_minute, start) == 60);
}

TEST_CASE("what was taken too much is free again") {
  rate tokens;
  const auto share = tokens.take(60, sixty_a_minute, start);
  REQUIRE(share.has_value());
  tokens.correct(*share, 20, sixty_a_minute, start);
  CHECK(tokens.free(sixty_a_minute, start) == 40);
}

TEST_CASE("what has leaked already is not given back a second time") {
  rate tokens;
  const auto first = tokens.take(60, sixty_a_minute, start);
  const auto second = tokens.take(30, sixty_a_minute, start + 60s);
  REQUIRE(second.has_value());
  tokens.give_back(*first, sixty_a_minute, start + 60s);
  CHECK(tokens.free(sixty_a_minute, start + 60s) == 30);
}

TEST_CASE("shares that are given back in any order never make more free than there is") {
  rate tokens;
  const auto first = tokens.take(30, sixty_a_minute, start);
  const auto second = tokens.take(30, sixty_a_minute, start);
  tokens.give_back(*first, sixty_a_minute, start + 20s);   // 10 of it have not leaked
  CHECK(tokens.free(sixty_a_minute, start + 20s) == 30);
  tokens.give_back(*second, sixty_a_minute, start + 20s);
  CHECK(tokens.free(sixty_a_minute, start + 20s) <= 60);
}

TEST_CASE("a share that moved forward because another was given back leaks earlier") {
  rate tokens;
  const auto first = tokens.take(30, sixty_a_minute, start);
  const auto second = tokens.take(30, sixty_a_minute, start);
  tokens.give_back(*first, sixty_a_minute, start);          // the second leaks from now on, not from 30 s on
  REQUIRE(tokens.take(30, sixty_a_minute, start + 40s).has_value());
  tokens.give_back(*second, sixty_a_minute, start + 40s);   // it has leaked 10 s ago
  CHECK(tokens.free(sixty_a_minute, start + 40s) == 30);
}

TEST_CASE("what was taken too little is owed, even below nothing") {
  rate tokens;
  const auto share = tokens.take(10, sixty_a_minute, start);
  tokens.correct(*share, 90, sixty_a_minute, start);
  CHECK(tokens.free(sixty_a_minute, start) == -30);
  CHECK_FALSE(tokens.take(1, sixty_a_minute, start + 30s).has_value());
  CHECK(tokens.take(1, sixty_a_minute, start + 31s).has_value());
}

TEST_CASE("a limit that a reload changes holds for what was taken before") {
  rate requests;
  passing(requests, sixty_a_minute, start);
  const config::rate twice{120, 60s, "120/min"};
  CHECK(passing(requests, twice, start + 30s) == 60);
}

TEST_CASE("no amount, however nonsensical, overflows") {
  rate tokens;
  const auto huge = std::numeric_limits<std::int64_t>::max();
  CHECK_FALSE(tokens.take(huge, sixty_a_minute, start).has_value());
  const auto share = tokens.take_anyway(huge, sixty_a_minute, start);
  CHECK_FALSE(tokens.take(1, sixty_a_minute, start).has_value());
  tokens.correct(share, 0, sixty_a_minute, start);
  CHECK(tokens.free(sixty_a_minute, start) == 60);
  CHECK(tokens.take(-5, sixty_a_minute, start).has_value());
}

TEST_CASE("threads that take at once get no more than there is") {
  rate requests;
  const config::rate limit{1'000, 60s, "1000/min"};
  policy::slots places;
  std::atomic<int> passed{0};
  std::atomic<int> placed{0};
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 4; ++i)
      crowd.emplace_back([&] {
        for (int n = 0; n < 1'000; ++n) {
          passed += requests.take(1, limit, start).has_value();
          placed += places.take(7);
        }
      });
  }
  CHECK(passed == 1'000);
  CHECK(placed == 7);
  CHECK(places.held() == 7);
}

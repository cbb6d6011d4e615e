#include "proxy/policy/load.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::load;

namespace {

constexpr instant start{1h};

}  // namespace

TEST_CASE("what is under way is counted until its hold ends, wherever it was moved") {
  load of;
  load::hold kept;
  {
    const load::hold one = of.take(0);
    load::hold other = of.take(0);
    CHECK(of.under_way() == 2);
    kept = std::move(other);
  }
  CHECK(of.under_way() == 1);
  kept = {};
  CHECK(of.under_way() == 0);
}

TEST_CASE("a limit is that many and no more, whoever takes them") {
  load of;
  const auto one = of.take(2);
  auto other = of.take(2);
  CHECK(one.of() == &of);
  CHECK(of.take(2).of() == nullptr);
  CHECK(of.under_way() == 2);
  other = {};
  CHECK(of.take(2).of() == &of);

  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const auto held = of.take(3);
        if (!held.of()) continue;
        const int seen = of.under_way();
        for (int before = most; seen > before && !most.compare_exchange_weak(before, seen);) {}
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(most <= 3);
  CHECK(of.under_way() == 1);
}

TEST_CASE("a peak counts at once, and is forgotten within seconds of better answers") {
  load of;
  CHECK(!of.first_content());
  of.began_to_answer(200ms, start);
  CHECK(*of.first_content() == 200ms);
  of.began_to_answer(4s, start + 1s);
  CHECK(*of.first_content() == 4s);
  of.began_to_answer(200ms, start + 2s);
  CHECK(*of.first_content() > 3s);
  for (int i = 3; i < 43; ++i) of.began_to_answer(200ms, start + i * 1s);
  CHECK(*of.first_content() < 300ms);
}

TEST_CASE("silence makes what is measured at least that slow, and never faster; a failure alone measures nothing") {
  load of;
  of.was_silent(1ms, start);
  CHECK(!of.first_content());
  of.began_to_answer(1s, start);
  of.was_silent(5s, start);
  CHECK(*of.first_content() == 5s);
  of.was_silent(1ms, start + 1s);
  CHECK(*of.first_content() == 5s);
}

TEST_CASE("one call in thirty seconds may measure what nothing recent is known of") {
  load of;
  CHECK(of.wants_sample(start));
  CHECK_FALSE(of.wants_sample(start));
  CHECK_FALSE(of.wants_sample(start + 29s));
  CHECK(of.wants_sample(start + 31s));
  of.began_to_answer(1s, start + 32s);
  CHECK_FALSE(of.wants_sample(start + 61s));
  CHECK(of.wants_sample(start + 63s));
  CHECK_FALSE(of.wants_sample(start + 64s));
}

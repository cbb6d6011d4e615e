#include "proxy/upstream/deadline_wheel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace sallyport;
using upstream::deadline_wheel;
using namespace std::chrono_literals;

namespace {

class wait final : public deadline_wheel::entry {
 public:
  explicit wait(std::function<void()> then = {}) : then_(std::move(then)) {}
  int told = 0;
  int lost = 0;

 private:
  void on_deadline() override {
    ++told;
    if (then_) then_();
  }
  void on_time_lost() override { ++lost; }
  std::function<void()> then_;
};

const instant begin = instant(1h);

// Advances as a timer would: at each turn that the wheel asks for.
void run_until(deadline_wheel& wheel, instant until) {
  for (auto next = wheel.next_turn(); next && *next <= until; next = wheel.next_turn()) wheel.advance(*next);
  wheel.advance(until);
}

}  // namespace

TEST_CASE("a deadline is told once, within a tick of its time and never before") {
  for (const auto after : {1ms, 7ms, 8ms, 9ms, 100ms, 8'000ms, 9'000ms, 60'000ms}) {
    wait one;
    deadline_wheel wheel(begin);
    wheel.set(one, begin + after);
    run_until(wheel, begin + after - 1ns);
    CHECK_MESSAGE(one.told == 0, after.count());
    run_until(wheel, begin + after + deadline_wheel::tick);
    CHECK_MESSAGE(one.told == 1, after.count());
    CHECK(!wheel.next_turn());
  }
}

TEST_CASE("a deadline that has passed already, or is the end of time, is one like any other") {
  deadline_wheel wheel(begin);
  wait past;
  wait never;
  wheel.set(past, begin - 1h);
  wheel.set(never, instant::max());
  run_until(wheel, begin + 1min);
  CHECK(past.told == 1);
  CHECK(never.told == 0);
  CHECK(wheel.next_turn());
}

TEST_CASE("moving a deadline away and back again, ending it, and ending its owner") {
  deadline_wheel wheel(begin);
  wait moved;
  wait ended;
  wheel.set(moved, begin + 20ms);
  wheel.set(ended, begin + 20ms);
  deadline_wheel::end(ended);
  {
    wait gone;
    wheel.set(gone, begin + 20ms);
  }
  wheel.set(moved, begin + 1s);
  run_until(wheel, begin + 900ms);
  CHECK(moved.told == 0);
  wheel.set(moved, begin + 920ms);
  run_until(wheel, begin + 930ms);
  CHECK(moved.told == 1);
  CHECK(ended.told == 0);
  CHECK(!wheel.next_turn());
}

TEST_CASE("after a long time in which nobody waited") {
  deadline_wheel wheel(begin);
  wait one;
  const instant later = begin + 5h;
  CHECK(wheel.set(one, later + 50ms) <= later + 58ms);
  run_until(wheel, later);
  CHECK(one.told == 0);
  run_until(wheel, later + 58ms);
  CHECK(one.told == 1);
}

TEST_CASE("whoever is told may set itself anew and end others that are due") {
  deadline_wheel wheel(begin);
  auto victim = std::make_unique<wait>();
  wait* self = nullptr;
  wait killer([&] {
    victim.reset();
    if (self->told < 3) wheel.set(*self, begin + self->told * 100ms);
  });
  self = &killer;
  wheel.set(killer, begin + 10ms);
  wheel.set(*victim, begin + 10ms);
  run_until(wheel, begin + 1s);
  CHECK(killer.told == 3);
}

TEST_CASE("lost time is told to each that is set, and none is set afterwards") {
  deadline_wheel wheel(begin);
  std::vector<std::unique_ptr<wait>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(std::make_unique<wait>());
    wheel.set(*all.back(), begin + i * 1s);
  }
  wheel.lose_all();
  CHECK(std::all_of(all.begin(), all.end(), [](const auto& one) { return one->lost == 1 && one->told == 0; }));
  CHECK(!wheel.next_turn());
}

TEST_CASE("any order of settings, movings and endings tells what a plain list would") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 dice(seed);
    deadline_wheel wheel(begin);
    constexpr std::size_t count = 20;
    std::vector<wait> waits(count);
    std::vector<std::optional<instant>> due(count);
    std::vector<int> wanted(count);
    instant now = begin;
    for (int step = 0; step < 300; ++step) {
      const auto which = dice() % count;
      switch (dice() % 4) {
        case 0:
        case 1:
          due[which] = now + std::chrono::milliseconds(dice() % 20'000);
          wheel.set(waits[which], *due[which]);
          break;
        case 2:
          due[which].reset();
          deadline_wheel::end(waits[which]);
          break;
        default:
          // A whole tick beyond each, so that what is due is told by now.
          now += std::chrono::milliseconds(dice() % 5'000);
          run_until(wheel, now);
          for (std::size_t i = 0; i < count; ++i) {
            if (due[i] && *due[i] + deadline_wheel::tick <= now) {
              ++wanted[i];
              due[i].reset();
            } else if (due[i] && *due[i] <= now && waits[i].told > wanted[i]) {
              ++wanted[i];   // within the tick either is right
              due[i].reset();
            }
            CHECK(waits[i].told == wanted[i]);
          }
      }
    }
  }
}

#include "proxy/ledger/gpu_meter.hpp"

#include <doctest/doctest.h>

#include <vector>
#ifdef SALLYPORT_RAPIDCHECK
#include <rapidcheck.h>
#endif

using namespace sallyport;
using namespace std::chrono_literals;
using ledger::gpu_meter;

namespace {

constexpr nano_usd dollar = nano_per_usd;
__extension__ typedef __int128 wide;  // NOLINT(modernize-use-using): `using` takes no __extension__ with g++
const wall_time midnight = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
const instant zero{};

/// 3.60 dollars an hour: a thousandth a second.
config::hourly_price price(int hours_a_day, nano_usd per_hour = dollar * 36 / 10) {
  return {.per_hour = per_hour, .hours_a_day = hours_a_day};
}
constexpr nano_usd a_second = dollar / 1'000;

/// Of a whole day, from its beginning.
gpu_meter meter(int hours_a_day) { return {price(hours_a_day), zero, midnight}; }

}  // namespace

TEST_CASE("an attempt alone bears all of its time, and two bear half each while both run") {
  auto machines = meter(24);
  const auto first = machines.enter(zero + 10s);
  const auto second = machines.enter(zero + 20s);
  CHECK(machines.in_flight() == 2);
  CHECK(machines.leave(first, zero + 40s) == a_second * (10 + 20 / 2));
  CHECK(machines.leave(second, zero + 45s) == a_second * (20 / 2 + 5));
  CHECK(machines.totals().busy == 35s);
  CHECK(machines.totals().used == a_second * 35);
}

TEST_CASE("with machines that are always on every moment without an attempt is idle") {
  auto machines = meter(24);
  CHECK(machines.take_idle(zero + 10s) == a_second * 10);
  const auto one = machines.enter(zero + 15s);
  CHECK(machines.take_idle(zero + 20s) == a_second * 5);
  CHECK(machines.leave(one, zero + 30s) == a_second * 15);
  CHECK(machines.take_idle(zero + 31s) == a_second);
  CHECK(machines.take_idle(zero + 31s) == 0);
  CHECK(machines.totals() == ledger::gpu_totals{.busy = 15s, .idle = 16s, .used = a_second * 15, .idle_cost = a_second * 16});
}

TEST_CASE("machines that are paid only when they run have no idle time") {
  auto machines = meter(0);
  CHECK(machines.take_idle(zero + 5h) == 0);
  const auto one = machines.enter(zero + 5h);
  CHECK(machines.leave(one, zero + 6h) == a_second * 3'600);
  CHECK(machines.take_idle(zero + 100h) == 0);
}

TEST_CASE("with hours a day a day costs those hours, or what was used if that is more") {
  auto machines = meter(10);
  const auto in_the_morning = machines.enter(zero + 8h);
  CHECK(machines.leave(in_the_morning, zero + 11h) == a_second * 3 * 3'600);
  CHECK(machines.take_idle(zero + 17h) == 0);          // the seven hours that are left may still be used
  CHECK(machines.take_idle(zero + 18h) == a_second * 3'600);
  CHECK(machines.take_idle(zero + 24h) == a_second * 6 * 3'600);
  CHECK(machines.totals().busy + machines.totals().idle == 10h);

  const auto long_day = machines.enter(zero + 25h);
  CHECK(machines.leave(long_day, zero + 37h) == a_second * 12 * 3'600);
  CHECK(machines.take_idle(zero + 48h) == 0);
}

TEST_CASE("an attempt across midnight counts for both days") {
  auto machines = meter(2);
  const auto one = machines.enter(zero + 23h);
  machines.leave(one, zero + 25h);
  CHECK(machines.take_idle(zero + 25h) == a_second * 3'600);   // at 23:00 one hour of the two could no longer be used
  CHECK(machines.take_idle(zero + 47h) == 0);
  CHECK(machines.take_idle(zero + 48h) == a_second * 3'600);
  CHECK(machines.totals().busy == 2h);
  CHECK(machines.totals().idle == 2h);
}

TEST_CASE("a start within the day owes no more than what is left of it, nor what was counted before") {
  gpu_meter late(price(10), zero, midnight + 15h);
  CHECK(late.take_idle(zero + 9h) == a_second * 9 * 3'600);
  gpu_meter after_another(price(10), zero, midnight + 15h, 4h);
  CHECK(after_another.take_idle(zero + 9h) == a_second * 6 * 3'600);
  gpu_meter always(price(24), zero, midnight + 15h, 15h);
  CHECK(always.take_idle(zero + 1h) == a_second * 3'600);
}

TEST_CASE("a price that changes holds from then on, also for attempts under way") {
  auto machines = meter(24);
  const auto one = machines.enter(zero);
  machines.reprice(price(24, dollar * 72 / 10), zero + 10s);
  CHECK(machines.leave(one, zero + 15s) == a_second * (10 + 2 * 5));
  machines.reprice(price(0), zero + 20s);
  CHECK(machines.take_idle(zero + 30s) == a_second * 2 * 5);
}

TEST_CASE("hours that are raised within a day do not charge for the past") {
  auto machines = meter(0);
  machines.take_idle(zero + 12h);
  machines.reprice(price(24), zero + 12h);
  CHECK(machines.take_idle(zero + 12h) == 0);
  CHECK(machines.take_idle(zero + 13h) == a_second * 3'600);
}

TEST_CASE("hours that are changed twice in a day still count what was paid before") {
  auto machines = meter(6);
  const auto one = machines.enter(zero);
  machines.leave(one, zero + 4h);
  machines.reprice(price(6, 2 * price(6).per_hour), zero + 5h);
  machines.reprice(price(6), zero + 6h);
  CHECK(machines.take_idle(zero + 24h) == a_second * 2 * 3'600);
}

TEST_CASE("a clock reading that comes late counts as the newest one") {
  auto machines = meter(24);
  const auto first = machines.enter(zero + 10s);
  const auto second = machines.enter(zero + 9s);
  CHECK(machines.leave(second, zero + 8s) == 0);
  CHECK(machines.leave(first, zero + 12s) == a_second * 2);
}

TEST_CASE("fractions of a nano-dollar are carried on until they make one") {
  gpu_meter slow({.per_hour = 3, .hours_a_day = 24}, zero, midnight);   // a nano-dollar in 20 minutes
  nano_usd used = 0;
  for (int i = 0; i < 60; ++i) {
    const auto one = slow.enter(zero + i * 2min);
    used += slow.leave(one, zero + i * 2min + 1min);
  }
  const auto idle = slow.take_idle(zero + 120min);
  CHECK(used + idle == 6);
}

TEST_CASE("a share does not lose what is too small for one step of the clock") {
  gpu_meter slow({.per_hour = 3'600, .hours_a_day = 0}, zero, midnight);   // a nano-dollar a second
  const auto first = slow.enter(zero), second = slow.enter(zero);
  for (int i = 1; i <= 100'000; ++i) slow.take_idle(zero + i * 100us);
  CHECK(slow.leave(first, zero + 10s) == 5);
  CHECK(slow.leave(second, zero + 10s) == 5);
}

TEST_CASE("three that share a nano-dollar hand out exactly what there is") {
  gpu_meter machines({.per_hour = 10, .hours_a_day = 0}, zero, midnight);
  std::vector<gpu_meter::place> in;
  for (int i = 0; i < 3; ++i) in.push_back(machines.enter(zero));
  nano_usd sum = 0;
  for (const auto& one : in) {
    const auto share = machines.leave(one, zero + 1h);
    CHECK(share >= 3);
    CHECK(share <= 4);
    sum += share;
  }
  CHECK(sum == 10);
}

TEST_CASE("what is expected is learned by output token, and guessed before") {
  auto machines = meter(24);
  CHECK(machines.expected_cost(500) == a_second * 10);   // 50 tokens a second, alone
  CHECK(machines.expected_cost(-1) == 0);
  machines.learn(1'000, 10);
  machines.learn(3'000, 30);
  CHECK(machines.expected_cost(500) == 50'000);
  machines.learn(7, 0);                                  // nothing written: nothing learned
  CHECK(machines.expected_cost(500) == 50'000);
  machines.learn(1'000'000'000, 1'000'000);              // ten times as dear: the old ones fade
  machines.learn(1'000'000'000, 1'000'000);
  CHECK(machines.expected_cost(500) > 490'000);
}

#ifdef SALLYPORT_RAPIDCHECK
TEST_CASE("property: shares and idle time make up price x time to the nano-dollar, whatever happens in whatever order") {
  CHECK(rc::check([] {
    const auto per_hour = *rc::gen::inRange<nano_usd>(0, 2'000 * dollar);
    const int hours = *rc::gen::element(0, 1, 7, 24);
    gpu_meter machines({.per_hour = per_hour, .hours_a_day = hours}, zero, midnight + std::chrono::minutes(*rc::gen::inRange(0, 1'440)));
    std::vector<gpu_meter::place> in;
    instant now = zero;
    nano_usd used = 0, idle = 0;
    const auto exact_now = [&] {
      const auto time = machines.totals().busy + machines.totals().idle;
      return static_cast<nano_usd>(static_cast<wide>(per_hour) * time.count() / 3'600'000'000'000);
    };
    for (int step = 0; step < 200; ++step) {
      now += std::chrono::nanoseconds(*rc::gen::inRange<std::int64_t>(0, 20'000'000'000'000));
      const auto what = *rc::gen::inRange(0, 5);
      if (what < 2) in.push_back(machines.enter(now));
      if (what >= 2 && what < 4 && !in.empty()) {
        const auto who = *rc::gen::inRange<std::size_t>(0, in.size());
        const auto share = machines.leave(in[who], now);
        RC_ASSERT(share >= 0);
        used += share;
        in.erase(in.begin() + static_cast<std::ptrdiff_t>(who));
      }
      if (what == 4) idle += machines.take_idle(now);
      if (in.empty()) RC_ASSERT(machines.totals().used + machines.totals().idle_cost == exact_now());
    }
    while (!in.empty()) {
      used += machines.leave(in.back(), now);
      in.pop_back();
    }
    idle += machines.take_idle(now);
    RC_ASSERT(used == machines.totals().used);
    RC_ASSERT(idle == machines.totals().idle_cost);
    RC_ASSERT(used + idle == exact_now());
    if (hours == 24) RC_ASSERT(machines.totals().busy + machines.totals().idle == now - zero);
  }));
}

TEST_CASE("property: a share is the integral of the price over the number in flight, to a few nano-dollars") {
  CHECK(rc::check([] {
    const auto per_hour = *rc::gen::inRange<nano_usd>(1, 2'000 * dollar);
    gpu_meter machines({.per_hour = per_hour, .hours_a_day = 24}, zero, midnight);
    struct running {
      gpu_meter::place place;
      long double cost = 0;
    };
    std::vector<running> in;
    instant now = zero;
    for (int step = 0; step < 100; ++step) {
      const auto pause = std::chrono::nanoseconds(*rc::gen::inRange<std::int64_t>(0, 60'000'000'000));
      for (auto& one : in)
        one.cost +=
            static_cast<long double>(per_hour) * static_cast<long double>(pause.count()) / 3.6e12L / static_cast<long double>(in.size());
      now += pause;
      if (in.empty() || *rc::gen::inRange(0, 2) == 0) {
        in.push_back({machines.enter(now)});
        continue;
      }
      const auto share = machines.leave(in.front().place, now);
      RC_ASSERT(std::abs(static_cast<long double>(share) - in.front().cost) < 3.0L);
      in.erase(in.begin());
    }
  }));
}
#endif

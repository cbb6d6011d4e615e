#include "proxy/policy/retry_budget.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::retry_budget;

namespace {

constexpr instant start{1h};

int taken_at_once(retry_budget& from, instant now) {
  int taken = 0;
  while (from.take(now)) ++taken;
  return taken;
}

}  // namespace

TEST_CASE("without requests ten further sends a second are free, those of ten seconds at once") {
  retry_budget budget;
  CHECK(taken_at_once(budget, start) == 100);
  CHECK(taken_at_once(budget, start + 1s) == 10);
  CHECK(taken_at_once(budget, start + 1h) == 100);
}

TEST_CASE("five requests are worth one further send") {
  retry_budget budget;
  taken_at_once(budget, start);
  for (int i = 0; i < 499; ++i) budget.count_request(start);
  CHECK(taken_at_once(budget, start) == 99);
  budget.count_request(start);
  CHECK(taken_at_once(budget, start) == 1);
}

TEST_CASE("requests fill it no higher than ten seconds without any do") {
  retry_budget budget;
  for (int i = 0; i < 10'000; ++i) budget.count_request(start);
  CHECK(taken_at_once(budget, start) == 100);
}

TEST_CASE("in any random traffic no more is taken than a fifth of the requests, ten a second and what was free at the start") {
  std::mt19937_64 dice(11);
  for (int world = 0; world < 200; ++world) {
    retry_budget budget;
    auto now = start;
    double requests = 0, taken = 0;
    for (int i = 0; i < 500; ++i) {
      now += std::chrono::milliseconds(dice() % 40);
      if (dice() % 2 == 0) {
        budget.count_request(now);
        ++requests;
      }
      for (auto wishes = dice() % 4; wishes > 0; --wishes) taken += budget.take(now);
      const double seconds = std::chrono::duration<double>(now - start).count();
      REQUIRE(taken <= 100.001 + requests / 5 + seconds * 10);
    }
  }
}

TEST_CASE("threads together take no more than one alone") {
  std::vector<retry_budget> budgets(20'000);
  std::atomic<int> ready{0}, taken{0};
  const auto empty_them = [&] {
    ++ready;
    while (ready < 2) {
    }
    int mine = 0;
    for (auto& one : budgets) mine += taken_at_once(one, start);
    taken += mine;
  };
  std::thread other(empty_them);
  empty_them();
  other.join();
  CHECK(taken == 100 * 20'000);
}

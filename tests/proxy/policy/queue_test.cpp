#include "proxy/policy/load.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::load;
using policy::queue;

namespace {

std::unique_ptr<queue::ticket> wait_at(load& at, int places, int most, int& calls) {
  return at.wait_for_place(places, most, [&calls] { ++calls; });
}

}  // namespace

TEST_CASE("whoever gives a place up hands it to the first of the line, and nobody passes it") {
  load at;
  auto held = at.take(1);
  int first_calls = 0, second_calls = 0;
  auto first = wait_at(at, 1, 10, first_calls);
  auto second = wait_at(at, 1, 10, second_calls);
  CHECK(at.waiting() == 2);
  CHECK_FALSE(first->has_place());
  held = {};
  CHECK(first_calls == 1);
  CHECK(second_calls == 0);
  CHECK(at.under_way() == 1);
  CHECK(at.take(1).of() == nullptr);
  auto place = at.take(*first);
  REQUIRE(place.of());
  CHECK(at.take(*first).of() == nullptr);   // once
  CHECK(at.take(*second).of() == nullptr);
  place = {};
  CHECK(second_calls == 1);
  CHECK(at.take(*second).of());
}

TEST_CASE("nobody just goes while another one waits") {
  load at;
  auto held = at.take(2);
  auto other = at.take(2);
  int calls = 0;
  auto first = wait_at(at, 1, 10, calls);   // it knows of a smaller limit, and waits on
  held = {};
  CHECK_FALSE(first->has_place());
  CHECK(at.take(2).of() == nullptr);
  first.reset();
  CHECK(at.take(2).of());
}

TEST_CASE("a line takes so many and no more") {
  load at;
  const auto held = at.take(1);
  int calls = 0;
  const auto first = wait_at(at, 1, 1, calls);
  CHECK(wait_at(at, 1, 1, calls) == nullptr);
  CHECK(at.waiting() == 1);
}

TEST_CASE("a place that is there at once needs no call") {
  load at;
  int calls = 0;
  const auto one = wait_at(at, 1, 10, calls);
  CHECK(one->has_place());
  CHECK(calls == 0);
  CHECK(at.waiting() == 0);
}

TEST_CASE("a place that was handed over and not taken goes to the next one, or back") {
  load at;
  auto held = at.take(1);
  int calls = 0;
  auto first = wait_at(at, 1, 10, calls);
  auto second = wait_at(at, 1, 10, calls);
  held = {};
  first.reset();
  CHECK(second->has_place());
  second.reset();
  CHECK(at.under_way() == 0);
  CHECK(at.waiting() == 0);
}

TEST_CASE("many threads: never more at once than there are places, and everybody gets one") {
  constexpr int places = 3, threads = 8, rounds = 400;
  load at;
  std::atomic<int> inside{0}, most{0}, served{0};
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        auto place = at.take(places);
        if (!place.of()) {
          std::atomic<bool> called{false};
          const auto mine = at.wait_for_place(places, threads, [&] { called = true; called.notify_one(); });
          REQUIRE(mine);
          if (!mine->has_place()) called.wait(false);
          place = at.take(*mine);
        }
        REQUIRE(place.of());
        const int present = ++inside;
        for (int seen = most; present > seen && !most.compare_exchange_weak(seen, present);) {}
        ++served;
        --inside;
      }
    });
  for (auto& one : all) one.join();
  CHECK(served == threads * rounds);
  CHECK(most <= places);
  CHECK(at.under_way() == 0);
  CHECK(at.waiting() == 0);
}

TEST_CASE("the wait to be expected is the turns before one, each as long as a send takes") {
  load at;
  CHECK(at.expected_wait(2) == 0s);
  at.served(4s);
  CHECK(at.expected_wait(2) == 2s);
  const auto held = at.take(1);
  int calls = 0;
  const auto first = wait_at(at, 1, 10, calls);
  CHECK(at.expected_wait(2) == 4s);
  at.served(12s);
  CHECK(at.expected_wait(1) == 10s);   // two turns of 5 s
}

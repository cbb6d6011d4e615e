#include "proxy/words/request_id.hpp"

#include <doctest/doctest.h>

#include <set>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;

TEST_CASE("request ids are unique, sort by time and are fit for a header") {
  const wall_time now(1'800'000'000s);
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(make_request_id(now));
  CHECK(ids.size() == 1000);
  CHECK(*ids.rbegin() < make_request_id(now + 1ms));
  CHECK(ids.begin()->size() == 36);
  CHECK(ids.begin()->find_first_not_of("0123456789abcdef", 4) == std::string::npos);
}

TEST_CASE("a request id is a UUIDv7 behind its prefix") {
  const auto id = make_request_id(wall_time(1'800'000'000s));
  CHECK(id.substr(0, 4) == "req_");
  CHECK(std::stoull(id.substr(4, 12), nullptr, 16) == 1'800'000'000'000ull);
  CHECK(id[16] == '7');
  CHECK(std::string("89ab").find(id[20]) != std::string::npos);
}

TEST_CASE("attempt ids of a thread ascend within a millisecond, and when the clock goes back") {
  wall_time now(1'800'000'100s);
  auto last = make_attempt_id(now);
  for (int i = 0; i < 100'000; ++i) {
    if (i % 30'000 == 0) now -= 1h;
    const auto next = make_attempt_id(now);
    REQUIRE(next > last);
    last = next;
  }
}

TEST_CASE("attempt ids of threads differ, also within one millisecond") {
  const wall_time now(1'900'000'000s);
  std::vector<std::vector<std::uint64_t>> made(8, std::vector<std::uint64_t>(10'000));
  std::vector<std::thread> threads;
  for (auto& ids : made)
    threads.emplace_back([&ids, now] {
      for (auto& id : ids) id = make_attempt_id(now);
    });
  for (auto& one : threads) one.join();
  std::set<std::uint64_t> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  CHECK(all.size() == 80'000);
}

TEST_CASE("attempt ids are positive and grow with time") {
  const wall_time now(1'950'000'000s);
  const auto first = make_attempt_id(now);
  CHECK(first > 0);
  CHECK(first < (1ull << 63));
  CHECK(make_attempt_id(now + 2ms) > first);
  CHECK(least_attempt_id(now) <= first);
  CHECK(least_attempt_id(now + 1ms) > first);
  CHECK(least_attempt_id(wall_time()) == 0);
  CHECK(least_attempt_id(wall_time::max()) == (1ull << 63) - 1);
  CHECK(least_attempt_id(wall_time(-1s)) == 0);
}

#include "proxy/server/address_counts.hpp"

#include "config/addresses.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace sallyport;
using server::address_counts;

namespace {

address_counts::address at(const char* text) { return config::address_literal(text).value(); }

}  // namespace

TEST_CASE("each address has its own share, and what ends makes room") {
  address_counts counts;
  counts.limit(2, {});
  CHECK(counts.take(at("10.0.0.1")));
  CHECK(counts.take(at("10.0.0.1")));
  CHECK_FALSE(counts.take(at("10.0.0.1")));
  CHECK(counts.take(at("10.0.0.2")));
  counts.give(at("10.0.0.1"));
  CHECK(counts.take(at("10.0.0.1")));
  CHECK_FALSE(counts.take(at("10.0.0.1")));
}

TEST_CASE("addresses of IPv6 count by their /64 network") {
  address_counts counts;
  counts.limit(1, {});
  CHECK(counts.take(at("2001:db8:0:1::1")));
  CHECK_FALSE(counts.take(at("2001:db8:0:1:ffff::2")));
  CHECK(counts.take(at("2001:db8:0:2::1")));
  counts.give(at("2001:db8:0:1::abc"));
  CHECK(counts.take(at("2001:db8:0:1::1")));
}

TEST_CASE("exempt ranges are not counted, and without a limit nobody is") {
  address_counts counts;
  for (int i = 0; i < 5; ++i) CHECK(counts.take(at("10.0.0.1")));
  for (int i = 0; i < 5; ++i) counts.give(at("10.0.0.1"));
  counts.limit(1, {*config::network_in("10.1.0.0/16"), *config::network_in("fd00::/8")});
  for (int i = 0; i < 5; ++i) {
    CHECK(counts.take(at("10.1.2.3")));
    CHECK(counts.take(at("fd00::1")));
  }
  CHECK(counts.take(at("10.2.0.1")));
  CHECK_FALSE(counts.take(at("10.2.0.1")));
}

TEST_CASE("several threads never take more than there is, and none is lost") {
  address_counts counts;
  counts.limit(10, {});
  std::atomic<int> held{0};
  std::atomic<bool> exceeded{false};
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker)
    workers.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        if (!counts.take(at("192.0.2.1"))) continue;
        if (held.fetch_add(1) >= 10) exceeded = true;
        held.fetch_sub(1);
        counts.give(at("192.0.2.1"));
      }
    });
  for (auto& one : workers) one.join();
  CHECK_FALSE(exceeded);
  for (int i = 0; i < 10; ++i) CHECK(counts.take(at("192.0.2.1")));
  CHECK_FALSE(counts.take(at("192.0.2.1")));
}

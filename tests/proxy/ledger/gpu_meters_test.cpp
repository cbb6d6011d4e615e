#include "proxy/ledger/gpu_meters.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace sallyport;
using namespace std::chrono_literals;
using ledger::gpu_hold;
using ledger::gpu_meter;
using ledger::gpu_meters;

namespace {

const instant zero{};
const wall_time midnight = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
constexpr nano_usd a_second = 1'000'000;

void add(config::settings& to, const std::string& name, nano_usd per_hour, int hours_a_day = 24) {
  auto made = std::make_shared<config::deployment>();
  made->name = name;
  made->price.emplace();
  made->price->by_hour = config::hourly_price{.per_hour = per_hour, .hours_a_day = hours_a_day};
  to.deployments[name] = made;
}

config::settings settings_with(const std::vector<std::string>& names) {
  config::settings made;
  for (const auto& name : names) add(made, name, a_second * 3'600);
  return made;
}

ledger::gpu_totals time_of(const std::vector<gpu_meters::deployment_time>& all, const std::string& name) {
  ledger::gpu_totals found;
  for (const auto& one : all)
    if (one.deployment == name) found = one.fresh;
  return found;
}

}  // namespace

TEST_CASE("only deployments that are paid by the hour have a meter, and only on them an attempt holds something") {
  auto settings = settings_with({"house"});
  auto by_token = std::make_shared<config::deployment>();
  by_token->price.emplace(token_prices{}, config::price_basis::contract, "contract");
  settings.deployments["bought"] = by_token;
  settings.deployments["unpriced"] = std::make_shared<config::deployment>();

  gpu_meters meters;
  const auto fleet = meters.adopt(settings, zero, midnight);
  CHECK(fleet.size() == 1);
  gpu_hold on_house(fleet, "house", zero), on_bought(fleet, "bought", zero);
  CHECK(on_house.end(zero + 1s) == a_second);
  CHECK_FALSE(on_house.end(zero + 2s));
  CHECK_FALSE(on_bought.end(zero + 1s));
}

TEST_CASE("a hold that is dropped gives its place back") {
  gpu_meters meters;
  const auto fleet = meters.adopt(settings_with({"house"}), zero, midnight);
  {
    gpu_hold dropped(fleet, "house", zero);
    gpu_hold moved(std::move(dropped));
  }
  CHECK(fleet.at("house")->with([](gpu_meter& meter) { return meter.in_flight(); }) == 0);
}

TEST_CASE("a reload keeps a meter with its attempts, and gives it the new price") {
  gpu_meters meters;
  const auto before = meters.adopt(settings_with({"house"}), zero, midnight);
  gpu_hold under_way(before, "house", zero);
  config::settings dearer;
  add(dearer, "house", 2 * a_second * 3'600);
  const auto after = meters.adopt(dearer, zero + 10s, midnight + 10s);
  CHECK(after.at("house") == before.at("house"));
  CHECK(under_way.end(zero + 15s) == a_second * (10 + 2 * 5));
}

TEST_CASE("what is taken is what moved since it was last taken") {
  gpu_meters meters;
  const auto fleet = meters.adopt(settings_with({"house"}), zero, midnight);
  gpu_hold one(fleet, "house", zero + 4s);
  CHECK(time_of(meters.take(zero + 6s), "house") == ledger::gpu_totals{.busy = 2s, .idle = 4s, .used = 0, .idle_cost = a_second * 4});
  one.end(zero + 7s);
  CHECK(time_of(meters.take(zero + 10s), "house") ==
        ledger::gpu_totals{.busy = 1s, .idle = 3s, .used = a_second * 3, .idle_cost = a_second * 3});
  CHECK(time_of(meters.take(zero + 10s), "house") == ledger::gpu_totals{});
}

TEST_CASE("a deployment that is gone has no idle time any more, and its meter goes with the last attempt on it") {
  gpu_meters meters;
  const auto before = meters.adopt(settings_with({"house", "shed"}), zero, midnight);
  gpu_hold last(before, "shed", zero + 8s);
  meters.adopt(settings_with({"house"}), zero + 10s, midnight + 10s);
  CHECK(time_of(meters.take(zero + 20s), "shed") == ledger::gpu_totals{.busy = 12s, .idle = 8s, .used = 0, .idle_cost = a_second * 8});
  CHECK(last.end(zero + 21s) == a_second * 13);
  CHECK(time_of(meters.take(zero + 30s), "shed") == ledger::gpu_totals{.busy = 1s, .idle = 0s, .used = a_second * 13, .idle_cost = 0});
  const auto after = meters.take(zero + 31s);
  REQUIRE(after.size() == 1);
  CHECK(after[0].deployment == "house");
}

TEST_CASE("a deployment that comes back while an attempt is still on it keeps its meter") {
  gpu_meters meters;
  const auto before = meters.adopt(settings_with({"shed"}), zero, midnight);
  gpu_hold last(before, "shed", zero);
  meters.adopt(settings_with({}), zero + 10s, midnight + 10s);
  const auto after = meters.adopt(settings_with({"shed"}), zero + 20s, midnight + 20s);
  CHECK(after.at("shed") == before.at("shed"));
  last.end(zero + 30s);
  CHECK(time_of(meters.take(zero + 40s), "shed").idle == 10s);
}

TEST_CASE("a day that had begun before this process counts on") {
  config::settings settings;
  add(settings, "house", a_second * 3'600, 10);
  gpu_meters meters;
  meters.adopt(settings, zero, midnight + 12h, {{"house", 7h}});
  CHECK(time_of(meters.take(zero + 12h), "house").idle == 3h);
}

TEST_CASE("what was counted of a day is asked for where a meter is to be made, and only there") {
  gpu_meters meters;
  auto settings = settings_with({"house"});
  settings.deployments["unpriced"] = std::make_shared<config::deployment>();
  CHECK(meters.has_to_make_any(settings));
  meters.adopt(settings, zero, midnight);
  CHECK_FALSE(meters.has_to_make_any(settings));
  add(settings, "shed", 1);
  CHECK(meters.has_to_make_any(settings));
}

TEST_CASE("workers may share a meter") {
  gpu_meters meters;
  const auto fleet = meters.adopt(settings_with({"house"}), zero, midnight);
  std::vector<std::thread> workers;
  std::vector<nano_usd> used(4);
  for (std::size_t w = 0; w < used.size(); ++w)
    workers.emplace_back([&fleet, &mine = used[w], w] {
      for (int i = 0; i < 2'000; ++i) {
        gpu_hold one(fleet, "house", zero + i * 1ms);
        mine += one.end(zero + i * 1ms + std::chrono::microseconds(100 * (w + 1))).value_or(0);
      }
    });
  for (auto& one : workers) one.join();
  const auto idle = time_of(meters.take(zero + 10s), "house").idle_cost;
  CHECK(used[0] + used[1] + used[2] + used[3] + idle == a_second * 10);
}

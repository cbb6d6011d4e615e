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

nano_usd idle_of(const std::vector<gpu_meters::deployment_time>& all, const std::string& name) {
  nano_usd sum = 0;
  for (const auto& one : all)
    if (one.deployment == name) sum += one.idle;
  return sum;
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

TEST_CASE("the idle time of a deployment that is gone is told once, up to its end") {
  gpu_meters meters;
  meters.adopt(settings_with({"house", "shed"}), zero, midnight);
  meters.adopt(settings_with({"house"}), zero + 10s, midnight + 10s);
  const auto first = meters.take_idle(zero + 20s);
  CHECK(idle_of(first, "shed") == a_second * 10);
  CHECK(idle_of(first, "house") == a_second * 20);
  const auto second = meters.take_idle(zero + 21s);
  REQUIRE(second.size() == 1);
  CHECK(second[0].deployment == "house");
  CHECK(second[0].so_far.idle == 21s);
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
  const auto idle = idle_of(meters.take_idle(zero + 10s), "house");
  CHECK(used[0] + used[1] + used[2] + used[3] + idle == a_second * 10);
}

#include "config/hourly_price.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const fake_world world{{{"KEY", "k"}}, {}};

std::string priced(const std::string& price, const std::string& provider = "house") {
  return "version: 1\nproviders: {house: {kind: vllm}, openai: {kind: openai, key: \"${env:KEY}\"}}\n"
         "deployments: {d: {provider: " + provider + ", model: gpt-4o, price: " + price + "}}\n";
}

config::hourly_price made(const std::string& price) {
  const auto loaded = load(priced(price), world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  const auto& card = loaded.value->deployments.at("d")->price;
  REQUIRE(card);
  CHECK(card->periods.empty());
  REQUIRE(card->by_hour);
  return *card->by_hour;
}

std::string said(const std::string& price, const std::string& provider = "house") { return problems_of(priced(price, provider), world); }

}  // namespace

TEST_CASE("an hour costs its GPUs and its power, with the share of operations on top") {
  CHECK(made("{gpu_hour: 2.10, gpus: 2}").per_hour == 4'200'000'000);
  CHECK(made("{gpu_hour: 2.10}").per_hour == 2'100'000'000);
  CHECK(made("{gpu_hour: 2.10, gpus: 2, power: 0.30, operations_share: 15%}").per_hour == 5'175'000'000);
  CHECK(made("{gpu_hour: 0.000000001, operations_share: 50%}").per_hour == 2);   // 1.5, half up
  CHECK(made("{gpu_hour: 1, operations_share: 12.5%}").per_hour == 1'125'000'000);
}

TEST_CASE("idle time is paid always, so many hours a day, or never") {
  CHECK(made("{gpu_hour: 1}").hours_a_day == 24);
  CHECK(made("{gpu_hour: 1, always_on: true}").hours_a_day == 24);
  CHECK(made("{gpu_hour: 1, always_on: false}").hours_a_day == 0);
  CHECK(made("{gpu_hour: 1, hours: 10}").hours_a_day == 10);
}

TEST_CASE("a price by the hour is whole, alone, and of machines in the house") {
  CHECK(holds(said("{gpus: 2}"), "price.gpu_hour: is missing"));
  CHECK(holds(said("{gpu_hour: 1, input: 1, output: 1}"), "price.gpu_hour: stands beside a price of tokens"));
  CHECK(holds(said("{gpu_hour: 1, from: 2026-01-01}"), "stands beside a price of tokens"));
  CHECK(holds(said("{gpu_hour: 1}", "openai"), "price.gpu_hour: is for class in_house"));
  CHECK(holds(said("{gpu_hour: 1, always_on: true, hours: 8}"), "price.hours: stands beside always_on"));
  CHECK(holds(said("{gpu_hour: 1, hours: 25}"), "too large"));
  CHECK(holds(said("{gpu_hour: 1, hours: 0}"), "too small"));
  CHECK(holds(said("{gpu_hour: 1, gpus: 0}"), "too small"));
  CHECK(holds(said("{gpu_hour: 1000000, gpus: 2}"), "comes to more than 1000000 USD an hour"));
  CHECK(holds(said("[{input: 1, output: 1}, {gpu_hour: 1}]"), "deployments.d.price[1]: is a price by the hour in a list"));
  for (const char* share : {"15", "-1%", "1.234%", "0015%", "1001%", "a%"})
    CHECK_MESSAGE(holds(said(std::string("{gpu_hour: 1, operations_share: ") + share + "}"), "operations_share: "), share);
}

TEST_CASE("machines have their own price, whatever the list says of the model's name") {
  const auto loaded = load(priced("{input: 1, output: 1}"), world);
  REQUIRE(loaded.value);
  CHECK(!loaded.value->deployments.at("d")->price->by_hour);
  CHECK(made("{gpu_hour: 1}").version == "contract");
}

TEST_CASE("a price list has no prices by the hour") {
  const fake_world with_file{{{"KEY", "k"}}, {{"p.yaml", "version: v\nprices: {vllm: {m: {gpu_hour: 1}}}\n"}}};
  CHECK(holds(problems_of("version: 1\nprices: {file: p.yaml}\nproviders: {house: {kind: vllm}}\n", with_file),
              "gpu_hour: is not a known key"));
}

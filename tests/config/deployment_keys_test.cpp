#include "config/deployment_keys.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const fake_world world{{{"KEY", "k"}}, {}};
const std::string providers = "version: 1\nproviders: {house: {kind: vllm}, openai: {kind: openai, key: \"${env:KEY}\"}}\n";

std::string said(const std::string& deployment) { return problems_of(providers + "deployments: {d: {" + deployment + "}}\n", world); }
std::shared_ptr<const config::deployment> made(const std::string& deployment) {
  const auto loaded = load(providers + "deployments: {d: {" + deployment + "}}\n", world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  return loaded.value->deployments.at("d");
}

}  // namespace

TEST_CASE("a price of its own is exact, and what is missing follows what it is a part of") {
  const auto d = made("provider: openai, model: m, price: {input: 0.15, cached_input: 0.075, output: 0.6}");
  REQUIRE(d->price);
  REQUIRE(d->price->periods.size() == 1);
  const auto& price = d->price->periods[0];
  CHECK(price.from == std::chrono::sys_days::min());
  CHECK(price.basis == config::price_basis::contract);
  CHECK(price.version == "contract");
  REQUIRE(price.tiers.size() == 1);
  CHECK(!price.tiers[0].in_batch);
  CHECK(price.tiers[0].per_million ==
        token_prices{.input = 150'000'000, .cached_input = 75'000'000, .cache_write = 150'000'000, .output = 600'000'000,
            .reasoning = 600'000'000});
}

TEST_CASE("without one the built-in list is asked, and an in-house model stays unknown") {
  const auto d = made("provider: openai, model: gpt-4o-mini");
  REQUIRE(d->price);
  CHECK(d->price->periods.at(0).basis == config::price_basis::list);
  CHECK(d->price->periods[0].version.starts_with("list:20"));
  CHECK(d->price->periods[0].tiers.at(0).per_million.input == 150'000'000);
  CHECK(!made("provider: house, model: gpt-4o-mini")->price);
  CHECK(!made("provider: openai, model: no-such-model")->price);
}

TEST_CASE("a deployment names its provider and its model") {
  CHECK(holds(said("model: m"), "deployments.d.provider: is missing"));
  CHECK(holds(said("provider: house"), "deployments.d.model: is missing"));
  CHECK(holds(said("provider: hous, model: m"), "provider \"hous\" is not defined; did you mean \"house\"?"));
  CHECK(holds(said("provider: house, model: 'a b'"), "is not a fit name for a model"));
  CHECK(made("provider: house, model: 'org/m:8b'")->model == "org/m:8b");
}

TEST_CASE("a price names at least input and output") {
  CHECK(holds(said("provider: house, model: m, price: {output: 1}"), "price.input: is missing"));
  CHECK(holds(said("provider: house, model: m, price: {input: \"1\", output: 1}"), "remove the quotes"));
  CHECK(holds(said("provider: house, model: m, price: {input: -1, output: 1}"), "is not an amount of dollars"));
  CHECK(holds(said("provider: house, model: m, price: 3"), "is one value; it must be a map"));
}

TEST_CASE("how an answer is continued is the preset's way, unless the deployment has its own") {
  CHECK(made("provider: house, model: m")->goes_on == continuation::continue_final_message);
  CHECK(made("provider: openai, model: m")->goes_on == continuation::replay);
  for (const auto name : continuation_names) CHECK(name_of(made("provider: house, model: m, continuation: " + std::string(name))->goes_on) == name);
  CHECK(holds(said("provider: house, model: m, continuation: preffill"), "did you mean \"prefill\"?"));
}

TEST_CASE("a deployment's name has no slash, since PROVIDER/MODEL has one") {
  CHECK(holds(problems_of(providers + "deployments: {a/b: {provider: house, model: m}}\n", world), "is not a fit name"));
}

TEST_CASE("PROVIDER/MODEL is taken apart at its first slash") {
  CHECK(config::split_at_provider("a/b/c:d")->first == "a");
  CHECK(config::split_at_provider("a/b/c:d")->second == "b/c:d");
  for (const char* wrong : {"", "a", "a/", "/b", "a/b c", "a b/c", "a/\n"}) CHECK(!config::split_at_provider(wrong));
  CHECK(!config::split_at_provider("a/" + std::string(300, 'x')));
}

TEST_CASE("sends at once have no limit unless one is written") {
  CHECK(made("provider: openai, model: gpt-4o-mini")->max_concurrency == 0);
  const auto limited = made("provider: openai, model: gpt-4o-mini, max_concurrency: 64");
  CHECK(limited->max_concurrency == 64);
  CHECK(limited->price);   // from the list, as without it
  CHECK(made("provider: openai, model: m, max_concurrency: 8, price: {input: 1, output: 2}")->max_concurrency == 8);
  CHECK(holds(said("provider: openai, model: m, max_concurrency: 0"), "deployments.d.max_concurrency"));
}

TEST_CASE("a line is for a deployment that takes so many at once") {
  const auto d = made("provider: house, model: m, max_concurrency: 4, max_queue: 10, queue_timeout: 2s");
  CHECK(d->max_queue == 10);
  CHECK(d->queue_timeout == std::chrono::seconds(2));
  CHECK(made("provider: house, model: m, max_concurrency: 4")->max_queue == 0);
  CHECK(holds(said("provider: house, model: m, max_queue: 10"), "d.max_queue: has no meaning without max_concurrency"));
  CHECK(holds(said("provider: house, model: m, queue_timeout: 2s"), "d.queue_timeout: has no meaning without max_concurrency"));
}

TEST_CASE("saturation is for engines that tell their load") {
  const auto d = made("provider: house, model: m, saturation: {waiting: 16, kv_use: 95%}");
  REQUIRE(d->saturation);
  CHECK(d->saturation->waiting == 16);
  CHECK(d->saturation->kv_use == 95);
  CHECK(d->saturation->every == std::chrono::seconds(1));
  CHECK(d->at->load_metrics->waiting == "vllm:num_requests_waiting");
  CHECK_FALSE(made("provider: house, model: m")->saturation);
  CHECK(holds(said("provider: openai, model: m, saturation: {waiting: 16}"), "d.saturation: cannot be known: kind openai tells no load that is read"));
  CHECK(holds(said("provider: house, model: m, saturation: {every: 2s}"), "d.saturation: names no limit; write waiting, kv_use or both"));
  CHECK(holds(said("provider: house, model: m, saturation: {kv_use: 95}"), "d.saturation.kv_use: "));
}

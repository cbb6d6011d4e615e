#include "proxy/stages/fleet_health.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
using policy::breaker_state;
using stages::fleet_health;
using stages::health_book;

namespace {

constexpr instant now{1h};

std::shared_ptr<config::provider> provider_of(const std::string& name, const std::string& address, const std::string& key = "k") {
  auto made = std::make_shared<config::provider>(*make_deployment(name)->at);
  made->base.text = address;
  made->key = secret(key);
  return made;
}

std::shared_ptr<const config::deployment> deployment_at(const std::string& name, std::shared_ptr<const config::provider> at,
                                                        const std::string& model = "m") {
  auto made = std::make_shared<config::deployment>();
  made->name = name;
  made->at = std::move(at);
  made->model = model;
  return made;
}

config::settings settings_with(std::initializer_list<std::shared_ptr<const config::deployment>> deployments) {
  config::settings made;
  for (const auto& one : deployments) {
    made.deployments[one->name] = one;
    made.providers[one->at->name] = one->at;
  }
  return made;
}

void knock_out(const policy::standing& of) {
  for (int i = 0; i < 5; ++i) of.deployment->admit_last(now)->fails({}, now, 0);
  for (int i = 0; i < 3; ++i) of.credentials[0]->admit_last(now)->fails({}, now, 0);
}

}  // namespace

TEST_CASE("what is known of a deployment outlives a reload that leaves it as it was") {
  fleet_health all;
  const auto qwen = deployment_at("qwen", provider_of("house", "http://h/v1"));
  const auto first = settings_with({qwen});
  const health_book before(all, first);
  knock_out(before.of(*qwen));
  const auto again = deployment_at("qwen", provider_of("house", "http://h/v1"));
  const auto other = deployment_at("llama", provider_of("house", "http://h/v1"));
  const health_book after(all, settings_with({again, other}));
  CHECK(after.of(*again).deployment->state(now) == breaker_state::open);
  CHECK(after.of(*again).credentials[0]->state(now) == breaker_state::open);
  CHECK(after.of(*other).deployment->state(now) == breaker_state::closed);
  CHECK(after.of(*other).credentials[0] == after.of(*again).credentials[0]);
}

TEST_CASE("one that is pointed elsewhere begins anew, and a provider with a new key has a new credential") {
  fleet_health all;
  const auto qwen = deployment_at("qwen", provider_of("house", "http://h/v1"));
  const health_book before(all, settings_with({qwen}));
  knock_out(before.of(*qwen));
  const auto states = [&](std::shared_ptr<const config::deployment> next) {
    const health_book after(all, settings_with({next}));
    const auto found = std::pair(after.of(*next).deployment->state(now), after.of(*next).credentials[0]->state(now));
    const health_book back(all, settings_with({qwen}));   // and back: what was known is gone
    knock_out(back.of(*qwen));
    return found;
  };
  using pair = std::pair<breaker_state, breaker_state>;
  CHECK(states(deployment_at("qwen", provider_of("house", "http://other/v1"))) == pair(breaker_state::closed, breaker_state::closed));
  CHECK(states(deployment_at("qwen", provider_of("house", "http://h/v1"), "other")) == pair(breaker_state::closed, breaker_state::open));
  CHECK(states(deployment_at("qwen", provider_of("house", "http://h/v1", "new"))) == pair(breaker_state::open, breaker_state::closed));
  CHECK(before.of(*qwen).deployment->state(now) == breaker_state::open);   // a running request still has its own
}

TEST_CASE("models that no configuration names share one state a provider, however many are asked for") {
  fleet_health all;
  auto settings = settings_with({});
  settings.any_provider_model = true;
  const auto house = provider_of("house", "http://h/v1"), away = provider_of("away", "http://a/v1");
  settings.providers = {{"house", house}, {"away", away}};
  const health_book book(all, settings);
  const auto one = book.of(*deployment_at("house/x", house)), two = book.of(*deployment_at("house/junk", house));
  REQUIRE(one.deployment);
  CHECK(one.deployment == two.deployment);
  CHECK(one.retries == two.retries);
  CHECK(one.deployment != book.of(*deployment_at("away/x", away)).deployment);
  CHECK(book.read(now).empty());
}

TEST_CASE("a deployment is up while its breaker is closed and its provider takes our credential") {
  fleet_health all;
  const auto a = deployment_at("a", provider_of("x", "http://x/v1")), b = deployment_at("b", provider_of("x", "http://x/v1")),
             c = deployment_at("c", provider_of("y", "http://y/v1"));
  const health_book book(all, settings_with({a, b, c}));
  for (int i = 0; i < 5; ++i) book.of(*c).deployment->admit_last(now)->fails({}, now, 0);
  for (int i = 0; i < 3; ++i) book.of(*a).credentials[0]->admit_last(now)->fails({}, now, 0);
  const auto read = book.read(now);
  REQUIRE(read.size() == 3);
  CHECK(read[0].deployment == "a");
  CHECK(read[0].breaker == breaker_state::closed);
  CHECK_FALSE(read[0].is_up);
  CHECK_FALSE(read[1].is_up);
  CHECK(read[2].breaker == breaker_state::open);
  CHECK_FALSE(read[2].is_up);
  CHECK(book.read(now + 1s)[2].breaker == breaker_state::half_open);
}

TEST_CASE("each key of a provider has a state of its own, which follows it to another place in the list") {
  fleet_health all;
  const auto with_keys = [](const std::vector<const char*>& keys) {
    auto at = provider_of("house", "http://h/v1", keys.front());
    for (std::size_t i = 1; i < keys.size(); ++i) at->more_keys.emplace_back(keys[i]);
    return deployment_at("qwen", at);
  };
  const auto two = with_keys({"one", "two"});
  const health_book before(all, settings_with({two}));
  REQUIRE(before.of(*two).credentials.size() == 2);
  for (int i = 0; i < 3; ++i) before.of(*two).credentials[1]->admit_last(now)->fails({}, now, 0);
  CHECK(before.of(*two).credentials[0]->state(now) == breaker_state::closed);
  CHECK(before.read(now)[0].is_up);
  const auto turned = with_keys({"two", "three"});
  const health_book after(all, settings_with({turned}));
  CHECK(after.of(*turned).credentials[0]->state(now) == breaker_state::open);
  CHECK(after.of(*turned).credentials[1]->state(now) == breaker_state::closed);
}

TEST_CASE("who asks a provider for its health finds the breakers of its deployments") {
  fleet_health all;
  const auto x = provider_of("x", "http://x/v1"), y = provider_of("y", "http://y/v1");
  const auto a = deployment_at("a", x), b = deployment_at("b", y), c = deployment_at("c", x);
  auto settings = settings_with({a, b, c});
  settings.providers = {{"x", x}, {"y", y}};
  settings.any_provider_model = true;
  const health_book book(all, settings);
  const auto found = book.at_provider("x");
  REQUIRE(found.size() == 3);
  CHECK(found[0].deployment == "a");
  CHECK(found[1].deployment == "c");
  CHECK(found[2].deployment == "x/*");
  CHECK(found[0].breaker.get() == book.of(*a).deployment);
  CHECK(found[2].breaker.get() == book.of(*deployment_at("x/junk", x)).deployment);
  CHECK(book.at_provider("z").empty());
}

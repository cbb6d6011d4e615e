/// Whole requests against policies: what class they come to, whom they reach, and what the client gets when that is nobody.

#include "config/condition_parser.hpp"
#include "config/policies.hpp"
#include "tests/support/exchange_rig.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

/// A model whose first choice is a vendor, with the house behind it; team search, key prod.
class guarded_rig : public exchange_rig {
 public:
  guarded_rig() : exchange_rig({}) {
    auto model = std::make_shared<config::model>();
    model->name = "chat";
    model->try_in_order = {make_deployment("vendor", deployment_class::managed), house};
    settings->models["chat"] = model;
    settings->policies = {config::built_in_policy()};
    wire.set("vendor", {well({"from", "the", "vendor"})});
    wire.set("house", {well({"from", "the", "house"})});
  }

  stages::exchange& call_with(std::initializer_list<std::pair<const char*, const char*>> headers = {}) {
    client = recording_sink();
    auto& x = arrived();
    x.who = {team, key};
    x.known.team = team->name;
    x.known.key = key->name;
    for (const auto& [name, value] : headers) x.head.headers.add_if_fit(name, value);
    return x;
  }

  std::string served(stages::exchange& x) {
    REQUIRE(run(x));
    return x.why ? std::string(x.why->name()) : x.last_attempt()->to->name;
  }
  /// How often a provider was sent anything.
  static std::size_t sends_to(const stages::exchange& x, const std::string& name) {
    std::size_t sends = 0;
    for (const auto& one : x.attempts) sends += one.to->name == name;
    return sends;
  }

  std::shared_ptr<const config::deployment> house = make_deployment("house", deployment_class::in_house);
  std::shared_ptr<config::team> team = std::make_shared<config::team>(config::team{.name = "search"});
  std::shared_ptr<config::key> key = std::make_shared<config::key>(config::key{.name = "prod"});
};

}  // namespace

TEST_CASE("without a class a call goes where its model says first") {
  guarded_rig rig;
  auto& x = rig.call_with();
  CHECK(rig.served(x) == "vendor");
  CHECK(x.known.sensitivity == data_class::public_);
  CHECK(x.known.raised_by.empty());
}

TEST_CASE("each source of a class raises a call, and says so") {
  SUBCASE("the team's floor") {
    guarded_rig rig;
    rig.team->floor = data_class::restricted;
    auto& x = rig.call_with();
    CHECK(rig.served(x) == "house");
    CHECK(x.known.raised_by == "floor of team search");
  }
  SUBCASE("the key's floor") {
    guarded_rig rig;
    rig.key->floor = data_class::restricted;
    auto& x = rig.call_with();
    CHECK(rig.served(x) == "house");
    CHECK(x.known.raised_by == "floor of key prod");
  }
  SUBCASE("a rule's floor") {
    guarded_rig rig;
    rig.team->rules.push_back({"all", std::nullopt, rig.settings->models["chat"]->try_in_order, data_class::restricted});
    auto& x = rig.call_with();
    CHECK(rig.served(x) == "house");
    CHECK(x.known.raised_by == "floor of rule all");
  }
  SUBCASE("a label") {
    guarded_rig rig;
    auto& x = rig.call_with({{"X-Sallyport-Data-Class", "restricted"}});
    CHECK(rig.served(x) == "house");
    CHECK(x.known.raised_by == "header x-sallyport-data-class");
  }
  SUBCASE("a label that nobody knows") {
    guarded_rig rig;
    CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "secret"}})) == "house");
    CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "public, internal"}})) == "house");
  }
  SUBCASE("an attachment") {
    guarded_rig rig;
    rig.settings->privacy.attachments = data_class::restricted;
    auto& x = rig.call_with();
    x.body = R"({"model":"chat","stream":true,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]})";
    CHECK(rig.served(x) == "house");
    CHECK(x.known.raised_by == "attachment");
  }
}

TEST_CASE("no label lowers what something else has raised, in whatever order they stand") {
  guarded_rig rig;
  rig.team->floor = data_class::restricted;
  CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "public"}})) == "house");
  rig.team->floor = data_class::public_;
  CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "restricted"}, {"x-sallyport-data-class", "public"}})) == "house");
  CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "public"}, {"x-sallyport-data-class", "restricted"}})) == "house");
}

TEST_CASE("a conversation keeps the class that it has reached") {
  guarded_rig rig;
  CHECK(rig.served(rig.call_with({{"x-sallyport-session", "c-1"}})) == "vendor");
  CHECK(rig.served(rig.call_with({{"x-sallyport-session", "c-1"}, {"x-sallyport-data-class", "restricted"}})) == "house");
  auto& x = rig.call_with({{"x-sallyport-session", "c-1"}});
  CHECK(rig.served(x) == "house");
  CHECK(x.known.raised_by == "conversation");
  CHECK(rig.served(rig.call_with({{"x-sallyport-session", "c-2"}})) == "vendor");
}

TEST_CASE("a rule's floor is what its conversation has reached, too") {
  guarded_rig rig;
  const auto both = rig.settings->models["chat"]->try_in_order;
  rig.team->rules.push_back({"tools", config::compile("has_tools", config::names_in_rules("search", {})).value, both, data_class::restricted});
  auto& first = rig.call_with({{"x-sallyport-session", "c-1"}});
  first.body = R"({"model":"chat","stream":true,"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]})";
  CHECK(rig.served(first) == "house");
  CHECK(rig.served(rig.call_with({{"x-sallyport-session", "c-1"}})) == "house");
}

TEST_CASE("with the house down a restricted call fails with 503, and nothing is sent elsewhere") {
  guarded_rig rig;
  rig.wire.set("house", {script{breaks(failure_kind::connect_failed, 1ms, false)}});
  auto& x = rig.call_with({{"x-sallyport-data-class", "restricted"}});
  CHECK(rig.served(x) == "no_eligible_deployment");
  CHECK(guarded_rig::sends_to(x, "vendor") == 0);
  CHECK(guarded_rig::sends_to(x, "house") == 3);   // nothing of it arrived there: it may be sent again
  CHECK(rig.client.head->status == 503);
  CHECK(rig.client.head->headers.get("x-should-retry") == "false");
  CHECK(rig.client.bytes.find("policy 'restricted' leaves to a request of data class restricted could not serve it (connect_failed)") != std::string::npos);
  CHECK(rig.metrics.expose().find("sallyport_privacy_refusals_total{data_class=\"restricted\",rule=\"restricted\"} 1") != std::string::npos);
}

TEST_CASE("when the house takes nobody more a restricted call hears of its policy, and when to come back, and nothing is sent elsewhere") {
  guarded_rig rig;
  rig.settings->deployments["house"] = rig.house;
  rig.wire.set("house", {refuses(503)});
  for (int i = 0; i < 3; ++i) CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "restricted"}})) == "no_eligible_deployment");
  rig.wire.set("house", {script{}});
  for (int i = 0; i < 4; ++i) rig.begin(rig.call_with({{"x-sallyport-data-class", "restricted"}}));
  auto& x = rig.call_with({{"x-sallyport-data-class", "restricted"}});
  rig.begin(x);
  rig.time.pass(0s);
  REQUIRE(x.why);
  CHECK(x.why->name() == "no_eligible_deployment");
  CHECK(x.attempts.empty());
  CHECK(rig.client.head->status == 503);
  CHECK_FALSE(rig.client.head->headers.get("retry-after").empty());
  CHECK(rig.client.bytes.find("policy 'restricted' leaves to a request of data class restricted could not serve it (none_available)") != std::string::npos);
}

TEST_CASE("without a deployment in the house a restricted call gets 503 with the policy and what would pass, and nothing of its content") {
  guarded_rig rig;
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = {make_deployment("vendor", deployment_class::managed)};
  rig.settings->models["chat"] = model;
  auto& x = rig.call_with({{"x-sallyport-data-class", "restricted"}});
  x.body = R"({"model":"chat","messages":[{"role":"user","content":"the-canary"}]})";
  CHECK(rig.served(x) == "no_eligible_deployment");
  CHECK(rig.client.head->status == 503);
  CHECK(rig.client.bytes.find("No deployment of model 'chat' may serve a request of data class restricted: policy 'restricted' requires class == "
                             "\\\"in_house\\\". Ask for a model that has such a deployment.") != std::string::npos);
  CHECK(rig.client.bytes.find("the-canary") == std::string::npos);
  CHECK(x.attempts.empty());
}

TEST_CASE("a denial stands in the ledger, with what raised the class and what denied it") {
  guarded_rig rig;
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = {make_deployment("vendor", deployment_class::managed)};
  rig.settings->models["chat"] = model;
  auto& x = rig.call_with({{"x-sallyport-data-class", "restricted"}, {"x-sallyport-tags", "app=mail"}});
  CHECK(rig.served(x) == "no_eligible_deployment");
  const auto rows = rig.rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].attempt_number == 0);
  CHECK(rows[0].outcome == attempt_outcome::denied);
  CHECK(rows[0].deployment.empty());
  CHECK(rows[0].reason == "no_eligible_deployment");
  CHECK(rows[0].denied_by == "restricted");
  CHECK(rows[0].raised_by == "header x-sallyport-data-class");
  CHECK(rows[0].sensitivity == data_class::restricted);
  CHECK(rows[0].generation == 7);
  REQUIRE(rows[0].last);
  CHECK(rows[0].last->tags == "app=mail");
}

TEST_CASE("a served call's row says what raised its class, and one that the house could not serve who denied it") {
  guarded_rig rig;
  CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "restricted"}})) == "house");
  rig.wire.set("house", {refuses(500)});
  CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "restricted"}})) == "no_eligible_deployment");
  const auto rows = rig.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].raised_by == "header x-sallyport-data-class");
  CHECK(rows[0].denied_by.empty());
  CHECK(rows[1].attempt_number == 1);
  CHECK(rows[1].denied_by == "restricted");
}

TEST_CASE("what a policy forbids whatever the class is a 403") {
  guarded_rig rig;
  config::policy only_house = config::built_in_policy();
  only_house.name = "only-house";
  only_house.when = config::compile("team == \"search\"", config::names_in_policies({"search"}, {})).value;
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = {make_deployment("vendor", deployment_class::managed)};
  rig.settings->models["chat"] = model;
  rig.settings->policies = {only_house, config::built_in_policy()};
  CHECK(rig.served(rig.call_with({{"x-sallyport-data-class", "restricted"}})) == "policy_forbids");
  CHECK(rig.client.head->status == 403);
}

TEST_CASE("a budget's route_to is no way out of the house") {
  guarded_rig rig;
  rig.team->money = config::budget{.limit = 1, .route_to = make_deployment("vendor", deployment_class::managed)};
  auto priced = std::make_shared<config::deployment>(*rig.house);
  priced->price.emplace(token_prices{.input = 10'000'000'000, .output = 10'000'000'000}, config::price_basis::contract, "contract");
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = {priced};
  rig.settings->models["chat"] = model;
  rig.settings->teams["search"] = rig.team;
  auto& open = rig.call_with();
  CHECK(rig.served(open) == "vendor");
  auto& restricted = rig.call_with({{"x-sallyport-data-class", "restricted"}});
  CHECK(rig.served(restricted) == "budget_exhausted");
  CHECK(restricted.attempts.empty());
}

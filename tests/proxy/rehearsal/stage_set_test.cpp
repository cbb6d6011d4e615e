#include "proxy/rehearsal/stage_set.hpp"

#include "config/load.hpp"
#include "proxy/rehearsal/demo_traffic.hpp"
#include "proxy/rehearsal/scenarios.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace sallyport::rehearsal;

namespace {

config::loaded load(const std::string& text) {
  const config::surroundings nothing{[](const std::string&) { return std::nullopt; }, [](const std::string&) { return std::nullopt; },
                                     [](const std::string&) { return std::vector<std::string>(); }};
  return config::load(text, "demo.yaml", nothing);
}

}  // namespace

TEST_CASE("the demo's configuration loads without problems or warnings and points at the three upstreams") {
  stage_set stage;
  REQUIRE(stage.start().has_value());

  const auto loaded = load(stage.configuration({.api_port = 0, .admin_port = 0}));

  for (const auto& problem : loaded.problems) FAIL_CHECK(config::to_string(problem));
  for (const auto& warning : loaded.warnings) FAIL_CHECK(config::to_string(warning));
  REQUIRE(loaded.value != nullptr);
  CHECK(loaded.value->listen.address.port == 0);
  for (const auto which : {deployment_class::in_house, deployment_class::hosted, deployment_class::managed}) {
    CAPTURE(name_of(which));
    const auto& model = *loaded.value->models.at(std::string(stage_set::model_first_at(which)));
    const config::deployment& first = *model.try_in_order.at(0);
    CHECK(model.try_in_order.size() == 3);
    CHECK(first.at->runs_as == which);
    CHECK(first.at->base.port == stage.upstream(which).port());
    CHECK(first.at->name + "/" + first.model == stage_set::deployment_of(which));
    REQUIRE(first.price);
    CHECK(first.price->by_hour.has_value() == (which == deployment_class::in_house));
  }
  CHECK(loaded.value->models.at("when-down")->try_in_order.at(0)->model == "flagship!status=503");
  CHECK(loaded.value->teams.at("demo")->keys.size() == 1);
}

TEST_CASE("the key of the greeting is the one whose hash stands in the configuration") {
  stage_set stage;
  stage_set other;
  REQUIRE(stage.start().has_value());

  const auto loaded = load(stage.configuration({.api_port = 7070, .admin_port = 7071, .journal = "/tmp/a journal"}));

  REQUIRE(loaded.value != nullptr);
  CHECK(loaded.value->state.journal == "/tmp/a journal");
  const std::string greeting = stage.greeting(7070, 7071);
  const std::string key(stage.key().reveal());
  CHECK(key != other.key().reveal());
  CHECK(greeting.find("-H 'authorization: Bearer " + key + "'") != std::string::npos);
  CHECK(greeting.find("http://127.0.0.1:7071/metrics") != std::string::npos);
  CHECK(stage.configuration({}).find(key) == std::string::npos);
  const auto by_value = load("version: 1\nallow_inline_secrets: true\n"
                             "providers: {p: {kind: openai_compatible, base_url: \"http://127.0.0.1:1/v1\"}}\n"
                             "teams: {t: {keys: [{name: k, value: \"" + key + "\"}]}}\n");
  REQUIRE(by_value.value != nullptr);
  CHECK(by_value.value->teams.at("t")->keys.at(0).sha256 == loaded.value->teams.at("demo")->keys.at(0).sha256);
}

TEST_CASE("each upstream of the stage answers as itself, and one can die while the others serve") {
  stage_set stage;
  REQUIRE(stage.start().has_value());
  stage.upstream(deployment_class::managed).kill();

  const auto outcome_at = [&](deployment_class which) {
    return send_traffic({.port = stage.upstream(which).port(), .models = {"m"}, .requests = 2}, nullptr).at(1).outcome;
  };

  CHECK(outcome_at(deployment_class::managed) == answer_outcome::no_answer);
  CHECK(outcome_at(deployment_class::hosted) == answer_outcome::whole);
  CHECK(outcome_at(deployment_class::in_house) == answer_outcome::whole);
}

TEST_CASE("every scenario is played by names that the upstream understands") {
  CHECK(scenarios().size() == 16);
  for (const scenario& one : scenarios()) {
    CAPTURE(one.id);
    const auto primary = conduct_of("m" + std::string(one.primary));
    REQUIRE(primary.has_value());
    CHECK(primary->has_faults());
    CHECK(conduct_of("m" + std::string(one.fallback)).has_value());
  }
}

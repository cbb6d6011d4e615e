#include "fake_world.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

config::loaded load_example(const std::string& name, const fake_world& world) {
  const auto path = sallyport::tests::source_dir() / "deploy" / "examples" / name;
  return config::load(whole_file(path), name, world.around());
}

}  // namespace

TEST_CASE("the small example loads: one model over three classes") {
  const auto made = load_example("small.yaml", {{{"GROQ_API_KEY", "g"}, {"OPENAI_API_KEY", "o"}, {"SEARCH_KEY", "s"}}, {}});
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.warnings.empty());
  const auto& tried = made.value->models.at("chat")->try_in_order;
  REQUIRE(tried.size() == 3);
  CHECK(tried[0]->at->runs_as == deployment_class::in_house);
  CHECK(tried[1]->at->runs_as == deployment_class::hosted);
  CHECK(tried[2]->at->runs_as == deployment_class::managed);
  for (const auto& deployment : tried) CHECK(deployment->price);
}

TEST_CASE("the open example loads and warns") {
  const auto made = load_example("open.yaml", {{{"OPENAI_API_KEY", "o"}}, {}});
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(holds(lines_of(made.warnings), "the gateway is open"));
  CHECK(made.value->any_provider_model);
}

TEST_CASE("the TLS example loads with its teams in files of their own") {
  const fake_world world{{},
                         {{"/etc/sallyport/tls/chain.pem", "-----BEGIN CERTIFICATE-----\n"}, {"/etc/sallyport/tls/key.pem",
                             "-----BEGIN PRIVATE KEY-----\n"},
                          {"/run/secrets/sallyport_admin_token", "token\n"}, {"/run/secrets/openai", "o\n"}, {"/run/secrets/azure", "a\n"},
                          {"teams/search.yaml", "teams: {search: {keys: [{name: prod, sha256: " + std::string(64, 'a') + "}]}}\n"}}};
  const auto made = load_example("tls.yaml", world);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.warnings.empty());
  CHECK(made.value->teams.contains("search"));
  CHECK(made.value->admin.token.reveal() == "token");
  CHECK(made.value->listen.tls);
}

TEST_CASE("the example with machines loads: paid by the hour, by a price file, by a contract to come") {
  const fake_world world{{{"OPENAI_API_KEY", "o"}, {"SEARCH_KEY", "s"}},
                         {{"prices.yaml", "version: ours\nprices: {openai: {gpt-4o-mini: {input: 0.14, output: 0.5}}}\n"}}};
  const auto made = load_example("machines.yaml", world);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.warnings.empty());
  const auto& deployments = made.value->deployments;
  CHECK(deployments.at("qwen")->price->by_hour == config::hourly_price{.per_hour = 5'175'000'000, .hours_a_day = 24});
  CHECK(deployments.at("phi")->price->by_hour == config::hourly_price{.per_hour = 400'000'000, .hours_a_day = 10});
  const auto& periods = deployments.at("mini")->price->periods;
  REQUIRE(periods.size() == 2);
  CHECK(periods[0].version == "file:ours");
  CHECK(periods[1].version == "contract:2027-01-01");
  CHECK(periods[1].tiers.size() == 2);
}

TEST_CASE("the guarded example loads: three teams' classes, two policies and the built-in one") {
  const fake_world world{{{"HOST_KEY", "h"}, {"OPENAI_API_KEY", "o"}, {"WEBSITE_KEY", "w"}, {"WARD_KEY", "n"}, {"PSYCHIATRY_KEY", "p"}}, {}};
  const auto made = load_example("guarded.yaml", world);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.warnings.empty());
  REQUIRE(made.value->policies.size() == 3);
  CHECK(made.value->policies[1].require.text() == "location == \"eu\" && retention <= 30d && !trains_on_data");
  CHECK(made.value->policies[2].built_in);
  CHECK(made.value->teams.at("ward")->floor == data_class::confidential);
  CHECK(made.value->privacy.detect.size() == 5);
}

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

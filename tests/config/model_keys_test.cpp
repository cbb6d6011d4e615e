#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

const std::string before = least + "deployments: {qwen: {provider: house, model: qwen3}}\nmodels:\n";

std::string said(const std::string& model) { return problems_of(before + "  m: {" + model + "}\n"); }

}  // namespace

TEST_CASE("a model tries its deployments in order, and PROVIDER/MODEL is one by itself") {
  const auto made = load(before + "  m: {try: [house/org/x:1, qwen]}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& tried = made.value->models.at("m")->try_in_order;
  REQUIRE(tried.size() == 2);
  CHECK(tried[0]->name == "house/org/x:1");
  CHECK(tried[0]->model == "org/x:1");
  CHECK(tried[1]->name == "qwen");
  CHECK(made.value->deployments.contains("house/org/x:1"));
  CHECK(!made.value->any_provider_model);
}

TEST_CASE("the same PROVIDER/MODEL in two models is one deployment") {
  const auto made = load(before + "  m: {try: [house/x]}\n  n: {try: [house/x]}\n");
  REQUIRE(made.value);
  CHECK(made.value->models.at("m")->try_in_order[0] == made.value->models.at("n")->try_in_order[0]);
}

TEST_CASE("timeouts override their defaults one by one") {
  const auto made = load(before + "  m: {try: [qwen], timeouts: {first_token: 10s}}\n  n: {try: [qwen]}\n");
  REQUIRE(made.value);
  const config::timeouts fresh;
  const auto& m = made.value->models.at("m")->timeouts;
  CHECK(m.first_token == 10s);
  CHECK(m.connect == fresh.connect);
  CHECK(m.idle == fresh.idle);
  CHECK(m.attempt == fresh.attempt);
  CHECK(m.total == fresh.total);
  CHECK(made.value->models.at("n")->timeouts.first_token == fresh.first_token);
  CHECK(made.value->models.at("n")->timeouts.total == fresh.total);
}

TEST_CASE("a list that is empty, missing or holds one twice is refused") {
  CHECK(holds(said("try: []"), "models.m.try: is empty"));
  CHECK(holds(said("timeouts: {}"), "models.m.try: is missing"));
  CHECK(holds(said("try: [qwen, house/x, qwen]"), "models.m.try[2]: \"qwen\" stands twice"));
  CHECK(holds(said("try: qwen"), "is one value; it must be a list, as in [one, two]"));
  std::string many = "try: [";
  for (int i = 0; i < 33; ++i) many += "house/" + std::to_string(i) + ", ";
  CHECK(holds(said(many + "]"), "more than 32"));
}

TEST_CASE("names that are not defined name the nearest") {
  CHECK(holds(said("try: [qwne]"), "deployment \"qwne\" is not defined; did you mean \"qwen\"?"));
  CHECK(holds(said("try: [hosue/x]"), "provider \"hosue\" is not defined; did you mean \"house\"?"));
  CHECK(holds(said("try: [m]"), "\"m\" is a model"));
  CHECK(holds(said("try: [house/]"), "names no fit model after its provider"));
}

TEST_CASE("strategies nest, and all their deployments are known in the order in which they are written") {
  const auto made = load(before + "  m: {try: [{cheapest: [house/a, {split: {house/b: 90, house/c: 10}}]}, qwen]}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& model = *made.value->models.at("m");
  REQUIRE(model.try_in_order.size() == 4);
  CHECK(model.try_in_order[2]->name == "house/c");
  CHECK(model.try_in_order[3]->name == "qwen");
  REQUIRE(model.strategy);
  REQUIRE(model.strategy->below.size() == 2);
  CHECK(model.strategy->by == config::strategy::in_order);
  const auto& cheapest = model.strategy->below[0];
  CHECK(cheapest.by == config::strategy::cheapest);
  CHECK(cheapest.below[0].leaf == model.try_in_order[0]);
  CHECK(cheapest.below[1].by == config::strategy::split);
  CHECK(cheapest.below[1].weights == std::vector<int>{90, 10});
  CHECK(model.strategy->below[1].leaf == model.try_in_order[3]);
  CHECK_FALSE(load(before + "  m: {try: [qwen]}\n").value->models.at("m")->strategy);
}

TEST_CASE("the parts of a split may be lists") {
  const auto made = load(before + "  m: {try: [{split: [{weight: 0, try: [qwen]}, {weight: 1, try: [{fastest: [house/a, house/b]}]}]}]}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& split = made.value->models.at("m")->strategy->below[0];
  CHECK(split.weights == std::vector<int>{0, 1});
  CHECK(split.below[1].below[0].by == config::strategy::fastest);
}

TEST_CASE("a strategy that is wrong says what to write") {
  CHECK(holds(said("try: [{slowest: [qwen]}]"), "models.m.try[0]: is neither a deployment nor one strategy"));
  CHECK(holds(said("try: [{cheapest: [qwen], fastest: [house/a]}]"), "models.m.try[0]: is neither a deployment nor one strategy"));
  CHECK(holds(said("try: [{cheapest: []}]"), "models.m.try[0].cheapest: is empty"));
  CHECK(holds(said("try: [{cheapest: qwen}]"), "is one value; it must be a list"));
  CHECK(holds(said("try: [{split: {qwen: many}}]"), "models.m.try[0].split.qwen:"));
  CHECK(holds(said("try: [{split: {qwen: 0, house/a: 0}}]"), "gives every part the weight 0"));
  CHECK(holds(said("try: [{split: {}}]"), "models.m.try[0].split: is empty"));
  CHECK(holds(said("try: [{split: [{try: [qwen]}]}]"), "weight: is missing"));
  CHECK(holds(said("try: [{split: {qwen: 1, hosue/a: 1}}]"), "did you mean \"house\"?"));
  CHECK(holds(said("try: [{split: {qwen: 1, house/a: 1}}, qwen]"), "models.m.try[1]: \"qwen\" stands twice"));
  CHECK(holds(said("try: [{cheapest: [{fastest: [{least_busy: [{cheapest: [{fastest: [qwen]}]}]}]}]}]"), "nests strategies more than 4 deep"));
}

TEST_CASE("whether a broken stream may be gone on with is off unless said") {
  CHECK_FALSE(load(before + "  m: {try: [qwen]}\n").value->models.at("m")->resume);
  CHECK(load(before + "  m: {try: [qwen], resume: true}\n").value->models.at("m")->resume);
  CHECK(holds(said("try: [qwen], resume: perhaps"), "models.m.resume: "));
}

TEST_CASE("a model may keep conversations where they are, if its try draws") {
  const auto affinity_of = [](const std::string& rest) {
    const auto made = load(before + "  m: {" + rest + "}\n");
    REQUIRE_MESSAGE(made.value, lines_of(made.problems));
    return made.value->models.at("m")->affinity;
  };
  CHECK(affinity_of("try: [{least_busy: [qwen, house/a]}]") == config::affinity::none);
  CHECK(affinity_of("try: [{least_busy: [qwen, house/a]}], affinity: session") == config::affinity::session);
  CHECK(affinity_of("try: [{cheapest: [{split: {qwen: 1, house/a: 1}}, house/b]}], affinity: prompt") == config::affinity::prompt);
  for (const char* plain : {"[qwen, house/a]", "[{cheapest: [qwen, house/a]}]", "[{fastest: [qwen, house/a]}]", "[{least_busy: [qwen]}, house/a]"})
    CHECK(holds(said("try: " + std::string(plain) + ", affinity: session"),
                "models.m.affinity: has nothing to decide: it is for what split and least_busy draw"));
  CHECK(holds(said("try: [{least_busy: [qwen, house/a]}], affinity: sesion"), "did you mean \"session\"?"));
}

TEST_CASE("whether a call may arrive twice is off unless said") {
  CHECK_FALSE(load(before + "  m: {try: [qwen]}\n").value->models.at("m")->duplicate_ok);
  CHECK(load(before + "  m: {try: [qwen], duplicate_ok: true}\n").value->models.at("m")->duplicate_ok);
}

TEST_CASE("a model that stands twice is a problem") {
  CHECK(holds(problems_of(before + "  m: {try: [qwen]}\n  m: {try: [qwen]}\n"), "key \"m\" stands twice, first in line 5"));
}

TEST_CASE("fallbacks are deployments or PROVIDER/MODEL, one list for each kind of refusal") {
  const auto made = load(before + "  m: {try: [qwen], fallbacks: {context_length: [house/long, house/longer], content_filter: [qwen]}}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& lists = made.value->models.at("m")->fallbacks;
  REQUIRE(lists.context_length.size() == 2);
  CHECK(lists.context_length[1]->name == "house/longer");
  REQUIRE(lists.content_filter.size() == 1);
  CHECK(lists.content_filter[0] == made.value->models.at("m")->try_in_order[0]);
  CHECK(holds(said("try: [qwen], fallbacks: {context_length: [qwenn]}"), "models.m.fallbacks.context_length[0]: deployment \"qwenn\" is not defined; did you mean \"qwen\"?"));
  CHECK(holds(said("try: [qwen], fallbacks: {context_length: [qwen, qwen]}"), "stands twice in this list"));
  CHECK(holds(said("try: [qwen], fallbacks: {rate_limit: [qwen]}"), "models.m.fallbacks.rate_limit: is not a known key"));
}

TEST_CASE("what a call that overflows may cost has no limit unless written") {
  CHECK_FALSE(load(before + "  m: {try: [qwen]}\n").value->models.at("m")->overflow_max_cost);
  CHECK(load(before + "  m: {try: [qwen], overflow_max_cost: 0.05}\n").value->models.at("m")->overflow_max_cost == 50'000'000);
}

TEST_CASE("a second send has its time and its price") {
  CHECK_FALSE(load(before + "  m: {try: [qwen]}\n").value->models.at("m")->hedge);
  const auto made = load(before + "  m: {try: [qwen], hedge: {after: 2s, max_cost: 0.01}}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->models.at("m")->hedge->after == 2s);
  CHECK(made.value->models.at("m")->hedge->max_cost == 10'000'000);
  CHECK(holds(said("try: [qwen], hedge: {after: 2s}"), "models.m.hedge.max_cost: is missing"));
  CHECK(holds(said("try: [qwen], hedge: {max_cost: 0.01}"), "models.m.hedge.after: is missing"));
}

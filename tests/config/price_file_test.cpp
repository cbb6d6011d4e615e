// The operator's price file over the built-in list.

#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string main_file =
    "version: 1\nprices: {file: prices/ours.yaml}\nproviders: {openai: {kind: openai, key: \"${env:KEY}\"}}\n"
    "teams: {t: {keys: [{name: k, value: \"${env:KEY}\"}]}}\n";

fake_world with(const std::string& prices) { return {{{"KEY", "k"}}, {{"prices/ours.yaml", prices}}}; }

/// The newest price of ordinary prompts that PROVIDER/MODEL has in a configuration without models.
config::price_period newest(const std::string& name, const fake_world& world) {
  const auto loaded = load(main_file, world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  const auto model = config::open_model(*loaded.value, name);
  REQUIRE(model);
  REQUIRE(model->try_in_order[0]->price);
  return model->try_in_order[0]->price->periods.back();
}

nano_usd input_of(const config::price_period& period) { return period.tiers.at(0).per_million.input; }

}  // namespace

TEST_CASE("the file goes before the built-in list, and rows name it") {
  const auto world = with("version: mine\nprices: {openai: {gpt-4o: {input: 7, output: 8}, house-model: {input: 1, output: 1}}}\n");
  CHECK(input_of(newest("openai/gpt-4o", world)) == 7 * nano_per_usd);
  CHECK(newest("openai/gpt-4o", world).version == "file:mine");
  CHECK(newest("openai/gpt-4o", world).basis == config::price_basis::list);
  CHECK(input_of(newest("openai/house-model", world)) == nano_per_usd);
  CHECK(newest("openai/gpt-4o-mini", world).version.starts_with("list:"));
}

TEST_CASE("a name that fits exactly goes before one without its date, in whichever of the two it stands") {
  const auto world = with("version: mine\nprices: {openai: {gpt-4o: {input: 7, output: 8}}}\n");
  CHECK(newest("openai/gpt-4o-2024-05-13", world).version.starts_with("list:"));   // the list has that one
  CHECK(newest("openai/gpt-4o-2024-08-06", world).version == "file:mine");
}

TEST_CASE("a deployment's own price goes before the file") {
  const auto world = with("version: mine\nprices: {openai: {gpt-4o: {input: 7, output: 8}}}\n");
  const auto loaded = load(main_file + "deployments: {own: {provider: openai, model: gpt-4o, price: {input: 5, output: 5}},"
                                       " listed: {provider: openai, model: gpt-4o}}\n", world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  CHECK(loaded.value->deployments.at("own")->price->periods.at(0).version == "contract");
  CHECK(loaded.value->deployments.at("listed")->price->periods.at(0).version == "file:mine");
}

TEST_CASE("a dated row of the file leaves the list's price before its day") {
  const auto world = with("version: mine\nprices: {openai: {gpt-4o: {from: 2027-01-01, input: 7, output: 8}}}\n");
  const auto loaded = load(main_file, world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  const auto model = config::open_model(*loaded.value, "openai/gpt-4o");
  const auto& periods = model->try_in_order[0]->price->periods;
  REQUIRE(periods.size() == 2);
  CHECK(periods[0].version.starts_with("list:"));
  CHECK(periods[1].version == "file:mine");
}

TEST_CASE("problems of the file have its own lines, behind those of the configuration") {
  const auto said = problems_of(main_file + "attempts: 0\n", with("version: mine\nprices:\n  openai: {gpt-4o: {input: 7}}\n"));
  const auto ours = said.find("s.yaml:5:11: attempts: "),
             theirs = said.find("prices/ours.yaml:3:12: prices.openai.gpt-4o.output: is missing");
  CHECK(ours != std::string::npos);
  CHECK(theirs != std::string::npos);
  CHECK(ours < theirs);
  CHECK(holds(problems_of(main_file, {{{"KEY", "k"}}, {}}), "s.yaml:2:16: prices.file: file \"prices/ours.yaml\" cannot be read"));
  CHECK(holds(problems_of(main_file, with("a: [")), "prices/ours.yaml:"));
  CHECK(holds(problems_of(main_file, with("")), "prices/ours.yaml"));
  CHECK(holds(problems_of("version: 1\nprices: {}\n"), "prices.file: is missing"));
}

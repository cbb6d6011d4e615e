#include "config/price_table.hpp"

#include "config/yaml_tree.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;
using sallyport::tests::holds;
using sallyport::tests::lines_of;

namespace {

struct read_table {
  price_table table;
  std::string problems;
};

read_table read(const std::string& text) {
  report found;
  const auto world = tests::fake_world{}.around();
  const auto root = read_yaml(text, std::make_shared<const source>(source{"p.yaml", 0}), found);
  REQUIRE(root);
  read_table made;
  made.table = read_price_table(cursor(*root, found, world), "file");
  made.problems = lines_of(found.problems());
  return made;
}

}  // namespace

TEST_CASE("a table is read into rows in the order of their names, with its version behind its origin") {
  const auto made = read("version: v7\nprices: {groq: {b: {input: 1, output: 2}, a: {input: 3, output: 4}}}\n");
  CHECK(made.problems.empty());
  CHECK(made.table.version == "v7");
  REQUIRE(made.table.rows.size() == 2);
  CHECK(made.table.rows[0].model == "a");
  CHECK(made.table.rows[0].price.periods.at(0).version == "file:v7");
  CHECK(made.table.rows[0].price.periods[0].basis == price_basis::list);
}

TEST_CASE("a dated price keeps the table's version") {
  const auto made = read("version: v7\nprices: {groq: {a: [{input: 1, output: 2}, {from: 2026-01-01, input: 3, output: 4}]}}\n");
  CHECK(made.problems.empty());
  REQUIRE(made.table.rows.at(0).price.periods.size() == 2);
  CHECK(made.table.rows[0].price.periods[1].version == "file:v7");
}

TEST_CASE("a kind that is priced as another keeps the rows of its own") {
  const auto made = read(
      "version: v\nsame_as: {azure_openai: openai}\n"
      "prices: {openai: {a: {input: 1, output: 1}, b: {input: 2, output: 2}}, azure_openai: {b: {input: 9, output: 9}}}\n");
  CHECK(made.problems.empty());
  CHECK(made.table.rows.size() == 4);
  REQUIRE(made.table.find("azure_openai", "a"));
  CHECK(made.table.find("azure_openai", "a")->price.periods.at(0).tiers.at(0).per_million.input == 1 * nano_per_usd);
  REQUIRE(made.table.find("azure_openai", "b"));
  CHECK(made.table.find("azure_openai", "b")->price.periods.at(0).tiers.at(0).per_million.input == 9 * nano_per_usd);
  CHECK(!made.table.find("azure_openai", "c"));
}

TEST_CASE("a kind that does not exist is told from one that does") {
  const auto made =
      read("version: v\nsame_as: {azur: openai}\nprices: {opanai: {a: {input: 1, output: 1}}, gemini: {a: {input: 1, output: 1}}}\n");
  CHECK(holds(made.problems, "p.yaml:3:10: prices.opanai: \"opanai\" is no kind of provider; did you mean \"openai\"?"));
  CHECK(holds(made.problems, "same_as.azur: \"azur\" is no kind of provider"));
  CHECK(!holds(made.problems, "gemini"));   // one whose dialect comes later: its prices may be there already
}

TEST_CASE("every problem of a table is said with its place, and a row that has one is left out") {
  const auto made = read(
      "prices:\n  groq:\n    a: {input: 1}\n    'b c': {input: 1, output: 2}\n    c: [{input: 1, output: 2}, {input: 3, output: 4}]\n"
      "    d: 3\n  xai: 4\nother: 1\n");
  CHECK(holds(made.problems, "p.yaml:1:1: version: is missing"));
  CHECK(holds(made.problems, "p.yaml:3:5: prices.groq.a.output: is missing"));
  CHECK(holds(made.problems, "is not a fit name for a model"));
  CHECK(holds(made.problems, "prices.groq.c[1].from: is missing"));
  CHECK(holds(made.problems, "p.yaml:6:8: prices.groq.d: is one value; it must be a map"));
  CHECK(holds(made.problems, "prices.xai: is one value"));
  CHECK(holds(made.problems, "other: is not a known key"));
  CHECK(!made.table.find("groq", "c"));
  CHECK(holds(read("version: v\n").problems, "prices: is missing"));
}

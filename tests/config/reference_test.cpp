#include "config/reference.hpp"

#include "config/root_keys.hpp"
#include "fake_world.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;
using sallyport::tests::holds;

namespace {

/// Calls `see` with every row of the table and its path.
void each_row(const std::string& path, const std::vector<key_row>& rows, const std::function<void(const std::string&,
    const key_row&)>& see) {
  for (const auto& row : rows) {
    const std::string here = path + "/" + row.name;
    see(here, row);
    each_row(here, row.members, see);
  }
}

}  // namespace

TEST_CASE("docs/configuration.md is the page that the program makes") {
  const auto path = sallyport::tests::source_dir() / "docs" / "configuration.md";
  const bool is_same = tests::whole_file(path) == reference_page();
  CHECK_MESSAGE(is_same, "make it anew: sallyport schema --reference > docs/configuration.md");
}

TEST_CASE("every implemented key has a type and a sentence") {
  each_row("", rows_of(root_keys()), [](const std::string& path, const key_row& row) {
    if (!row.implemented) return;
    CHECK_MESSAGE(!row.word.empty(), path);
    CHECK_MESSAGE(row.sentence.size() > 5, path);
    CHECK_MESSAGE(row.sentence.ends_with('.'), path);
  });
}

TEST_CASE("every row of the table stands on the page") {
  const auto page = reference_page();
  each_row("", rows_of(root_keys()), [&](const std::string& path, const key_row& row) {
    CHECK_MESSAGE(holds(page, row.implemented ? "| `" + row.name + "` |" : row.name + "`\n"), path);
  });
}

TEST_CASE("the schema is draft-07, closed, and knows every implemented key and no other") {
  const auto schema = boost::json::parse(json_schema()).as_object();
  CHECK(schema.at("$schema") == "http://json-schema.org/draft-07/schema#");
  CHECK(schema.at("additionalProperties") == false);
  const auto& properties = schema.at("properties").as_object();
  for (const auto& one : root_keys()) CHECK_MESSAGE(properties.contains(one.row.name) == one.row.implemented, one.row.name);
  const auto& provider = properties.at("providers").as_object().at("additionalProperties").as_object();
  CHECK(provider.at("additionalProperties") == false);
  CHECK(provider.at("properties").as_object().contains("base_url"));
  CHECK(!provider.at("properties").as_object().contains("region"));
}

TEST_CASE("schema and page are the same each time") {
  CHECK(json_schema() == json_schema());
  CHECK(reference_page() == reference_page());
}

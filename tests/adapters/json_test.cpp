#include "adapters/json.hpp"

#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

namespace {

bool parses(std::string_view text) {
  json_document document;
  return document.parse(text);
}

}  // namespace

TEST_CASE("the parser says yes and no as the JSON test suite wants") {
  if (!tests::corpora()) return tests::say_skipped("no corpora: JSON test suite, parser");
  std::size_t yes = 0, no = 0;
  for (const auto& file : std::filesystem::directory_iterator(*tests::corpora() / "jsontestsuite" / "test_parsing")) {
    const std::string name = file.path().filename().string();
    CAPTURE(name);
    const bool accepted = parses(tests::whole_file(file.path()));
    yes += name.starts_with("y_");
    no += name.starts_with("n_");
    if (name.starts_with("y_")) CHECK(accepted);
    if (name.starts_with("n_")) CHECK_FALSE(accepted);
  }
  CHECK(yes == 95);
  CHECK(no == 188);
}

TEST_CASE("sixty-four levels are read and sixty-five are refused") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  CHECK(parses(nested(json_depth_max)));
  CHECK_FALSE(parses(nested(json_depth_max + 1)));

  json_document grown;
  CHECK(grown.parse("\"" + std::string(100'000, 'x') + "\""));
  CHECK_FALSE(grown.parse(nested(json_depth_max + 1)));
  CHECK(grown.problem() == "it is nested more than 64 levels deep");
}

TEST_CASE("a value that is not there is missing, and so is all that is asked of it") {
  json_document document;
  CHECK(document.root().is(json_kind::missing));
  REQUIRE(document.parse(R"({"a":{"b":null},"n":3,"f":1.0,"s":"x","l":[1,2]})"));
  const json_value root = document.root();
  CHECK(root["a"]["b"].is(json_kind::null));
  CHECK_FALSE(root["a"]["b"].is_given());
  CHECK(root["a"]["c"]["d"].is(json_kind::missing));
  CHECK(root["s"]["x"].is(json_kind::missing));
  CHECK(root["n"].integer() == 3);
  CHECK_FALSE(root["f"].integer());
  CHECK(root["f"].number() == 1.0);
  CHECK_FALSE(root["s"].integer());
  CHECK(root["l"].size() == 2);
  CHECK(root["l"].first_item().integer() == 1);
  CHECK(root["a"]["b"].first_item().is(json_kind::missing));
  CHECK(root.written() == R"({"a":{"b":null},"n":3,"f":1.0,"s":"x","l":[1,2]})");
}

TEST_CASE("a document that failed has no root") {
  json_document document;
  REQUIRE(document.parse("{}"));
  CHECK_FALSE(document.parse("{"));
  CHECK(document.root().is(json_kind::missing));
  CHECK_FALSE(document.problem().empty());
}

#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

config::loaded load_with(const std::string& include, std::map<std::string, std::string> files, const std::string& more = {}) {
  const fake_world world{{}, std::move(files)};
  return config::load(least + "models: {chat: {try: [house/x]}}\ninclude: " + include + "\n" + more, "conf/s.yaml", world.around());
}

std::string hash(char digit) { return std::string(64, digit); }
std::string team(const std::string& name, char digit) {
  return "teams:\n  " + name + ": {keys: [{name: k, sha256: " + hash(digit) + "}], models: [chat]}\n";
}

}  // namespace

TEST_CASE("included files are joined by noun") {
  const auto made = load_with("[teams/*.yaml, more.yaml]", {{"conf/teams/a.yaml", team("a", '1')}, {"conf/teams/b.yaml", "version: 1\n" +
      team("b", '2')},
                                                            {"conf/more.yaml", "providers: {second: {kind: ollama}}\nmodels: {m: {try: "
                                                                "[second/y]}}\n"}});
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->teams.size() == 2);
  CHECK(made.value->providers.size() == 2);
  CHECK(made.value->models.size() == 2);
  CHECK(made.warnings.empty());
}

TEST_CASE("a name that two files define is a problem with both places") {
  const auto made = load_with("[a.yaml, b.yaml]", {{"conf/a.yaml", team("t", '1')}, {"conf/b.yaml", team("t", '2')}});
  CHECK(lines_of(made.problems) == "conf/b.yaml:2:3: teams: \"t\" is defined twice, first at conf/a.yaml:2:3; remove one of the two\n");
}

TEST_CASE("problems in an included file name that file") {
  const auto made = load_with("[a.yaml]", {{"conf/a.yaml",
      "teams:\n  t: {keys: [{name: k, sha256: zz}], modles: [chat]}\nlisten: {}\nnonsense: 1\nversion: 2\n"}});
  const auto said = lines_of(made.problems);
  CHECK(holds(said, "conf/a.yaml:2:32: teams.t.keys[0].sha256: "));
  CHECK(holds(said, "conf/a.yaml:2:38: teams.t.modles: is not a known key; did you mean \"models\"?"));
  CHECK(holds(said, "conf/a.yaml:3:1: listen: stands in an included file; move it to the main file"));
  CHECK(holds(said, "conf/a.yaml:4:1: nonsense: is not a known key"));
  CHECK(holds(said, "conf/a.yaml:5:10: version: version 2"));
}

TEST_CASE("a pattern that matches nothing is a warning, a missing file a problem") {
  const auto none = load_with("[teams/*.yaml]", {});
  REQUIRE(none.value);
  CHECK(holds(lines_of(none.warnings), "include[0]: no file matches \"conf/teams/*.yaml\""));
  CHECK(holds(lines_of(load_with("[gone.yaml]", {}).problems), "\"conf/gone.yaml\" does not exist"));
}

TEST_CASE("a loop of includes is refused, a file named twice is read once") {
  CHECK(holds(lines_of(load_with("[a.yaml]", {{"conf/a.yaml", "include: [a.yaml]\n"}}).problems), "a loop"));
  CHECK(holds(lines_of(load_with("[a.yaml]", {{"conf/a.yaml", "include: [b.yaml]\n"}, {"conf/b.yaml", "include: [./a.yaml]\n"},
      {"conf/./a.yaml", ""}}).problems),
              "conf/b.yaml:1:11: include[0]: includes \"conf/./a.yaml\", which is being read already: a loop"));
  CHECK(holds(lines_of(load_with("[s.yaml]", {{"conf/s.yaml", "version: 1\n"}}).problems), "a loop"));
  CHECK(load_with("[a.yaml, '*.yaml']", {{"conf/a.yaml", team("a", '1')}}).value);
}

TEST_CASE("includes nest eight deep, each relative to its own folder") {
  std::map<std::string, std::string> files;
  std::string folder = "conf/";
  for (int i = 1; i <= 9; ++i) {
    const std::string name = folder + "d/n.yaml";
    files[name] = "include: [d/n.yaml]\n";
    folder += "d/";
  }
  CHECK(holds(lines_of(load_with("[d/n.yaml]", files).problems), "nested more than 8 deep"));
  files["conf/d/d/d/d/d/d/d/d/n.yaml"] = team("deep", '1');
  const auto made = load_with("[d/n.yaml]", files);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->teams.contains("deep"));
}

TEST_CASE("an include is a list of texts") {
  CHECK(holds(lines_of(load_with("a.yaml", {}).problems), "include: is one value; it must be a list"));
  CHECK(holds(lines_of(load_with("[]", {}).problems), "include: is empty"));
  CHECK(holds(lines_of(load_with("[{a: b}]", {}).problems), "include[0]: is a map"));
}

TEST_CASE("an included file that is empty adds nothing, one that is no map is refused") {
  CHECK(load_with("[a.yaml]", {{"conf/a.yaml", "# nothing yet\n"}}).value);
  CHECK(load_with("[a.yaml]", {{"conf/a.yaml", "teams:\n"}}).value);
  CHECK(holds(lines_of(load_with("[a.yaml]", {{"conf/a.yaml", "- a\n"}}).problems), "conf/a.yaml:1:1: is a list"));
  CHECK(holds(lines_of(load_with("[a.yaml]", {{"conf/a.yaml", "a: [\n"}}).problems), "conf/a.yaml:"));
}

#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

// sha256 of "test"
const std::string hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const fake_world world{{{"KEY", "test"}, {"BROKEN", "test\n\n"}}, {}};
const std::string before = least + "models: {chat: {try: [house/x]}}\n";

std::string said(const std::string& teams) { return problems_of(before + "teams: {" + teams + "}\n", world); }
std::string said_of_key(const std::string& key) { return said("t: {keys: [{" + key + "}]}"); }

}  // namespace

TEST_CASE("a key is its hash, given or computed") {
  const auto made = load(before + "teams: {a: {keys: [{name: k, sha256: " + hash + "}]}, b: {keys: [{name: k, sha256: " + std::string(64,
      '0') + "}], models: [chat]}}\n", world);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.warnings.empty());
  CHECK(made.value->teams.at("a")->keys[0].sha256[0] == 0x9f);
  CHECK(made.value->teams.at("a")->models.empty());
  CHECK(made.value->teams.at("b")->models == std::vector<std::string>{"chat"});

  const auto computed = load(before + "teams: {a: {keys: [{name: k, value: \"${env:KEY}\"}]}}\n", world);
  REQUIRE(computed.value);
  CHECK(computed.value->teams.at("a")->keys[0].sha256 == made.value->teams.at("a")->keys[0].sha256);
}

TEST_CASE("the same key twice is a problem, however it is written") {
  const auto text = said("a: {keys: [{name: k, sha256: " + hash + "}]}, b: {keys: [{name: k, value: \"${env:KEY}\"}]}");
  CHECK_MESSAGE(holds(text, "teams.b.keys[0]: is the same key as the one at s.yaml:4:"), text);
}

TEST_CASE("a key has a name, and either hash or value") {
  CHECK(holds(said_of_key("sha256: " + hash), "keys[0].name: is missing"));
  CHECK(holds(said_of_key("name: k"), "has neither sha256 nor value"));
  CHECK(holds(said_of_key("name: k, sha256: " + hash + ", value: \"${env:KEY}\""), "has both sha256 and value"));
  CHECK(holds(said_of_key("name: 'a b', sha256: " + hash), "is not a fit name"));
  CHECK(holds(said("t: {keys: [{name: k, sha256: " + hash + "}, {name: k, sha256: " + std::string(64, '1') + "}]}"),
      "another key of this team has the name \"k\""));
}

TEST_CASE("a key may expire, and be for some models and networks only") {
  const auto made = load(before + "teams: {a: {keys: [{name: k, sha256: " + hash + ", expires: 2027-01-31, models: [chat], networks: [10.0.0.0/8]}]}}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& key = made.value->teams.at("a")->keys[0];
  CHECK(key.expires == std::chrono::sys_days{std::chrono::year{2027} / 1 / 31});
  CHECK(key.models == std::vector<std::string>{"chat"});
  REQUIRE(key.networks.size() == 1);
  CHECK(key.networks[0].text == "10.0.0.0/8");
  CHECK(holds(said_of_key("name: k, sha256: " + hash + ", expires: tomorrow"), "is not a day; write it as 2026-01-31"));
  CHECK(holds(said_of_key("name: k, sha256: " + hash + ", models: [chta]"), "teams.t.keys[0].models[0]: model \"chta\" is not defined"));
  CHECK(holds(said_of_key("name: k, sha256: " + hash + ", networks: [all]"), "teams.t.keys[0].networks[0]: "));
  const std::string two = least + "models: {chat: {try: [house/x]}, embed: {try: [house/y]}}\n";
  CHECK(holds(problems_of(two + "teams: {t: {models: [chat], keys: [{name: k, sha256: " + hash + ", models: [embed]}]}}\n"),
              "teams.t.keys[0].models[0]: \"embed\" is none of the team's models"));
}

TEST_CASE("a key that was pasted in the wrong place is not repeated") {
  for (const char* key : {"name: k, sha256: sp-hunter2", "name: k, value: sp-hunter2", "name: k, value: \"sp-hunter2\""}) {
    const auto text = said_of_key(key);
    CHECK(!text.empty());
    CHECK_MESSAGE(!holds(text, "hunter2"), text);
  }
  CHECK(!holds(said("t: {keys: [sp-hunter2]}"), "hunter2"));
  CHECK(holds(said_of_key("name: k, value: \"${env:BROKEN}\""), "control character"));
}

TEST_CASE("a team may ask for models that exist") {
  CHECK(holds(said("t: {keys: [{name: k, sha256: " + hash + "}], models: [caht]}"),
      "model \"caht\" is not defined; did you mean \"chat\"?"));
  CHECK(holds(said("t: {keys: [{name: k, sha256: " + hash + "}], models: []}"), "teams.t.models: is empty"));
  const std::string open = least + "teams: {t: {keys: [{name: k, sha256: " + hash + "}], models: [";
  CHECK(problems_of(open + "house/anything]}}\n").empty());
  CHECK(holds(problems_of(open + "hose/anything]}}\n"), "is not a PROVIDER/MODEL of a defined provider; did you mean \"house\"?"));
}

TEST_CASE("a team without keys is a warning, and an empty list of keys a problem") {
  const auto made = load(before + "teams: {t: {models: [chat]}}\n");
  REQUIRE(made.value);
  REQUIRE(made.warnings.size() == 1);
  CHECK(holds(made.warnings[0].sentence, "has no keys"));
  CHECK(holds(said("t: {keys: []}"), "teams.t.keys: is empty"));
}

TEST_CASE("floors of teams, keys and rules are data classes") {
  const auto made = load(before + "teams: {t: {data_class: internal, keys: [{name: k, sha256: " + hash +
                         ", data_class: confidential}], rules: [{when: stream, try: [house/x], data_class: restricted}]}}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& team = *made.value->teams.at("t");
  CHECK(team.floor == data_class::internal);
  CHECK(team.keys.front().floor == data_class::confidential);
  CHECK(team.rules.front().floor == data_class::restricted);
  CHECK(holds(said("t: {data_class: secret}"), "is not known here; known are: public, internal, confidential, restricted"));
}

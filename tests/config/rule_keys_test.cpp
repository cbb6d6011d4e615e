#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string before = least + "models: {chat: {try: [house/x]}, code: {try: [house/y]}}\n";

config::loaded loaded(const std::string& of_team) { return load(before + "teams: {t: {" + of_team + "}}\n"); }
std::string said(const std::string& of_team) { return problems_of(before + "teams: {t: {" + of_team + "}}\n"); }

}  // namespace

TEST_CASE("rules are read in order, with their conditions and what serves") {
  const auto made = loaded(R"(timezone: Europe/Paris, rules: [{name: long, when: 'prompt_tokens > 8k', try: [house/x, house/z]}, {try: [house/y]}])");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& team = *made.value->teams.at("t");
  CHECK(team.zone.name() == "Europe/Paris");
  REQUIRE(team.rules.size() == 2);
  CHECK(team.rules[0].name == "long");
  CHECK(team.rules[0].when->text() == "prompt_tokens > 8000");
  CHECK(team.rules[0].try_in_order.size() == 2);
  CHECK(team.rules[1].name == "rules[1]");
  CHECK_FALSE(team.rules[1].when);
  CHECK(made.value->deployments.contains("house/z"));
}

TEST_CASE("a rule that cannot be meant is a problem with its place") {
  CHECK(holds(said("rules: [{when: stream}]"), "teams.t.rules[0].try: is missing"));
  CHECK(holds(said("rules: []"), "teams.t.rules: is empty"));
  CHECK(holds(said("rules: [{when: 'prompt_token > 8000', try: [house/x]}]"), "teams.t.rules[0].when: at character 1: "));
  CHECK(holds(said("rules: [{when: 'prompt_token > 8000', try: [house/x]}]"), "did you mean \"prompt_tokens\"?"));
  CHECK(holds(said(R"(rules: [{when: 'model == "caht"', try: [house/x]}])"), "teams.t.rules[0].when: at character 10: "));
  CHECK(holds(said("rules: [{when: stream, try: [hose/x]}]"), "teams.t.rules[0].try[0]: provider \"hose\" is not defined"));
  CHECK(holds(said("rules: [{when: stream, try: [house/x, house/x]}]"), "stands twice in this list"));
  CHECK(holds(said(R"(rules: [{when: 'data_class == "internal"', try: [house/x]}])"), "teams.t.rules[0].when: at character "));
}

TEST_CASE("a rule that no call can reach is a problem") {
  CHECK(holds(said("rules: [{try: [house/x]}, {when: stream, try: [house/y]}]"),
              "teams.t.rules[1]: is never reached: rules[0] before it has no condition and takes every call"));
  CHECK(holds(said("rules: [{name: tools, when: has_tools, try: [house/x]}, {when: 'has_tools && stream', try: [house/y]}]"),
              "teams.t.rules[1]: is never reached: every call that it is for meets tools before it"));
}

TEST_CASE("each team may bring its rules in a file of its own") {
  const fake_world world{{}, {{"teams/a.yaml", "teams: {a: {rules: [{when: stream, try: [house/x]}]}}\n"},
                              {"teams/b.yaml", "teams: {b: {rules: [{when: has_tools, try: [house/y]}]}}\n"}}};
  const auto made = load("include: [teams/*.yaml]\n" + before, world);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->teams.at("a")->rules[0].when->text() == "stream");
  CHECK(made.value->teams.at("b")->rules[0].when->text() == "has_tools");
}

TEST_CASE("two rules of a team have two names, and a condition may go over several lines") {
  CHECK(holds(said("rules: [{name: a, when: stream, try: [house/x]}, {name: a, when: has_tools, try: [house/y]}]"),
              "teams.t.rules[1].name: another rule of this team has the name \"a\""));
  const auto made = load(before + "teams:\n  t:\n    rules:\n      - when: >\n          stream\n          && has_tools\n        try: [house/x]\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->teams.at("t")->rules[0].when->text() == "stream && has_tools");
}

TEST_CASE("a rule has an affinity of its own") {
  const auto made = loaded("rules: [{when: stream, try: [{least_busy: [house/x, house/y]}], affinity: prompt}, "
                           "{try: [{least_busy: [house/x, house/y]}]}]");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->teams.at("t")->rules[0].affinity == config::affinity::prompt);
  CHECK(made.value->teams.at("t")->rules[1].affinity == config::affinity::none);
  CHECK(holds(said("rules: [{try: [house/x, house/y], affinity: session}]"), "teams.t.rules[0].affinity: has nothing to decide"));
}

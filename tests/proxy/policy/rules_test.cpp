#include "proxy/policy/rules.hpp"

#include "config/condition_parser.hpp"
#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::policy;
using namespace std::chrono_literals;

namespace {

const wall_time thursday_morning = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + 8h + 30min;

config::team_rule rule(const std::string& name, const std::string& when, const std::string& to) {
  config::team_rule made{.name = name, .when = {}, .try_in_order = {tests::make_deployment(to)}};
  if (!when.empty()) made.when = config::compile(when, config::names_in_rules("search", {"chat"})).value;
  REQUIRE(made.when.has_value() == !when.empty());
  return made;
}

config::team team_with(std::vector<config::team_rule> rules) {
  config::team team;
  team.name = "search";
  team.rules = std::move(rules);
  return team;
}

std::string met(const config::team& team, const facts& of) {
  const auto* found = rule_for(team, condition_facts_of(of, team.zone, thursday_morning));
  return found ? found->name : "none";
}

}  // namespace

TEST_CASE("the first rule that a call meets decides, and a call that meets none keeps its model's own order") {
  const auto team = team_with({rule("long", "prompt_tokens > 8000", "a"), rule("tools", "has_tools", "b")});
  CHECK(met(team, {.team = "search", .model = "chat", .prompt_tokens = 9'000, .has_tools = true}) == "long");
  CHECK(met(team, {.team = "search", .model = "chat", .prompt_tokens = 10, .has_tools = true}) == "tools");
  CHECK(met(team, {.team = "search", .model = "chat", .prompt_tokens = 10}) == "none");
}

TEST_CASE("hour and weekday are those of the team's own zone") {
  auto team = team_with({rule("morning", "hour == 9 && weekday == \"thu\"", "a")});
  CHECK(met(team, {}) == "none");
  team.zone = *config::time_zone::named("Europe/Paris");
  CHECK(met(team, {}) == "morning");
}

TEST_CASE("tags, the key and what is left of the budget can be asked for") {
  const auto team = team_with({rule("poor", "budget_left < 1.50", "a"), rule("atlas", "tags.project == \"atlas\" && key == \"ci\"", "b")});
  CHECK(met(team, {.budget_left = nano_per_usd}) == "poor");
  CHECK(met(team, {.key = "ci", .tags = "env=test,project=atlas"}) == "atlas");
  CHECK(met(team, {.key = "ci", .tags = "env=test"}) == "none");
}

TEST_CASE("each rule's verdict says which comparison decided, and rules behind the met one were not asked") {
  const auto team = team_with({rule("long", "prompt_tokens > 8000", "a"), rule("stream", "stream", "b"), rule("rest", "", "c")});
  const facts of{.model = "chat", .prompt_tokens = 12, .stream = true};
  const auto all = verdicts(team, condition_facts_of(of, team.zone, thursday_morning));
  REQUIRE(all.size() == 3);
  CHECK(all[0].is == rule_verdict::state::not_met);
  REQUIRE(all[0].why.size() == 1);
  CHECK(all[0].why[0].text == "prompt_tokens > 8000");
  CHECK(all[0].why[0].saw == "prompt_tokens is 12");
  CHECK(all[1].is == rule_verdict::state::met);
  CHECK(all[2].is == rule_verdict::state::not_asked);
}

TEST_CASE("the reasons of a plan by a rule name the rule") {
  const auto team = team_with({rule("long", "", "a")});
  const auto made = make_plan_by_rule(team, team.rules[0], clearance({}, {}, {}).clear(team.rules[0].try_in_order));
  REQUIRE(made.candidates().size() == 1);
  CHECK(made.candidates()[0].reason == "place 1 in try of rule long of team search");
}

TEST_CASE("what has no price is left out for a team that wants every cost known, with the reason") {
  config::team team;
  team.name = "search";
  auto priced = std::make_shared<config::deployment>(*tests::make_deployment("priced"));
  priced->price = config::price_card{};
  const std::vector<std::shared_ptr<const config::deployment>> both{tests::make_deployment("unknown"), priced};
  auto eligible = clearance({}, {}, {}).clear(both);
  leave_out_unpriced(team, eligible);
  REQUIRE(eligible.members.size() == 1);
  CHECK(eligible.members[0].deployment().name == "priced");
  REQUIRE(eligible.excluded.size() == 1);
  CHECK(eligible.excluded[0].reason.find("budget of team search") != std::string::npos);
}

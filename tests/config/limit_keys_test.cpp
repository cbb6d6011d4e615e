#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string before = least + "deployments: {cheap: {provider: house, model: x}}\nmodels: {chat: {try: [house/x]}}\n";

config::loaded loaded(const std::string& of_team) { return load(before + "teams: {t: {" + of_team + "}}\n"); }
std::string said(const std::string& of_team) { return problems_of(before + "teams: {t: {" + of_team + "}}\n"); }

}  // namespace

TEST_CASE("limits are read with their units") {
  const auto made = loaded("limits: {requests: 600/min, tokens: 400k/min, concurrency: 32}");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& limits = made.value->teams.at("t")->limits;
  CHECK(limits.requests->amount == 600);
  CHECK(limits.requests->per == std::chrono::seconds(60));
  CHECK(limits.requests->text == "600/min");
  CHECK(limits.tokens->amount == 400'000);
  CHECK(limits.concurrency == 32);
  CHECK_FALSE(limits.shadow);
  for (const auto& [text, seconds] : {std::pair{"10/s", 1}, {"5k/hour", 3'600}, {"50M/day", 86'400}})
    CHECK(loaded(std::string("limits: {tokens: ") + text + "}").value->teams.at("t")->limits.tokens->per.count() == seconds);
}

TEST_CASE("a limit that is no rate is refused with the form that is one") {
  for (const char* wrong : {"600", "600/minute", "/min", "600/", "x/min", "1.5/s", "\"600 /min\""})
    CHECK_MESSAGE(holds(said(std::string("limits: {requests: ") + wrong + "}"), "rate; write it as 600/min"), wrong);
  CHECK(holds(said("limits: {requests: 0/min}"), "lets nothing through"));
  CHECK(holds(said("limits: {requests: 010/min}"), "begins with a zero"));
  CHECK(holds(said("limits: {requests: 9999999999999/s}"), "too large"));
  CHECK(holds(said("limits: {concurrency: 0}"), "too small"));
  CHECK(holds(said("limits: {request: 1/s}"), "requests"));
}

TEST_CASE("a budget has an amount, a window, and what happens when it is spent") {
  const auto made = loaded("budget: {usd: 200, per: week, timezone: Europe/Paris, warn_at: [50%, 80%], at_limit: {route_to: cheap}}");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& budget = *made.value->teams.at("t")->money;
  CHECK(budget.limit == 200 * nano_per_usd);
  CHECK(budget.per == config::budget_period::week);
  CHECK(budget.zone.name() == "Europe/Paris");
  CHECK(budget.warn_at == std::vector{50, 80});
  REQUIRE(budget.route_to);
  CHECK(budget.route_to->name == "cheap");
}

TEST_CASE("a budget of an amount alone is one of the month in UTC that denies") {
  const auto made = loaded("budget: {usd: 0.5}");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& budget = *made.value->teams.at("t")->money;
  CHECK(budget.limit == nano_per_usd / 2);
  CHECK(budget.per == config::budget_period::month);
  CHECK(budget.zone.name() == "UTC");
  CHECK_FALSE(budget.route_to);
  CHECK_FALSE(budget.refuse_unknown_price);
}

TEST_CASE("a budget that cannot be meant is a problem with its place") {
  CHECK(holds(said("budget: {per: day}"), "teams.t.budget.usd: is missing"));
  CHECK(holds(said("budget: {usd: 0}"), "nothing could ever be spent"));
  CHECK(holds(said("budget: {usd: 1, per: year}"), "teams.t.budget.per: \"year\" is not known here"));
  CHECK(holds(said("budget: {usd: 1, timezone: Europe/Pariss}"), "did you mean \"Europe/Paris\"?"));
  CHECK(holds(said("budget: {usd: 1, warn_at: [80%, 50%]}"), "teams.t.budget.warn_at: does not rise"));
  CHECK(holds(said("budget: {usd: 1, warn_at: [80]}"), "is not a share; write it as 80%"));
  CHECK(holds(said("budget: {usd: 1, at_limit: allow}"), "teams.t.budget.at_limit: \"allow\" is not known here"));
  CHECK(holds(said("budget: {usd: 1, at_limit: {route_to: chaep}}"), "deployment \"chaep\" is not defined; did you mean \"cheap\"?"));
  CHECK(holds(said("budget: {usd: 1, at_limit: {}}"), "teams.t.budget.at_limit.route_to: is missing"));
  CHECK(holds(said("budget: {usd: 1, at_limit: {to: cheap}}"), "teams.t.budget.at_limit.to: "));
}

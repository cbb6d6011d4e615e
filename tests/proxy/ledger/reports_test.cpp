/// The reports over rows of attempts: groups, sums and what they rest on.

#include "proxy/ledger/availability_report.hpp"
#include "proxy/ledger/cost_report.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace std::chrono_literals;

namespace {

const wall_time midnight = std::chrono::sys_days{std::chrono::year{2026} / 11 / 25};

std::vector<report_column> by(std::string_view text) {
  auto columns = report_columns(text);
  REQUIRE(columns.has_value());
  return *columns;
}

stored_row row(std::uint64_t request, int number, const std::string& deployment, attempt_outcome outcome) {
  stored_row made;
  made.attempt_id = request * 10 + static_cast<std::uint64_t>(number);
  made.request_id[15] = static_cast<std::uint8_t>(request);
  made.request_id[14] = static_cast<std::uint8_t>(request >> 8);
  made.attempt_number = number;
  made.sent_at = midnight + std::chrono::seconds(request);
  made.team = "search";
  made.key = "prod";
  made.model = "chat";
  made.deployment = deployment;
  made.runs_as = deployment == "house" ? deployment_class::in_house : deployment_class::managed;
  made.outcome = outcome;
  return made;
}

stored_row last(stored_row of, const std::string& outcome, const std::string& tags = {}) {
  of.last.emplace();
  of.last->outcome = outcome;
  of.last->tags = tags;
  return of;
}

}  // namespace

TEST_CASE("a report is made by words that there are") {
  CHECK(by("class,day").size() == 2);
  CHECK(by("tag:project")[0].tag == "project");
  CHECK(by("tag:project")[0].title() == "tag:project");
  for (const char* wrong : {"", "tems", "team,", "tag:", ",day"}) {
    const auto refused = report_columns(wrong);
    REQUIRE(refused.has_error());
    const failure why = refused.error();
    CHECK(why.sentence.find("team, key, model") != std::string::npos);
  }
}

TEST_CASE("rows that come mixed are put together into their requests, and those without an end come last") {
  std::vector<std::size_t> sizes;
  request_assembler assembler([&](const request_rows& rows) { sizes.push_back(rows.size()); });
  assembler.take(row(1, 1, "house", attempt_outcome::failed));
  assembler.take(row(2, 1, "house", attempt_outcome::failed));
  assembler.take(last(row(3, 1, "house", attempt_outcome::answered), "ok"));
  assembler.take(last(row(1, 2, "cloud", attempt_outcome::answered), "ok"));
  CHECK(sizes == std::vector<std::size_t>{1, 2});
  assembler.end();
  CHECK(sizes == std::vector<std::size_t>{1, 2, 1});
}

TEST_CASE("a request that was denied is in no report") {
  int seen = 0;
  request_assembler assembler([&](const request_rows&) { ++seen; });
  assembler.take(last(row(1, 0, "", attempt_outcome::denied), "refused"));
  assembler.end();
  CHECK(seen == 0);
}

TEST_CASE("an attempt's money counts under the tags of its request, and what has no tag under (none)") {
  cost_report report(by("tag:project"));
  auto broken = row(1, 1, "cloud", attempt_outcome::broken);
  broken.cost = 5;
  auto served = last(row(1, 2, "cloud", attempt_outcome::answered), "ok", "env=prod,project=apollo");
  served.cost = 7;
  report.take({broken, served});
  auto plain = last(row(2, 1, "cloud", attempt_outcome::answered), "ok", "env=prod");
  plain.cost = 1;
  report.take({plain});
  CHECK(report.lines().at({"apollo"}).cost == 12);
  CHECK(report.lines().at({"apollo"}).requests == 1);
  CHECK(report.lines().at({"(none)"}).cost == 1);
}

TEST_CASE("idle money stands at its deployment, and beside the teams, who did not use it") {
  cost_report by_deployment(by("deployment"));
  by_deployment.take_idle("house", "2026-11-25", 40);
  CHECK(by_deployment.lines().at({"house"}).by_basis.at("gpu_idle") == 40);
  cost_report by_team(by("team,day"));
  by_team.take_idle("house", "2026-11-25", 40);
  CHECK(by_team.lines().at({"(idle)", "2026-11-25"}).cost == 40);
}

TEST_CASE("availability tells what clients got, and what they would have got without failover") {
  availability_report report(by("model"));
  report.take({last(row(1, 1, "house", attempt_outcome::answered), "ok")});
  report.take({row(2, 1, "house", attempt_outcome::failed), last(row(2, 2, "cloud", attempt_outcome::answered), "ok")});
  report.take({row(3, 1, "house", attempt_outcome::failed), last(row(3, 2, "cloud", attempt_outcome::failed), "upstream_error")});
  report.take({last(row(4, 1, "house", attempt_outcome::failed), "client_error")});
  report.take({last(row(5, 1, "house", attempt_outcome::abandoned), "client_gone")});
  report.take({row(6, 1, "house", attempt_outcome::failed)});
  const auto& line = report.lines().at({"chat"});
  CHECK(line.requests == 3);
  CHECK(line.served == 2);
  CHECK(line.first_served == 1);
  CHECK(line.rescued() == 1);
  CHECK(line.attempts == 8);
  CHECK(line.failed_attempts == 5);
  CHECK(line.unfinished == 1);
}

TEST_CASE("percentiles are values that occurred, by nearest rank") {
  CHECK(percentile({}, 0.5) == std::nullopt);
  CHECK(percentile({7}, 0.95) == 7);
  CHECK(percentile({1, 2, 3, 4}, 0.5) == 2);
  CHECK(percentile({4, 3, 2, 1}, 0.95) == 4);
}

TEST_CASE("a day of traffic adds up to the same as an independent sum, by every word") {
  std::mt19937_64 dice(26);
  const auto below = [&](std::uint64_t bound) { return dice() % bound; };
  for (const char* words : {"team", "key", "model", "deployment", "class", "day", "tag:env", "class,day", "team,model,class"}) {
    CAPTURE(words);
    cost_report report(by(words));
    request_assembler assembler([&](const request_rows& rows) { report.take(rows); });
    nano_usd cost = 0;
    std::int64_t tokens = 0, attempts = 0, estimated = 0, unpriced = 0;
    for (std::uint64_t request = 1; request <= 2'000; ++request) {
      const int sends = 1 + static_cast<int>(below(3));
      for (int number = 1; number <= sends; ++number) {
        auto one = row(request, number, below(2) ? "house" : "cloud", attempt_outcome::answered);
        one.team = below(2) ? "search" : "agents";
        one.key = below(2) ? "prod" : "test";
        one.model = below(2) ? "chat" : "code";
        one.sent_at = midnight + std::chrono::minutes(below(48 * 60));
        one.tokens = {.input = static_cast<std::int64_t>(below(1'000)) + 1, .output = static_cast<std::int64_t>(below(500)),
                      .basis = below(5) ? usage_basis::reported : usage_basis::estimated};
        if (below(10)) one.cost = static_cast<nano_usd>(below(1'000'000));
        ++attempts;
        tokens += one.tokens.input + one.tokens.output;
        cost += one.cost.value_or(0);
        estimated += one.tokens.basis == usage_basis::estimated;
        unpriced += !one.cost;
        assembler.take(number == sends ? last(one, "ok", below(2) ? "env=prod" : "") : one);
      }
    }
    assembler.end();
    const auto all = report.sum();
    CHECK(all.requests == 2'000);
    CHECK(all.attempts == attempts);
    CHECK(all.all_tokens() == tokens);
    CHECK(all.cost == cost);
    CHECK(all.estimated == estimated);
    CHECK(all.unpriced == unpriced);
    CHECK(report.lines().size() >= 2);
  }
}

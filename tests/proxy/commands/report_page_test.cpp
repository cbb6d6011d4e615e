#include "proxy/commands/report_page.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace sallyport;
using namespace sallyport::commands;
namespace json = boost::json;

namespace {

ledger::cost_report two_classes() {
  ledger::cost_report report(*ledger::report_columns("day,class"));
  for (int i = 0; i < 4; ++i) {
    ledger::stored_row row;
    row.request_id[0] = static_cast<std::uint8_t>(i);
    row.sent_at = std::chrono::sys_days{std::chrono::year{2026} / 11 / 25};
    row.team = "=cmd()";
    row.runs_as = i ? deployment_class::managed : deployment_class::in_house;
    row.tokens = {.input = 100, .output = 20, .basis = i == 3 ? usage_basis::estimated : usage_basis::reported};
    row.basis = config::price_basis::list;
    if (i != 2) row.cost = 1'500'000;
    row.last.emplace();
    row.last->outcome = "ok";
    report.take({row});
  }
  return report;
}

const report_span span{"2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z"};

std::string written(const ledger::cost_report& report, sheet_format format) {
  std::ostringstream out;
  write_costs(report, span, format, out);
  return out.str();
}

}  // namespace

TEST_CASE("people get a table with shares, and under it what the figures rest on") {
  const auto text = written(two_classes(), sheet_format::table);
  CHECK(text.find("2026-11-25  in_house         1         1        100          20    0.0015       0.2500     0.2500    0.3333     0.0000") !=
        std::string::npos);
  CHECK(text.find("In all 4 requests in 4 attempts, 0.0045 USD. Tokens from 4 rows, of which a share of 0.2500 is estimated.") !=
        std::string::npos);
  CHECK(text.find("1 rows used tokens whose price is unknown") != std::string::npos);
}

TEST_CASE("programs get every figure as JSON, exact to the nano-dollar") {
  const auto read = json::parse(written(two_classes(), sheet_format::json)).as_object();
  CHECK(read.at("report") == "costs");
  const auto& lines = read.at("lines").as_array();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].at("class") == "managed");
  CHECK(lines[1].at("requests") == 3);
  CHECK(lines[1].at("rows_unpriced") == 1);
  CHECK(written(two_classes(), sheet_format::json).find("\"cost_usd\":0.0015,") != std::string::npos);
}

TEST_CASE("a spreadsheet gets CSV, and no formula") {
  sheet made{{{"team", false}, {"requests", true}}, {{"=cmd()", "3"}, {"a,\"b\"", ""}}};
  std::ostringstream out;
  write_csv(made, out);
  CHECK(out.str() == "team,requests\r\n'=cmd(),3\r\n\"a,\"\"b\"\"\",\r\n");
}

TEST_CASE("an empty report says so in every format") {
  const ledger::cost_report nothing(*ledger::report_columns("team"));
  CHECK(written(nothing, sheet_format::table).find("In all 0 requests in 0 attempts, 0 USD. Tokens from 0 rows.") != std::string::npos);
  CHECK(json::parse(written(nothing, sheet_format::json)).at("lines").as_array().empty());
}

#include "proxy/commands/report_page.hpp"

#include "proxy/observe/usd_text.hpp"

#include <algorithm>
#include <cstdio>

namespace sallyport::commands {
namespace {

std::string text_of(std::int64_t number) { return std::to_string(number); }

/// 0.1234, or nothing of nothing.
std::string share_text(double part, double whole) {
  if (whole <= 0) return {};
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", part / whole);
  return text;
}
std::string share_text(std::int64_t part, std::int64_t whole) { return share_text(static_cast<double>(part), static_cast<double>(whole)); }

std::vector<sheet_column> columns_of(const std::vector<ledger::report_column>& by, std::initializer_list<const char*> numbers) {
  std::vector<sheet_column> columns;
  for (const auto& one : by) columns.push_back({one.title(), false});
  for (const char* title : numbers) columns.push_back({title, true});
  return columns;
}

nano_usd basis_of(const ledger::cost_line& line, const char* name) {
  const auto at = line.by_basis.find(name);
  return at == line.by_basis.end() ? 0 : at->second;
}

sheet costs_sheet(const ledger::cost_report& report) {
  sheet made;
  made.columns = columns_of(report.columns(),
                            {"requests", "attempts", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
                             "cost_usd", "list_usd", "contract_usd", "gpu_used_usd", "gpu_idle_usd", "share_of_requests", "share_of_tokens",
                             "share_of_money", "rows_with_tokens", "share_estimated", "rows_unpriced"});
  for (const auto& [group, line] : report.lines()) {
    const auto beside = report.sum_beside(group);
    auto cells = group;
    for (const auto number : {line.requests, line.attempts, line.tokens.input, line.tokens.cached, line.tokens.cache_write,
                              line.tokens.output, line.tokens.reasoning})
      cells.push_back(text_of(number));
    cells.push_back(observe::usd_text(line.cost));
    for (const char* basis : {"list", "contract", "gpu_used", "gpu_idle"}) cells.push_back(observe::usd_text(basis_of(line, basis)));
    cells.push_back(share_text(line.requests, beside.requests));
    cells.push_back(share_text(line.all_tokens(), beside.all_tokens()));
    cells.push_back(share_text(line.cost, beside.cost));
    cells.push_back(text_of(line.with_usage));
    cells.push_back(share_text(line.estimated, line.with_usage));
    cells.push_back(text_of(line.unpriced));
    made.lines.push_back(std::move(cells));
  }
  return made;
}

/// For people: what fits on a screen. The other formats have everything.
sheet short_costs(const ledger::cost_report& report) {
  sheet made;
  made.columns = columns_of(report.columns(), {"requests", "attempts", "tokens in", "tokens out", "cost USD", "of requests", "of tokens", "of money",
                                               "estimated", "unpriced rows"});
  for (const auto& [group, line] : report.lines()) {
    const auto beside = report.sum_beside(group);
    auto cells = group;
    cells.push_back(text_of(line.requests));
    cells.push_back(text_of(line.attempts));
    cells.push_back(text_of(line.tokens.prompt_total()));
    cells.push_back(text_of(line.tokens.completion_total()));
    cells.push_back(observe::usd_text(line.cost));
    cells.push_back(share_text(line.requests, beside.requests));
    cells.push_back(share_text(line.all_tokens(), beside.all_tokens()));
    cells.push_back(share_text(line.cost, beside.cost));
    cells.push_back(share_text(line.estimated, line.with_usage));
    cells.push_back(text_of(line.unpriced));
    made.lines.push_back(std::move(cells));
  }
  return made;
}

void foot_of_costs(const ledger::cost_line& all, std::ostream& out) {
  out << "\nIn all " << all.requests << " requests in " << all.attempts << " attempts, " << observe::usd_text(all.cost) << " USD. Tokens from "
      << all.with_usage << " rows";
  if (all.with_usage > 0) out << ", of which a share of " << share_text(all.estimated, all.with_usage) << " is estimated";
  out << ".\n";
  if (all.unpriced > 0) out << all.unpriced << " rows used tokens whose price is unknown: their cost is missing here.\n";
}

sheet availability_sheet(const ledger::availability_report& report) {
  sheet made;
  made.columns = columns_of(report.columns(), {"requests", "served", "availability", "without_failover", "rescued", "attempts", "failed_attempts",
                                               "unfinished", "first_token_p50_ms", "first_token_p95_ms", "first_token_rows"});
  for (const auto& [group, line] : report.lines()) {
    const auto p50 = ledger::percentile(line.first_token_ms, 0.5);
    const auto p95 = ledger::percentile(line.first_token_ms, 0.95);
    auto cells = group;
    cells.push_back(text_of(line.requests));
    cells.push_back(text_of(line.served));
    cells.push_back(share_text(line.served, line.requests));
    cells.push_back(share_text(line.first_served, line.requests));
    for (const auto number : {line.rescued(), line.attempts, line.failed_attempts, line.unfinished}) cells.push_back(text_of(number));
    cells.push_back(p50 ? std::to_string(*p50) : std::string());
    cells.push_back(p95 ? std::to_string(*p95) : std::string());
    cells.push_back(std::to_string(line.first_token_ms.size()));
    made.lines.push_back(std::move(cells));
  }
  return made;
}

void write_object(const char* name, const sheet& lines, const report_span& span, std::ostream& out) {
  out << R"({"report":")" << name << R"(","from":")" << span.from << R"(","until":")" << span.until << R"(","lines":)";
  write_json(lines, out);
  out << "}\n";
}

void write_head(const char* what, const report_span& span, std::ostream& out) {
  out << what << " from " << span.from << " until " << span.until << "\n\n";
}

}  // namespace

void write_costs(const ledger::cost_report& report, const report_span& span, sheet_format format, std::ostream& out) {
  if (format == sheet_format::json) return write_object("costs", costs_sheet(report), span, out);
  if (format == sheet_format::csv) return write_csv(costs_sheet(report), out);
  write_head("Costs", span, out);
  write_table(short_costs(report), out);
  foot_of_costs(report.sum(), out);
}

void write_availability(const ledger::availability_report& report, const report_span& span, sheet_format format, std::ostream& out) {
  if (format == sheet_format::json) return write_object("availability", availability_sheet(report), span, out);
  if (format == sheet_format::csv) return write_csv(availability_sheet(report), out);
  write_head("Availability", span, out);
  write_table(availability_sheet(report), out);
  out << "\nRequests that reached a deployment; what clients spoiled or left is not counted. Times from the send to the first token of streams.\n";
}

}  // namespace sallyport::commands

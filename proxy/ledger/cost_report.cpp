#include "proxy/ledger/cost_report.hpp"

#include "proxy/ledger/stored_numbers.hpp"

#include <algorithm>

namespace sallyport::ledger {
namespace {

void add(usage& to, const usage& more) {
  to.input += more.input;
  to.cached += more.cached;
  to.cache_write += more.cache_write;
  to.output += more.output;
  to.reasoning += more.reasoning;
}

void add(cost_line& to, const cost_line& more) {
  to.requests += more.requests;
  to.attempts += more.attempts;
  add(to.tokens, more.tokens);
  to.cost += more.cost;
  for (const auto& [basis, cost] : more.by_basis) to.by_basis[basis] += cost;
  to.with_usage += more.with_usage;
  to.estimated += more.estimated;
  to.unpriced += more.unpriced;
}

void add(cost_line& to, const stored_row& row) {
  ++to.attempts;
  add(to.tokens, row.tokens);
  if (row.cost) to.cost += *row.cost;
  if (row.cost && *row.cost != 0 && row.basis) to.by_basis[std::string(config::name_of(*row.basis))] += *row.cost;
  if (row.tokens.prompt_total() + row.tokens.completion_total() == 0) return;
  ++to.with_usage;
  to.estimated += row.tokens.basis == usage_basis::estimated;
  to.unpriced += !row.cost;
}

}  // namespace

void cost_report::take(const request_rows& request) {
  const auto& last = request.back();
  const std::string tags = last.last ? last.last->tags : std::string();
  for (const auto& row : request) add(lines_[group_of(columns_, row, tags)], row);
  if (last.last) ++lines_[group_of(columns_, last, tags)].requests;
}

void cost_report::take_idle(const std::string& deployment, const std::string& day, nano_usd idle) {
  if (idle == 0) return;
  std::vector<std::string> group;
  for (const auto& column : columns_) {
    switch (column.word) {
      case report_word::deployment: group.push_back(deployment); break;
      case report_word::class_: group.emplace_back(sallyport::name_of(deployment_class::in_house)); break;
      case report_word::day: group.push_back(day); break;
      default: group.emplace_back("(idle)");
    }
  }
  auto& line = lines_[group];
  line.cost += idle;
  line.by_basis["gpu_idle"] += idle;
}

cost_line cost_report::sum_beside(const std::vector<std::string>& group) const {
  cost_line all;
  for (const auto& [names, line] : lines_)
    if (std::equal(names.begin(), names.end() - 1, group.begin(), group.end() - 1)) add(all, line);
  return all;
}

cost_line cost_report::sum() const {
  cost_line all;
  for (const auto& [names, line] : lines_) add(all, line);
  return all;
}

}  // namespace sallyport::ledger

#pragma once
/// What was used and what it cost, by any of the report's words; with what each figure rests on.

#include "adapters/words/money.hpp"
#include "adapters/words/usage.hpp"
#include "proxy/ledger/report_group.hpp"
#include "proxy/ledger/request_rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sallyport::ledger {

struct cost_line {
  std::int64_t requests = 0;           ///< that ended at this group: the group of their last attempt
  std::int64_t attempts = 0;           ///< rows
  usage tokens;                        ///< sums; the basis means nothing here
  nano_usd cost = 0;
  std::map<std::string, nano_usd> by_basis;   ///< list, contract, gpu_used, gpu_idle
  std::int64_t with_usage = 0;         ///< rows that used tokens
  std::int64_t estimated = 0;          ///< of those, the ones whose tokens are our estimate
  std::int64_t unpriced = 0;           ///< of those, the ones whose price is unknown: money that `cost` lacks

  std::int64_t all_tokens() const { return tokens.prompt_total() + tokens.completion_total(); }
};

class cost_report {
 public:
  explicit cost_report(std::vector<report_column> columns) : columns_(std::move(columns)) {}

  void take(const request_rows& request);
  /// Money of time in which a self-hosted deployment stood idle; `day` as in 2026-11-26.
  void take_idle(const std::string& deployment, const std::string& day, nano_usd idle);

  const std::vector<report_column>& columns() const { return columns_; }
  const std::map<std::vector<std::string>, cost_line>& lines() const { return lines_; }
  /// The sum of all lines that share all names but the last: what a share within the last column is a share of.
  cost_line sum_beside(const std::vector<std::string>& group) const;
  cost_line sum() const;

 private:
  std::vector<report_column> columns_;
  std::map<std::vector<std::string>, cost_line> lines_;
};

}  // namespace sallyport::ledger

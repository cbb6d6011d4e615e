#pragma once
/// How often clients got what they asked for, and how often they would have without failover.

#include "proxy/ledger/report_group.hpp"
#include "proxy/ledger/request_rows.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sallyport::ledger {

/// Of requests that reached a deployment; those that the client spoiled or left do not count either way.
struct availability_line {
  std::int64_t requests = 0;         ///< that count
  std::int64_t served = 0;
  std::int64_t first_served = 0;     ///< by their first attempt: what would have been served without failover
  std::int64_t unfinished = 0;       ///< rows end in their middle: the process died, or the report's time ends there
  std::int64_t attempts = 0;
  std::int64_t failed_attempts = 0;  ///< by the deployment's own fault or without an answer
  std::vector<std::uint32_t> first_token_ms;   ///< of streams that were served, from the send

  std::int64_t rescued() const { return served - first_served; }
};

class availability_report {
 public:
  explicit availability_report(std::vector<report_column> columns) : columns_(std::move(columns)) {}

  /// Counts at the group of its first attempt: the one that was meant to serve it.
  void take(const request_rows& request);

  const std::vector<report_column>& columns() const { return columns_; }
  const std::map<std::vector<std::string>, availability_line>& lines() const { return lines_; }

 private:
  std::vector<report_column> columns_;
  std::map<std::vector<std::string>, availability_line> lines_;
};

/// The value below which that share of them lies (nearest rank); nothing of none.
std::optional<std::uint32_t> percentile(std::vector<std::uint32_t> values, double share);

}  // namespace sallyport::ledger

#include "proxy/ledger/availability_report.hpp"

#include <algorithm>
#include <cmath>

namespace sallyport::ledger {
namespace {

bool is_clients_own(const std::string& outcome) { return outcome == "client_error" || outcome == "client_gone" || outcome == "refused"; }

}  // namespace

void availability_report::take(const request_rows& request) {
  const auto& last = request.back();
  const std::string tags = last.last ? last.last->tags : std::string();
  auto& line = lines_[group_of(columns_, request.front(), tags)];
  line.attempts += static_cast<std::int64_t>(request.size());
  for (const auto& row : request)
    line.failed_attempts += row.outcome == attempt_outcome::failed || row.outcome == attempt_outcome::broken;
  if (!last.last) {
    ++line.unfinished;
    return;
  }
  if (is_clients_own(last.last->outcome)) return;
  ++line.requests;
  const bool served = last.last->outcome == "ok";
  line.served += served;
  line.first_served += served && request.size() == 1;
  if (served && last.stream && last.first_token) line.first_token_ms.push_back(static_cast<std::uint32_t>(last.first_token->count()));
}

std::optional<std::uint32_t> percentile(std::vector<std::uint32_t> values, double share) {
  if (values.empty()) return std::nullopt;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rank, 1, values.size()) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace sallyport::ledger

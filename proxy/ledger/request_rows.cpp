#include "proxy/ledger/request_rows.hpp"

#include <utility>

namespace sallyport::ledger {

void request_assembler::take(const stored_row& row) {
  if (row.outcome == attempt_outcome::denied) return;
  const auto at = open_.try_emplace(row.request_id).first;
  at->second.push_back(row);
  if (!row.last) return;
  const auto whole = std::move(at->second);
  open_.erase(at);
  see_(whole);
}

void request_assembler::end() {
  for (const auto& [id, rows] : std::exchange(open_, {})) see_(rows);
}

}  // namespace sallyport::ledger

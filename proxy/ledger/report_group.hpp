#pragma once
/// By what a report adds up, and under which name a row counts.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_row.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::ledger {

enum class report_word : std::uint8_t { team, key, model, deployment, provider, class_, tag, day };

struct report_column {
  report_word word = report_word::team;
  std::string tag;      ///< which one, for report_word::tag
  std::string title() const;
};

/// `team`, `class`, `tag:project`, several with commas between; invalid_request with the words that there are for any other.
result<std::vector<report_column>> report_columns(std::string_view text);

/// The names under which a row counts, one a column. `tags` are those of its request; what is absent is "(none)". Days are those of UTC.
std::vector<std::string> group_of(const std::vector<report_column>& columns, const stored_row& row, std::string_view tags);

}  // namespace sallyport::ledger

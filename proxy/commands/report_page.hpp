#pragma once
/// A report as a page: what was added up, and on how many rows each figure rests.

#include "proxy/commands/sheet.hpp"
#include "proxy/ledger/availability_report.hpp"
#include "proxy/ledger/cost_report.hpp"

#include <ostream>
#include <string>

namespace sallyport::commands {

struct report_span {
  std::string from;    ///< as in 2026-11-19T08:00:00Z
  std::string until;
};

void write_costs(const ledger::cost_report& report, const report_span& span, sheet_format format, std::ostream& out);
void write_availability(const ledger::availability_report& report, const report_span& span, sheet_format format, std::ostream& out);

}  // namespace sallyport::commands

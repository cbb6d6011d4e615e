#pragma once
/// The drill's scorecard, as a table for a terminal and as JSON. Pure.

#include "proxy/rehearsal/drill_fault.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::rehearsal {

struct drill_row {
  std::string model;
  std::string fault;
  client_saw saw = client_saw::nothing;
  std::vector<std::pair<std::string, std::uint64_t>> sends;  ///< deployment and what it received, the faulty one first
  drill_verdict verdict = drill_verdict::lost;
  std::string why;                                           ///< of `no_rescue`: who is missing
  std::string sentence;                                      ///< the client's error
  std::chrono::milliseconds took{0};
};

struct drill_totals {
  int cases = 0;
  int rescued = 0;
  int unharmed = 0;
  int clear_errors = 0;
  int failed = 0;
};

drill_totals totals_of(const std::vector<drill_row>& rows);
/// Rows and the line of totals; for each failure what the client was told.
std::string drill_table(const std::vector<drill_row>& rows);
/// `notes`: what the drill changed in the configuration, and what it left out.
std::string drill_json(const std::vector<drill_row>& rows, const std::vector<std::string>& notes);

}  // namespace sallyport::rehearsal

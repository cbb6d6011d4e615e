#include "proxy/rehearsal/drill_card.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace sallyport::rehearsal {
namespace {

using cells = std::array<std::string, 5>;

std::string sends_text(const drill_row& row) {
  std::string text;
  for (const auto& [deployment, count] : row.sends) text += (text.empty() ? "" : ", ") + deployment + " " + std::to_string(count);
  return text;
}

std::string verdict_text(const drill_row& row) {
  if (is_failure(row.verdict)) return "FAILED: " + std::string(name_of(row.verdict));
  if (row.verdict == drill_verdict::no_rescue) return "no rescue: " + row.why;
  return row.verdict == drill_verdict::clear_error ? "clear error" : std::string(name_of(row.verdict));
}

std::string line_of(const cells& row, const std::array<std::size_t, 5>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += row[i];
    if (i + 1 < row.size()) line += std::string(widths[i] - row[i].size() + 2, ' ');
  }
  return line + "\n";
}

}  // namespace

drill_totals totals_of(const std::vector<drill_row>& rows) {
  drill_totals totals;
  for (const drill_row& one : rows) {
    ++totals.cases;
    totals.unharmed += one.verdict == drill_verdict::unharmed;
    totals.rescued += one.verdict == drill_verdict::rescued;
    totals.failed += is_failure(one.verdict);
  }
  totals.clear_errors = totals.cases - totals.unharmed - totals.rescued - totals.failed;
  return totals;
}

std::string drill_table(const std::vector<drill_row>& rows) {
  std::vector<cells> lines{{"model", "fault", "client saw", "sends", "verdict"}};
  for (const drill_row& one : rows)
    lines.push_back({one.model, one.fault, std::string(name_of(one.saw)), sends_text(one), verdict_text(one)});
  std::array<std::size_t, 5> widths{};
  for (const cells& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += line_of(lines[i], widths);
    if (i > 0 && is_failure(rows[i - 1].verdict) && !rows[i - 1].sentence.empty()) text += "    " + rows[i - 1].sentence + "\n";
  }
  const drill_totals totals = totals_of(rows);
  return text + "\n" + std::to_string(totals.rescued) + " of " + std::to_string(totals.cases) + " rescued, " +
         std::to_string(totals.unharmed) + " unharmed, " + std::to_string(totals.clear_errors) + " clear errors, " +
         std::to_string(totals.failed) + " failed\n";
}

std::string drill_json(const std::vector<drill_row>& rows, const std::vector<std::string>& notes) {
  namespace json = boost::json;
  json::array cases;
  for (const drill_row& one : rows) {
    json::array sends;
    for (const auto& [deployment, count] : one.sends) sends.push_back(json::object{{"deployment", deployment}, {"sends", count}});
    json::object row{{"model", one.model}, {"fault", one.fault}, {"client_saw", name_of(one.saw)}};
    row["sends"] = std::move(sends);
    row["verdict"] = name_of(one.verdict);
    if (!one.why.empty()) row["why"] = one.why;
    row["took_ms"] = one.took.count();
    if (!one.sentence.empty()) row["error"] = one.sentence;
    cases.push_back(std::move(row));
  }
  json::array said;
  for (const std::string& one : notes) said.push_back(json::string(one));
  const drill_totals totals = totals_of(rows);
  json::object card{{"notes", std::move(said)}, {"cases", std::move(cases)}, {"total", totals.cases}};
  card["rescued"] = totals.rescued;
  card["unharmed"] = totals.unharmed;
  card["clear_errors"] = totals.clear_errors;
  card["failed"] = totals.failed;
  return json::serialize(card) + "\n";
}

}  // namespace sallyport::rehearsal

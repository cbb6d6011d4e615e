#include "proxy/rehearsal/demo_report.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace sallyport::rehearsal {
namespace {

constexpr std::array<std::size_t, 5> widths{24, 10, 10, 10, 10};

std::string cell(std::string text, std::size_t column) {
  if (text.size() < widths[column]) text.insert(column == 0 ? text.end() : text.begin(), widths[column] - text.size(), ' ');
  return text;
}

std::string row(const std::array<std::string, 5>& cells) {
  std::string line = "  ";
  for (std::size_t i = 0; i < cells.size(); ++i) line += cell(cells[i], i);
  return line;
}

/// How the answers of one upstream ended.
struct served_counts {
  int whole = 0;
  int rescued = 0;
  int ended_by_error = 0;
};

std::map<std::string, served_counts> served_by(const std::vector<judged_answer>& answers) {
  std::map<std::string, served_counts> counts;
  for (const judged_answer& one : answers) {
    served_counts& at = counts[one.served_by];
    at.whole += one.outcome == answer_outcome::whole;
    at.rescued += one.outcome == answer_outcome::whole && one.attempts > 1;
    at.ended_by_error += one.outcome == answer_outcome::ended_by_error;
  }
  return counts;
}

std::chrono::milliseconds slowest_first_token(const std::vector<judged_answer>& answers) {
  std::chrono::milliseconds slowest{0};
  for (const judged_answer& one : answers) slowest = std::max(slowest, one.first_token);
  return slowest;
}

std::string plural(int count, std::string_view noun) { return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s"); }

/// The sentences of those that were lost, each once.
std::string lost_lines(const std::vector<judged_answer>& answers) {
  std::map<std::string, int> reasons;
  for (const judged_answer& one : answers)
    if (one.outcome != answer_outcome::whole && one.outcome != answer_outcome::ended_by_error)
      ++reasons[std::string(name_of(one.outcome)) + (one.sentence.empty() ? "" : ": " + one.sentence)];
  std::string text;
  for (const auto& [reason, count] : reasons) text += "    " + std::to_string(count) + " x " + reason + "\n";
  return text;
}

}  // namespace

demo_totals totals_of(const std::vector<judged_answer>& answers) {
  demo_totals totals;
  for (const judged_answer& one : answers) {
    ++totals.requests;
    totals.whole += one.outcome == answer_outcome::whole;
    totals.rescued += one.outcome == answer_outcome::whole && one.attempts > 1;
    totals.ended_by_error += one.outcome == answer_outcome::ended_by_error;
  }
  totals.lost = totals.requests - totals.whole - totals.ended_by_error;
  return totals;
}

std::string demo_report(const std::vector<judged_answer>& answers, const std::vector<upstream_count>& upstreams, int killed_after) {
  const demo_totals totals = totals_of(answers);
  auto served = served_by(answers);
  std::string text = row({"upstream", "received", "whole", "rescued", "broken"}) + "\n";
  for (const upstream_count& one : upstreams) {
    const served_counts& at = served[one.deployment];
    text += row({one.deployment, std::to_string(one.received), std::to_string(at.whole), std::to_string(at.rescued),
                 std::to_string(at.ended_by_error)});
    text += one.was_killed ? "   killed after " + plural(killed_after, "answer") + "\n" : "\n";
  }
  text += "\n  " + plural(totals.requests, "request") + ": " + std::to_string(totals.whole) + " whole (" + std::to_string(totals.rescued) +
          " of them rescued by another attempt), " + std::to_string(totals.ended_by_error) +
          " broken off after their first token and told so, " + std::to_string(totals.lost) + " lost.\n";
  text += lost_lines(answers);
  return text + "  Slowest first token: " + std::to_string(slowest_first_token(answers).count()) + " ms.\n";
}

}  // namespace sallyport::rehearsal

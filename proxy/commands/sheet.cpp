#include "proxy/commands/sheet.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <algorithm>

namespace sallyport::commands {
namespace {

std::string padded(const std::string& text, std::size_t width, bool to_the_right) {
  const std::string gap(width - std::min(width, text.size()), ' ');
  return to_the_right ? gap + text : text + gap;
}

void write_line(const sheet& what, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, std::ostream& out) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += (i ? "  " : "") + padded(cells[i].empty() ? "-" : cells[i], widths[i], what.columns[i].is_number);
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

std::string csv_cell(std::string text, bool is_number) {
  if (is_number) return text;
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string json_text(const std::string& text) { return boost::json::serialize(boost::json::string(text)); }

}  // namespace

void write_table(const sheet& what, std::ostream& out) {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (const auto& column : what.columns) {
    titles.push_back(column.title);
    widths.push_back(column.title.size());
  }
  for (const auto& line : what.lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  write_line(what, titles, widths, out);
  for (const auto& line : what.lines) write_line(what, line, widths, out);
}

void write_csv(const sheet& what, std::ostream& out) {
  for (std::size_t i = 0; i < what.columns.size(); ++i) out << (i ? "," : "") << csv_cell(what.columns[i].title, false);
  out << "\r\n";
  for (const auto& line : what.lines) {
    for (std::size_t i = 0; i < line.size(); ++i) out << (i ? "," : "") << csv_cell(line[i], what.columns[i].is_number);
    out << "\r\n";
  }
}

void write_json(const sheet& what, std::ostream& out) {
  out << '[';
  for (std::size_t n = 0; n < what.lines.size(); ++n) {
    out << (n ? "," : "") << '{';
    for (std::size_t i = 0; i < what.columns.size(); ++i) {
      const auto& cell = what.lines[n][i];
      out << (i ? "," : "") << json_text(what.columns[i].title) << ':';
      out << (!what.columns[i].is_number ? json_text(cell) : cell.empty() ? std::string("null") : cell);
    }
    out << '}';
  }
  out << ']';
}

}  // namespace sallyport::commands

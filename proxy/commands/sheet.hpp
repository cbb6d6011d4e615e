#pragma once
/// Lines and columns, written for people, for spreadsheets and for programs.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::commands {

struct sheet_column {
  std::string title;        ///< the JSON member and the CSV head
  bool is_number = false;   ///< its cells are numbers as JSON writes them, or empty: null
};

struct sheet {
  std::vector<sheet_column> columns;
  std::vector<std::vector<std::string>> lines;
};

enum class sheet_format { table, json, csv };

/// Numbers to the right, columns two spaces apart, an empty cell as "-".
void write_table(const sheet& what, std::ostream& out);
/// RFC 4180. A text that a spreadsheet would take for a formula gets a quote before it.
void write_csv(const sheet& what, std::ostream& out);
/// An array of objects.
void write_json(const sheet& what, std::ostream& out);

}  // namespace sallyport::commands

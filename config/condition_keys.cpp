#include "config/condition_keys.hpp"

#include "config/condition_parser.hpp"

namespace sallyport::config {

value_kind<std::string> written_condition() {
  auto kind = line_of_text(condition_limits::bytes_max);
  kind.word = "condition";
  const auto read_line = kind.read;
  kind.read = [read_line](const scalar& from) -> parsed<std::string> {
    if (from.filled) return complaint{"takes no ${...}: a condition is written out, since problems and explain quote it"};
    scalar folded = from;
    for (char& c : folded.text)
      if (c == '\n' || c == '\t') c = ' ';
    while (folded.text.ends_with(' ')) folded.text.pop_back();
    return read_line(folded);
  };
  return kind;
}

std::optional<condition> compiled_at(const cursor& at, const std::string& text, const condition_names& names) {
  if (text.empty()) return std::nullopt;
  auto compiled = compile(text, names);
  // Where in the file it is cannot be told from the line of a folded scalar, so the character is said instead.
  for (const auto& problem : compiled.problems) at.refuse("at character " + std::to_string(problem.at + 1) + ": " + problem.sentence);
  return std::move(compiled.value);
}

}  // namespace sallyport::config

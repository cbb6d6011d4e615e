#include "config/condition_checks.hpp"

#include "config/condition_parser.hpp"
#include "random_condition.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace sallyport;
using namespace sallyport::config;

namespace {

std::string problems_of(std::string_view text) {
  std::string made;
  for (const auto& one : compile(text, tests::names_of_search()).problems)
    made += "  " + std::to_string(one.at) + ": " + one.sentence + "\n";
  return made;
}

}  // namespace

TEST_CASE("what is wrong with a condition is said with its place and what to write") {
  // A line with a condition, then its problems, each indented and with the byte that it stands at.
  const auto file = tests::whole_file(tests::source_dir() / "tests" / "golden" / "conditions" / "problems.txt");
  std::istringstream lines(file);
  std::string made;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line[0] != ' ') made += line + (line[0] == '#' ? "\n" : "\n" + problems_of(line));
    else if (line.empty()) made += "\n";
  CHECK(made == file);
}

TEST_CASE("every mistake of meaning is found in one reading") {
  CHECK(compile("modle == \"chat\" && hour < 25 || strem", tests::names_of_search()).problems.size() == 3);
}

#pragma once
/// The text of a condition -> a condition, checked against the names of its place. For the time of loading; deterministic, linear.
///
///     any    = all { "||" all }
///     all    = part { "&&" part }
///     part   = "!" part | "(" any ")" | "has(" NAME ")" | NAME | comparison       behind "!" no bare comparison
///     comparison = operand ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand
///                | NAME "in" "[" value { "," value } "]" | NAME "matches" TEXT

#include "config/condition.hpp"
#include "config/condition_lexer.hpp"
#include "config/condition_names.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::config {

struct condition_limits {
  static constexpr std::size_t bytes_max = 2'000;
  static constexpr int depth_max = 16;  ///< parentheses and negations inside of each other
};

struct compiled_condition {
  std::optional<condition> value;           ///< nothing when there is any problem
  std::vector<condition_problem> problems;  ///< in order of place; behind a mistake of form nothing is read
};

compiled_condition compile(std::string_view text, const condition_names& names);

}  // namespace sallyport::config

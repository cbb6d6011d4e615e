#include "config/condition_implication.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

namespace sallyport::config {
namespace {

using kind = condition_term::kind;
using terms = std::span<const condition_term>;

/// The parts of a join of that kind, or the term itself.
terms parts_of(const condition_term& term, kind join) { return term.is == join ? terms(term.parts) : terms(&term, 1); }

bool is_about_values(const condition_term& leaf) {
  return (leaf.is == kind::compares && !leaf.other) || leaf.is == kind::among || leaf.is == kind::matches;
}

bool is_one_of_values(const condition_term& leaf) {
  return leaf.is == kind::among || (leaf.is == kind::compares && leaf.by == comparison::equal);
}

bool accepts(const condition_term& leaf, const fixed_value& value) {
  const auto is_it = [&](const fixed_value& one) { return one == value; };
  if (leaf.is == kind::matches) return matches(value.text, leaf.values.front().text);
  if (leaf.is == kind::among) return std::any_of(leaf.values.begin(), leaf.values.end(), is_it);
  if (value.type == value_type::text) return is_it(leaf.values.front()) == (leaf.by == comparison::equal);
  return compares(value.number, leaf.by, leaf.values.front().number);
}

struct range {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

std::optional<range> range_of(const condition_term& leaf) {
  if (leaf.is != kind::compares) return std::nullopt;
  const auto at = leaf.values.front().number;
  switch (leaf.by) {
    case comparison::less: return range{.most = at - 1};
    case comparison::at_most: return range{.most = at};
    case comparison::more: return range{.least = at + 1};
    case comparison::at_least: return range{.least = at};
    case comparison::equal:
    case comparison::unequal: break;
  }
  return std::nullopt;
}

bool range_lies_in(const range& narrow, const condition_term& wide) {
  if (const auto whole = range_of(wide)) return whole->least <= narrow.least && narrow.most <= whole->most;
  const bool leaves_one_out = wide.is == kind::compares && wide.by == comparison::unequal;
  const auto left_out = leaves_one_out ? wide.values.front().number : narrow.least;
  return left_out < narrow.least || left_out > narrow.most;
}

bool comparison_implies(const condition_term& narrow, const condition_term& wide) {
  if (!is_about_values(narrow) || narrow.name != wide.name) return false;
  if (wide.is == kind::given) return true;  // a comparison with a missing value is false
  if (!is_about_values(wide)) return false;
  if (is_one_of_values(narrow))
    return std::all_of(narrow.values.begin(), narrow.values.end(), [&](const auto& one) { return accepts(wide, one); });
  const auto lies_in = range_of(narrow);
  return lies_in && range_lies_in(*lies_in, wide);
}

bool part_implies(const condition_term& narrow, const condition_term& wide) {
  const auto alternatives = parts_of(wide, kind::any);
  return narrow == wide || std::any_of(alternatives.begin(), alternatives.end(),
                                       [&](const auto& one) { return narrow == one || comparison_implies(narrow, one); });
}

bool alternative_implies(const condition_term& narrow, const condition_term& wide) {
  const auto given = parts_of(narrow, kind::all);
  const auto wanted = parts_of(wide, kind::all);
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& want) {
    return std::any_of(given.begin(), given.end(), [&](const auto& one) { return part_implies(one, want); });
  });
}

}  // namespace

bool implies(const condition_term& narrow, const condition_term& wide) {
  const auto alternatives = parts_of(narrow, kind::any);
  return narrow == wide || std::all_of(alternatives.begin(), alternatives.end(),
                                       [&](const auto& one) { return alternative_implies(one, wide); });
}

}  // namespace sallyport::config

#include "config/condition_term.hpp"

#include "adapters/words/data_class.hpp"
#include "adapters/words/money.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace sallyport::config {
namespace {

using kind = condition_term::kind;

constexpr std::array<std::string_view, 20> fact_names{"model",  "team",      "key",        "data_class", "prompt_tokens", "max_tokens",
                                                      "stream", "has_tools", "has_images", "tags",       "hour",          "weekday",
                                                      "budget_left", "class", "location", "retention", "trains_on_data",
                                                      "certifications", "provider", "deployment"};

std::string in_parentheses(const std::string& text) { return "(" + text + ")"; }

bool is_join(const condition_term& term) { return term.is == kind::all || term.is == kind::any; }

std::string text_of_join(const condition_term& term) {
  std::string made;
  for (const auto& part : term.parts) {
    if (!made.empty()) made += term.is == kind::all ? " && " : " || ";
    made += is_join(part) ? in_parentheses(text_of(part)) : text_of(part);
  }
  return made;
}

std::string text_of_negation(const condition_term& part) {
  const bool stands_bare = part.is == kind::flag || part.is == kind::given;
  return "!" + (stands_bare ? text_of(part) : in_parentheses(text_of(part)));
}

std::string text_of_list(const std::vector<fixed_value>& values) {
  std::string made;
  for (const auto& value : values) made += (made.empty() ? "" : ", ") + text_of(value);
  return "[" + made + "]";
}

/// A text cannot hold both quotes, since the language has no way to write one.
std::string quoted(const std::string& text) {
  const char quote = text.find('"') == std::string::npos ? '"' : '\'';
  return quote + text + quote;
}

std::string text_of_usd(nano_usd amount) {
  constexpr std::size_t digits = 9;
  const std::string sign = amount < 0 ? "-" : "";
  std::string fraction = std::to_string(std::abs(amount % nano_per_usd));
  fraction.insert(0, digits - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return sign + std::to_string(std::abs(amount / nano_per_usd)) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace

condition_term joined(kind as, std::vector<condition_term> parts) {
  condition_term made{.is = as};
  for (auto& part : parts) {
    if (part.is == as) std::move(part.parts.begin(), part.parts.end(), std::back_inserter(made.parts));
    else made.parts.push_back(std::move(part));
  }
  if (made.parts.size() > 1) return made;
  auto only = std::move(made.parts.front());
  return only;
}

condition_term negated(condition_term what) {
  if (what.is != kind::negation) {
    condition_term made{.is = kind::negation};
    made.parts.push_back(std::move(what));
    return made;
  }
  auto inside = std::move(what.parts.front());
  return inside;
}

comparison turned(comparison by) {
  switch (by) {
    case comparison::less: return comparison::more;
    case comparison::at_most: return comparison::at_least;
    case comparison::more: return comparison::less;
    case comparison::at_least: return comparison::at_most;
    case comparison::equal:
    case comparison::unequal: break;
  }
  return by;
}

std::string_view name_of(fact which) { return fact_names[static_cast<std::size_t>(which)]; }

std::string text_of(const fact_name& name) {
  return std::string(name_of(name.which)) + (name.member.empty() ? std::string() : "." + name.member);
}

std::string text_of(const fixed_value& value) {
  switch (value.type) {
    case value_type::text: return quoted(value.text);
    case value_type::number: return std::to_string(value.number);
    case value_type::days: return std::to_string(value.number) + "d";
    case value_type::usd: return text_of_usd(value.number);
    case value_type::yes_no: return value.number != 0 ? "true" : "false";
    case value_type::data_class: return quoted(std::string(sallyport::name_of(static_cast<data_class>(value.number))));
  }
  return {};
}

std::string_view text_of(comparison by) {
  switch (by) {
    case comparison::equal: return "==";
    case comparison::unequal: return "!=";
    case comparison::less: return "<";
    case comparison::at_most: return "<=";
    case comparison::more: return ">";
    case comparison::at_least: return ">=";
  }
  return {};
}

std::string text_of(const condition_term& term) {
  switch (term.is) {
    case kind::all:
    case kind::any: return text_of_join(term);
    case kind::negation: return text_of_negation(term.parts.front());
    case kind::flag: return text_of(term.name);
    case kind::given: return "has(" + text_of(term.name) + ")";
    case kind::compares:
      return text_of(term.name) + " " + std::string(text_of(term.by)) + " " +
             (term.other ? text_of(*term.other) : text_of(term.values.front()));
    case kind::among: return text_of(term.name) + " in " + text_of_list(term.values);
    case kind::matches: return text_of(term.name) + " matches " + text_of(term.values.front());
  }
  return {};
}

bool compares(std::int64_t left, comparison by, std::int64_t right) {
  switch (by) {
    case comparison::equal: return left == right;
    case comparison::unequal: return left != right;
    case comparison::less: return left < right;
    case comparison::at_most: return left <= right;
    case comparison::more: return left > right;
    case comparison::at_least: return left >= right;
  }
  return false;
}

bool matches(std::string_view text, std::string_view pattern) {
  // What stands between two stars may be taken where it comes first: that leaves the most for the rest.
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  const auto tail = pattern.substr(pattern.rfind('*') + 1);
  if (text.size() < star + tail.size() || !text.starts_with(pattern.substr(0, star)) || !text.ends_with(tail)) return false;
  text = text.substr(star, text.size() - star - tail.size());
  pattern = pattern.substr(star, pattern.size() - star - tail.size());  // begins and ends with a star
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const auto piece = pattern.substr(0, pattern.find('*'));
    const auto at = text.find(piece);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + piece.size());
    pattern.remove_prefix(piece.size());
  }
  return true;
}

}  // namespace sallyport::config

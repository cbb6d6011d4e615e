#include "config/condition_checks.hpp"

#include "adapters/words/data_class.hpp"
#include "config/nearest.hpp"
#include "config/report.hpp"
#include "config/scalar.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

using kind = condition_term::kind;
using word = condition_token::kind;

constexpr std::size_t number_most = 1'000'000'000'000;
constexpr int days_most = 36'500;

std::string_view word_for(value_type type) {
  switch (type) {
    case value_type::text: return "a text";
    case value_type::number: return "a whole number";
    case value_type::days: return "a number of days";
    case value_type::usd: return "an amount of dollars";
    case value_type::yes_no: return "true or false";
    case value_type::data_class: return "a data class";
  }
  return {};
}

bool is_equality(comparison by) { return by == comparison::equal || by == comparison::unequal; }

std::string shown_name(const condition_name& row) { return row.is_family ? row.name + ".NAME" : row.name; }

std::vector<std::string> shown_names(const condition_names& names, bool missing_ones_only = false) {
  std::vector<std::string> made;
  for (const auto& row : names)
    if (row.may_be_missing || !missing_ones_only) made.push_back(shown_name(row));
  return made;
}

std::string listed(const std::vector<std::string>& names) {
  std::string made;
  for (const auto& name : names) made += (made.empty() ? "" : ", ") + name;
  return made;
}

/// As the operator wrote it.
std::string shown(const condition_token& token) {
  const bool stands_bare = token.is == word::name || token.is == word::number;
  return stands_bare ? std::string(token.text) : in_quotes(token.text);
}

/// Something of the right form, whatever it says: a problem was reported.
condition_term nothing() { return {.is = kind::flag}; }

}  // namespace

void condition_checks::say(const condition_token& at, std::string sentence) { problems_.push_back({at.at, std::move(sentence)}); }

std::optional<condition_checks::found_name> condition_checks::find(const condition_token& token, bool may_be_text) {
  if (token.text.find('.') != std::string_view::npos) return find_member(token);
  const auto row = std::find_if(names_.begin(), names_.end(), [&](const auto& one) { return one.name == token.text; });
  if (row != names_.end() && !row->is_family) return found_name{&*row, {row->which, row->type, {}}};
  if (row != names_.end()) {
    say(token, row->name + " wants a name behind it, as in " + row->name + (row->which == fact::tags ? ".project" : ".soc2"));
    return std::nullopt;
  }
  const auto known = shown_names(names_);
  const bool is_text = may_be_text && !nearest(token.text, known);
  const std::string instead = is_text ? "; put it in quotes if it is a text" : suggestion(token.text, known);
  say(token, in_quotes(token.text) + " is not a name here" + instead);
  return std::nullopt;
}

std::optional<condition_checks::found_name> condition_checks::find_member(const condition_token& token) {
  const auto point = token.text.find('.');
  const auto before = token.text.substr(0, point);
  const auto member = token.text.substr(point + 1);
  const auto row = std::find_if(names_.begin(), names_.end(), [&](const auto& one) { return one.is_family && one.name == before; });
  if (row == names_.end()) {
    std::vector<std::string> families;
    for (const auto& one : names_)
      if (one.is_family) families.push_back(one.name);
    const auto near = nearest(before, families);
    say(token, in_quotes(token.text) + " is not a name here" + suggestion(near ? *near + ".NAME" : std::string(before), shown_names(names_)));
  } else if (!is_tag_name(member)) {
    say(token, in_quotes(member) + " is not the name of one of " + row->name + "; it has at most 32 of a to z, 0 to 9, '_', '.' and '-'");
  } else if (!row->words.empty() && std::find(row->words.begin(), row->words.end(), member) == row->words.end()) {
    say(token, "no provider declares " + in_quotes(member) + " in its " + row->name + suggestion(member, row->words));
  } else {
    return found_name{&*row, {row->which, row->type, std::string(member)}};
  }
  return std::nullopt;
}

condition_term condition_checks::flag(const condition_token& name) {
  if (name.text == "true" || name.text == "false") {
    say(name, in_quotes(name.text) + " is not a condition; compare a name with a value");
    return nothing();
  }
  const auto found = find(name);
  if (!found) return nothing();
  if (found->name.type != value_type::yes_no)
    say(name, text_of(found->name) + " is " + std::string(word_for(found->name.type)) +
                  " and no condition by itself; compare it with a value");
  return {.is = kind::flag, .name = found->name};
}

condition_term condition_checks::given(const condition_token& name) {
  const auto found = find(name);
  if (!found) return nothing();
  if (!found->row->may_be_missing)
    say(name, text_of(found->name) + " is always there; has() asks for what may be missing: " + listed(shown_names(names_, true)));
  return {.is = kind::given, .name = found->name};
}

condition_term condition_checks::compared(const condition_token& left, comparison by, const condition_token& right) {
  if (left.is != word::name && right.is != word::name) {
    say(left, "both sides are fixed values; one must be a name");
    return nothing();
  }
  if (left.is != word::name) return compared(right, turned(by), left);
  const auto found = find(left);
  if (!found) return nothing();
  if (found->name.type == value_type::yes_no) {
    const auto name = text_of(found->name);
    say(left, name + " is a condition by itself; write " + name + " or !" + name);
    return nothing();
  }
  if (!has_order(*found, by, left)) return nothing();
  return right.is == word::name ? compared_names(*found, by, right) : compared_value(*found, by, right);
}

condition_term condition_checks::compared_names(const found_name& left, comparison by, const condition_token& right) {
  const auto other = find(right, left.name.type == value_type::text || left.name.type == value_type::data_class);
  if (!other) return nothing();
  if (other->name.type != left.name.type)
    say(right, text_of(left.name) + " is " + std::string(word_for(left.name.type)) + " and " + text_of(other->name) + " " +
                   std::string(word_for(other->name.type)) + "; the two cannot be compared");
  else if (other->name == left.name)
    say(right, text_of(left.name) + " is compared with itself");
  return {.is = kind::compares, .name = left.name, .by = by, .other = other->name};
}

condition_term condition_checks::compared_value(const found_name& left, comparison by, const condition_token& right) {
  auto value = fitting(left, right);
  if (!value || !may_equal(left, by, right)) return nothing();
  condition_term made{.is = kind::compares, .name = left.name, .by = by, .values = {std::move(*value)}};
  if (!is_open(made, *left.row, right)) return nothing();
  return made;
}

bool condition_checks::has_order(const found_name& left, comparison by, const condition_token& at) {
  if (left.name.type != value_type::text || is_equality(by)) return true;
  say(at, text_of(left.name) + " is a text and has no order; use ==, !=, in or matches");
  return false;
}

bool condition_checks::may_equal(const found_name& left, comparison by, const condition_token& right) {
  const bool is_top = right.text == data_class_names.back();
  if (left.name.type != value_type::data_class || !is_equality(by) || is_top) return true;
  say(right, text_of(left.name) + " " + std::string(text_of(by)) + " is for the top class \"" + std::string(data_class_names.back()) +
                 "\" alone, since a call whose class was raised would escape it; write >=, >, < or <=");
  return false;
}

/// Whether it can come out both ways: a comparison that cannot is a mistake about the range.
bool condition_checks::is_open(const condition_term& made, const condition_name& row, const condition_token& at) {
  if (row.type == value_type::text) return true;
  const auto fixed = made.values.front().number;
  if (is_equality(made.by)) {
    if (fixed >= row.least && fixed <= row.most) return true;
    say(at, text_of(made.name) + " is " + std::to_string(row.least) + " to " + std::to_string(row.most));
    return false;
  }
  const bool at_least = compares(row.least, made.by, fixed);
  if (at_least != compares(row.most, made.by, fixed)) return true;
  const std::string instead = row.may_be_missing && at_least ? "; write has(" + text_of(made.name) + ")" : "";
  say(at, text_of(made) + " is " + (at_least ? "always" : "never") + " true" + instead);
  return false;
}

condition_term condition_checks::among(const condition_token& left, const std::vector<condition_token>& list) {
  const auto found = find(left);
  if (!found) return nothing();
  const auto type = found->name.type;
  if (type == value_type::yes_no || type == value_type::data_class) {
    say(left, text_of(found->name) + " is " + std::string(word_for(type)) + " and stands in no list" +
                  (type == value_type::data_class ? "; write >=, >, < or <=" : "; it is a condition by itself"));
    return nothing();
  }
  condition_term made{.is = kind::among, .name = found->name};
  for (const auto& token : list) {
    auto value = fitting(*found, token);
    if (!value) continue;
    condition_term alone{.is = kind::compares, .name = found->name, .by = comparison::equal, .values = {*value}};
    if (!is_open(alone, *found->row, token)) continue;
    if (std::find(made.values.begin(), made.values.end(), *value) != made.values.end())
      say(token, shown(token) + " stands twice in this list");
    made.values.push_back(std::move(*value));
  }
  return made;
}

condition_term condition_checks::like(const condition_token& left, const condition_token& pattern) {
  const auto found = find(left);
  if (!found) return nothing();
  const auto& words = found->row->words;
  const auto fits = [&](const std::string& one) { return matches(one, pattern.text); };
  if (found->name.type != value_type::text)
    say(left, text_of(found->name) + " is " + std::string(word_for(found->name.type)) + "; only a text matches a pattern");
  else if (pattern.text.find('*') == std::string_view::npos)
    say(pattern, in_quotes(pattern.text) + " has no *, which stands for any text; write == to compare");
  else if (!words.empty() && std::none_of(words.begin(), words.end(), fits))
    say(pattern, text_of(found->name) + " never matches " + in_quotes(pattern.text) + suggestion(pattern.text, words));
  return {.is = kind::matches, .name = found->name, .values = {{value_type::text, 0, std::string(pattern.text)}}};
}

std::optional<fixed_value> condition_checks::fitting(const found_name& name, const condition_token& token) {
  const bool wants_text = name.name.type == value_type::text || name.name.type == value_type::data_class;
  if (token.is == word::name) {
    say(token, in_quotes(token.text) + " is not a fixed value" + (wants_text ? "; put it in quotes if it is a text" : ""));
    return std::nullopt;
  }
  if (wants_text != (token.is == word::text)) {
    const std::string instead = wants_text ? "; put " + shown(token) + " in quotes" : "; " + shown(token) + " is a text";
    say(token, text_of(name.name) + " is " + std::string(word_for(name.name.type)) + instead);
    return std::nullopt;
  }
  if (name.name.type == value_type::text) return fitting_text(name, token);
  return name.name.type == value_type::data_class ? fitting_class(token) : fitting_number(name, token);
}

std::optional<fixed_value> condition_checks::fitting_text(const found_name& name, const condition_token& token) {
  const auto& words = name.row->words;
  const auto text = text_of(name.name);
  if (token.text.empty())
    say(token, text + " is never empty" + (name.row->may_be_missing ? "; has(" + text + ") asks whether it is there" : ""));
  else if (!words.empty() && std::find(words.begin(), words.end(), token.text) == words.end())
    say(token, text + " is never " + in_quotes(token.text) + " here" + suggestion(token.text, words));
  else
    return fixed_value{value_type::text, 0, std::string(token.text)};
  return std::nullopt;
}

std::optional<fixed_value> condition_checks::fitting_number(const found_name& name, const condition_token& token) {
  const scalar from{.text = std::string(token.text), .folder = {}};
  std::optional<fixed_value> made;
  const auto take = [&](const auto& number) {
    if (number) made = fixed_value{name.name.type, static_cast<std::int64_t>(*number), {}};
    else say(token, number.error().sentence);
  };
  if (name.name.type == value_type::usd) take(dollars_in(from));
  else if (name.name.type == value_type::days) take(whole_days_in(from, days_most));
  else take(count_in(from, 0, number_most));
  return made;
}

std::optional<fixed_value> condition_checks::fitting_class(const condition_token& token) {
  if (const auto found = data_class_named(token.text)) return fixed_value{value_type::data_class, static_cast<std::int64_t>(*found), {}};
  const std::vector<std::string> known(data_class_names.begin(), data_class_names.end());
  say(token, in_quotes(token.text) + " is not a data class" + suggestion(token.text, known));
  return std::nullopt;
}

}  // namespace sallyport::config

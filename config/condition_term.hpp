#pragma once
/// The tree that a condition is compiled to. Only well-typed trees are made (condition_checks); what reads them relies on that.

#include "config/condition_names.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// A name in a condition.
struct fact_name {
  fact which = fact::model;
  value_type type = value_type::text;
  std::string member = {};  ///< of a family, as project in tags.project

  bool operator==(const fact_name&) const = default;
};

/// A fixed value: `text` of a text, else `number` (nano-dollars, days, or the place of a data class).
struct fixed_value {
  value_type type = value_type::text;
  std::int64_t number = 0;
  std::string text = {};

  bool operator==(const fixed_value&) const = default;
};

enum class comparison : std::uint8_t { equal, unequal, less, at_most, more, at_least };

struct condition_term {
  enum class kind : std::uint8_t {
    all,       ///< parts: two or more, none of them `all`
    any,       ///< parts: two or more, none of them `any`
    negation,  ///< parts: one, no negation
    flag,      ///< name, a yes or no
    given,     ///< has(name)
    compares,  ///< name with the only value, or with `other`
    among,     ///< name in values
    matches,   ///< name like the pattern that is the only value
  };

  kind is = kind::flag;
  std::vector<condition_term> parts = {};
  fact_name name = {};
  comparison by = comparison::equal;
  std::vector<fixed_value> values = {};
  std::optional<fact_name> other = {};

  bool operator==(const condition_term&) const = default;
};

/// Joined as `all` or `any`, parts of the same kind taken apart.
condition_term joined(condition_term::kind as, std::vector<condition_term> parts);
condition_term negated(condition_term what);

/// b op a, where a op b stands.
comparison turned(comparison by);

/// As it would be written.
std::string text_of(const fact_name& name);
std::string text_of(const fixed_value& value);
std::string_view text_of(comparison by);
std::string text_of(const condition_term& term);

std::string_view name_of(fact which);

bool compares(std::int64_t left, comparison by, std::int64_t right);
/// `*` stands for any bytes, also none. Everything else stands for itself.
bool matches(std::string_view text, std::string_view pattern);

}  // namespace sallyport::config

#pragma once
/// What the words of a condition mean at its place: names are looked up, types and values compared. Each function gives a term; where
/// something is wrong it says so and the term is good for nothing but to go on, so that one reading finds every mistake.

#include "config/condition_lexer.hpp"
#include "config/condition_names.hpp"
#include "config/condition_term.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

class condition_checks {
 public:
  /// Both must outlive this.
  condition_checks(const condition_names& names, std::vector<condition_problem>& problems) : names_(names), problems_(problems) {}

  /// A name by itself.
  condition_term flag(const condition_token& name);
  /// has(name)
  condition_term given(const condition_token& name);
  condition_term compared(const condition_token& left, comparison by, const condition_token& right);
  condition_term among(const condition_token& left, const std::vector<condition_token>& list);
  condition_term like(const condition_token& left, const condition_token& pattern);

 private:
  struct found_name {
    const condition_name* row = nullptr;
    fact_name name;
  };

  std::optional<found_name> find(const condition_token& token, bool may_be_text = false);
  std::optional<found_name> find_member(const condition_token& token);
  condition_term compared_names(const found_name& left, comparison by, const condition_token& right);
  condition_term compared_value(const found_name& left, comparison by, const condition_token& right);
  bool has_order(const found_name& left, comparison by, const condition_token& at);
  bool may_equal(const found_name& left, comparison by, const condition_token& right);
  bool is_open(const condition_term& made, const condition_name& row, const condition_token& at);

  std::optional<fixed_value> fitting(const found_name& name, const condition_token& token);
  std::optional<fixed_value> fitting_text(const found_name& name, const condition_token& token);
  std::optional<fixed_value> fitting_number(const found_name& name, const condition_token& token);
  std::optional<fixed_value> fitting_class(const condition_token& token);

  void say(const condition_token& at, std::string sentence);

  const condition_names& names_;
  std::vector<condition_problem>& problems_;
};

}  // namespace sallyport::config

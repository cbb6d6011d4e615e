#pragma once
/// A condition on a call or on a deployment, compiled: what stands after `when` and `require`. Immutable, cheap to copy, read by any thread.
/// Evaluation is total: it has no loop but over what was written, allocates nothing, and cannot fail. What is said of something missing is
/// neither true nor false, and stays so behind a negation; only what is true holds. The language: docs/conditions.md.

#include "adapters/words/data_class.hpp"
#include "adapters/words/money.hpp"
#include "config/condition_names.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// What a condition is asked about. Views must stay valid while it is evaluated; an empty text is a missing one.
struct condition_facts {
  std::string_view model;
  std::string_view team;
  std::string_view key;
  sallyport::data_class sensitivity = sallyport::data_class::public_;  ///< data_class in the language
  std::int64_t prompt_tokens = 0;
  std::optional<std::int64_t> max_tokens;
  bool stream = false;
  bool has_tools = false;
  bool has_images = false;
  std::string_view tags;         ///< as in cost_center=7,project=atlas
  int hour = 0;                  ///< 0 to 23, in the zone that the place says
  std::chrono::weekday weekday;  ///< in the same zone
  std::optional<nano_usd> budget_left;
  // Of a deployment, where a requirement is asked.
  std::string_view runs_as;      ///< class in the language
  std::string_view location;
  std::optional<int> retention_days;
  std::optional<bool> trains_on_data;
  const std::vector<std::string>* certifications = nullptr;   ///< null: none
  std::string_view provider;
  std::string_view deployment;
};

/// A comparison that decided, and how it came out.
struct condition_part {
  std::string text;  ///< as in prompt_tokens > 8000
  bool holds = false;   ///< it is true
  std::string saw;   ///< as in prompt_tokens is 1200
  bool operator==(const condition_part&) const = default;
};

struct condition_term;

class condition {
 public:
  explicit condition(condition_term whole);

  bool holds(const condition_facts& of) const;

  /// The comparisons that made it come out as it does: of an && that is false the first false part, of an || that is false all of them.
  std::vector<condition_part> why(const condition_facts& of) const;

  /// Whether this one can be seen to hold only where `wide` holds too. True is certain, false is not.
  bool implies(const condition& wide) const;

  /// Whether that fact stands in it anywhere.
  bool mentions(fact which) const;

  /// In one spelling for what means the same: compiled again it gives an equal condition.
  std::string text() const;

  bool operator==(const condition& other) const;

 private:
  std::shared_ptr<const condition_term> whole_;
};

}  // namespace sallyport::config

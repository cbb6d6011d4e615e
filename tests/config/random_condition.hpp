#pragma once
/// Conditions and facts by dice, and beside each condition what it must come out as: reckoned while it is written, by other code than the
/// language's own.

#include "config/condition.hpp"
#include "config/condition_names.hpp"

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sallyport::tests {

using dice = std::mt19937;

/// Facts that own their texts. Few values each, so that comparisons come out both ways.
struct random_facts {
  explicit random_facts(dice& d) {
    const auto one_in = [&](int n) { return d() % static_cast<unsigned>(n) == 0; };
    of.model = one_in(2) ? "chat" : "gpt-4o-mini";
    of.team = "search";
    of.key = one_in(2) ? "prod" : "dev";
    of.sensitivity = static_cast<data_class>(d() % 4);
    of.prompt_tokens = d() % 4;
    if (one_in(2)) of.max_tokens = d() % 4;
    of.stream = one_in(2);
    of.has_tools = one_in(2);
    of.has_images = one_in(2);
    of.tags = one_in(3) ? "" : one_in(2) ? "a-b.c=1,project=atlas" : "project=zeus";
    of.hour = static_cast<int>(d() % 24);
    of.weekday = std::chrono::weekday(d() % 7);
    if (one_in(2)) of.budget_left = static_cast<nano_usd>(d() % 3) * nano_per_usd / 2 - nano_per_usd / 2;
  }

  config::condition_facts of;
};

/// What is said of something missing is neither true nor false.
using truth = std::optional<bool>;

struct random_condition {
  std::string text;
  truth holds = false;
};

class condition_writer {
 public:
  condition_writer(dice& d, const config::condition_facts& of) : dice_(d), of_(of) {}

  random_condition write(int depth = 4) {
    switch (depth > 0 ? dice_() % 6 : 0) {
      case 1: {
        auto inside = write(depth - 1);
        return {"!" + space() + "(" + inside.text + ")", inside.holds ? truth(!*inside.holds) : truth()};
      }
      case 2: return joined("&&", depth);
      case 3: return joined("||", depth);
      default: return leaf();
    }
  }

 private:
  random_condition joined(const std::string& by, int depth) {
    std::string text;
    int held = 0, known = 0;
    const int count = 2 + static_cast<int>(dice_() % 3);
    for (int i = 0; i < count; ++i) {
      const auto part = write(depth - 1);
      text += (i > 0 ? space() + by + space() : "") + "(" + space() + part.text + ")";
      held += part.holds == truth(true);
      known += part.holds.has_value();
    }
    const bool decided = by == "&&" ? held < known : held > 0;   // by one of them, whatever the missing ones would be
    return {text, decided ? truth(by != "&&") : known == count ? truth(by == "&&") : truth()};
  }

  random_condition leaf() {
    switch (dice_() % 9) {
      case 0: return text_comparison("model", of_.model, {"chat", "gpt-4o-mini"});
      case 1: return text_comparison("tags.project", tag("project="), {"atlas", "zeus", "it's"});
      case 2: return text_comparison("tags.a-b.c", tag("a-b.c="), {"1", "2"});
      case 3: return ordered("prompt_tokens", true, of_.prompt_tokens, 1, 3);
      case 4: return ordered("max_tokens", of_.max_tokens.has_value(), of_.max_tokens.value_or(0), 1, 3);
      case 5: return ordered("hour", true, of_.hour, 1, 22);
      case 6: return flag();
      case 7: return given();
      default: return dollars();
    }
  }

  random_condition flag() {
    switch (dice_() % 3) {
      case 0: return {"stream", of_.stream};
      case 1: return {"!has_tools", !of_.has_tools};
      default: return {"has_images", of_.has_images};
    }
  }

  random_condition given() {
    switch (dice_() % 3) {
      case 0: return {"has(max_tokens)", of_.max_tokens.has_value()};
      case 1: return {"!has( budget_left )", !of_.budget_left};
      default: return {"has(tags.project)", !tag("project=").empty()};
    }
  }

  random_condition text_comparison(const std::string& name, std::string_view value, const std::vector<std::string>& words) {
    const auto& word = words[dice_() % words.size()];
    const std::string quoted = word.find('\'') == std::string::npos && dice_() % 2 ? "'" + word + "'" : "\"" + word + "\"";
    const bool there = !value.empty();
    switch (dice_() % 4) {
      case 0: return {name + space() + "==" + space() + quoted, there ? truth(value == word) : truth()};
      case 1: return {quoted + space() + "!=" + space() + name, there ? truth(value != word) : truth()};
      case 2: return {name + " in" + space() + "[" + quoted + space() + "]", there ? truth(value == word) : truth()};
      default: {
        const char first = word[0];
        return {name + " matches \"" + first + "*\"", there ? truth(value[0] == first) : truth()};
      }
    }
  }

  random_condition ordered(const std::string& name, bool there, std::int64_t value, std::int64_t least, std::int64_t most) {
    const auto fixed = least + static_cast<std::int64_t>(dice_() % static_cast<unsigned>(most - least + 1));
    const std::string number = std::to_string(fixed);
    switch (dice_() % 7) {
      case 0: return {name + space() + "<" + space() + number, there ? truth(value < fixed) : truth()};
      case 1: return {name + "<=" + number, there ? truth(value <= fixed) : truth()};
      case 2: return {name + ">" + number, there ? truth(value > fixed) : truth()};
      case 3: return {number + space() + "<=" + name, there ? truth(value >= fixed) : truth()};
      case 4: return {number + " == " + name, there ? truth(value == fixed) : truth()};
      case 5: return {name + " != " + number, there ? truth(value != fixed) : truth()};
      default: return {name + " in [0, " + number + "]", there ? truth(value == 0 || value == fixed) : truth()};
    }
  }

  random_condition dollars() {
    const bool there = of_.budget_left.has_value();
    const auto left = of_.budget_left.value_or(0);
    if (dice_() % 2) return {"budget_left < 0.5", there ? truth(left < nano_per_usd / 2) : truth()};
    return {"0 <= budget_left", there ? truth(left >= 0) : truth()};
  }

  std::string_view tag(std::string_view name_and_sign) const {
    const auto at = of_.tags.find(name_and_sign);
    if (at == std::string_view::npos) return {};
    const auto rest = of_.tags.substr(at + name_and_sign.size());
    return rest.substr(0, rest.find(','));
  }

  std::string space() { return std::string(dice_() % 3 == 0 ? dice_() % 3 : 1, ' '); }

  dice& dice_;
  const config::condition_facts& of_;
};

/// The names of the rules of a team "search" that may ask for two models.
inline config::condition_names names_of_search() { return config::names_in_rules("search", {"chat", "gpt-4o-mini"}); }

}  // namespace sallyport::tests

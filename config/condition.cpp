#include "config/condition.hpp"

#include "config/condition_implication.hpp"
#include "config/condition_term.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace sallyport::config {
namespace {

using kind = condition_term::kind;

/// What a name has for one call. Its type is the name's.
struct seen {
  bool is_given = true;
  std::int64_t number = 0;
  std::string_view text = {};
};

seen of_text(std::string_view text) { return {.is_given = !text.empty(), .text = text}; }
seen of_number(std::int64_t number) { return {.number = number}; }
seen of_number(const std::optional<std::int64_t>& number) { return {.is_given = number.has_value(), .number = number.value_or(0)}; }

/// The value of that tag in name=value,name=value; empty when it is not there.
std::string_view tag_in(std::string_view tags, std::string_view name) {
  while (!tags.empty()) {
    const auto one = tags.substr(0, tags.find(','));
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=') return one.substr(name.size() + 1);
    tags.remove_prefix(std::min(tags.size(), one.size() + 1));
  }
  return {};
}

std::string_view word_of(std::chrono::weekday day) { return weekday_words()[(day.iso_encoding() + 6) % 7]; }

seen of_flag(const std::optional<bool>& flag) { return {.is_given = flag.has_value(), .number = flag.value_or(false)}; }

bool has(const std::vector<std::string>* among, const std::string& one) {
  return among && std::find(among->begin(), among->end(), one) != among->end();
}

seen value_of(const fact_name& name, const condition_facts& of) {
  switch (name.which) {
    case fact::model: return of_text(of.model);
    case fact::team: return of_text(of.team);
    case fact::key: return of_text(of.key);
    case fact::data_class: return of_number(static_cast<std::int64_t>(of.sensitivity));
    case fact::prompt_tokens: return of_number(of.prompt_tokens);
    case fact::max_tokens: return of_number(of.max_tokens);
    case fact::stream: return of_number(of.stream);
    case fact::has_tools: return of_number(of.has_tools);
    case fact::has_images: return of_number(of.has_images);
    case fact::tags: return of_text(tag_in(of.tags, name.member));
    case fact::hour: return of_number(of.hour);
    case fact::weekday: return of_text(word_of(of.weekday));
    case fact::budget_left: return of_number(of.budget_left);
    case fact::runs_as: return of_text(of.runs_as);
    case fact::location: return of_text(of.location);
    case fact::retention: return of_number(of.retention_days);
    case fact::trains_on_data: return of_flag(of.trains_on_data);
    case fact::certifications: return of_number(has(of.certifications, name.member));
    case fact::provider: return of_text(of.provider);
    case fact::deployment: return of_text(of.deployment);
  }
  return {.is_given = false};
}

/// In this order: a conjunction is as good as its worst part, a disjunction as its best.
enum class truth : std::uint8_t { no, unknown, yes };

truth truth_of(bool it_is) { return it_is ? truth::yes : truth::no; }

bool compare(const seen& left, comparison by, const seen& right, value_type type) {
  if (type == value_type::text) return (left.text == right.text) == (by == comparison::equal);
  return compares(left.number, by, right.number);
}

bool is_equal(const seen& left, const fixed_value& right) {
  return right.type == value_type::text ? left.text == right.text : left.number == right.number;
}

truth truth_of_leaf(const condition_term& term, const condition_facts& of) {
  const auto left = value_of(term.name, of);
  if (term.is == kind::given) return truth_of(left.is_given);
  const auto other = term.other ? value_of(*term.other, of) : seen{};
  if (!left.is_given || !other.is_given) return truth::unknown;
  switch (term.is) {
    case kind::flag: return truth_of(left.number != 0);
    case kind::compares: {
      if (term.other) return truth_of(compare(left, term.by, other, term.name.type));
      const auto& right = term.values.front();
      return truth_of(compare(left, term.by, {.number = right.number, .text = right.text}, term.name.type));
    }
    case kind::among: return truth_of(std::any_of(term.values.begin(), term.values.end(), [&](const auto& one) { return is_equal(left, one); }));
    case kind::matches: return truth_of(matches(left.text, term.values.front().text));
    case kind::given:
    case kind::all:
    case kind::any:
    case kind::negation: break;
  }
  return truth::unknown;
}

/// As deep as the text that it was made of (condition_limits).
truth truth_for(const condition_term& term, const condition_facts& of) {
  auto found = term.is == kind::any ? truth::no : truth::yes;
  switch (term.is) {
    case kind::all:
      for (const auto& part : term.parts)
        if ((found = std::min(found, truth_for(part, of))) == truth::no) break;
      return found;
    case kind::any:
      for (const auto& part : term.parts)
        if ((found = std::max(found, truth_for(part, of))) == truth::yes) break;
      return found;
    case kind::negation: {
      const auto inside = truth_for(term.parts.front(), of);
      return inside == truth::unknown ? inside : truth_of(inside == truth::no);
    }
    default: return truth_of_leaf(term, of);
  }
}

std::string text_of_seen(const fact_name& name, const condition_facts& of) {
  const auto value = value_of(name, of);
  if (!value.is_given) return text_of(name) + " is missing";
  return text_of(name) + " is " + text_of(fixed_value{name.type, value.number, std::string(value.text)});
}

condition_part part_of(const condition_term& leaf, const condition_facts& of) {
  std::string saw = text_of_seen(leaf.name, of);
  if (leaf.other) saw += ", " + text_of_seen(*leaf.other, of);
  return {text_of(leaf), truth_for(leaf, of) == truth::yes, std::move(saw)};
}

void add_deciding(const condition_term& term, const condition_facts& of, std::vector<condition_part>& into) {
  if (term.is == kind::negation) return add_deciding(term.parts.front(), of, into);
  if (term.is != kind::all && term.is != kind::any) return into.push_back(part_of(term, of));
  // One part alone decides that an && is not true and that an || is.
  const auto whole = truth_for(term, of);
  const bool decided_by_one = (term.is == kind::any) == (whole == truth::yes);
  const auto one = std::find_if(term.parts.begin(), term.parts.end(), [&](const auto& part) { return truth_for(part, of) == whole; });
  if (decided_by_one && one != term.parts.end()) return add_deciding(*one, of, into);
  for (const auto& part : term.parts) add_deciding(part, of, into);
}

bool is_about(const condition_term& term, fact which) {
  if (term.is == kind::all || term.is == kind::any || term.is == kind::negation)
    return std::any_of(term.parts.begin(), term.parts.end(), [&](const condition_term& part) { return is_about(part, which); });
  return term.name.which == which || (term.other && term.other->which == which);
}

}  // namespace

condition::condition(condition_term whole) : whole_(std::make_shared<const condition_term>(std::move(whole))) {}

bool condition::holds(const condition_facts& of) const { return truth_for(*whole_, of) == truth::yes; }

std::vector<condition_part> condition::why(const condition_facts& of) const {
  std::vector<condition_part> made;
  add_deciding(*whole_, of, made);
  return made;
}

bool condition::mentions(fact which) const { return is_about(*whole_, which); }

std::string condition::text() const { return text_of(*whole_); }

bool condition::implies(const condition& wide) const { return config::implies(*whole_, *wide.whole_); }

bool condition::operator==(const condition& other) const { return *whole_ == *other.whole_; }

}  // namespace sallyport::config

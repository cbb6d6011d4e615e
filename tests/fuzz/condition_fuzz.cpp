// Any bytes as a condition: a condition or a problem; a condition prints what compiles to itself again, and comes out the same.
#include "config/condition_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace sallyport::config;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

condition_facts facts_by(std::size_t size) {
  condition_facts of;
  of.model = "chat";
  of.team = "search";
  of.sensitivity = static_cast<sallyport::data_class>(size % 4);
  of.prompt_tokens = static_cast<std::int64_t>(size);
  if (size % 2) of.max_tokens = static_cast<std::int64_t>(size);
  of.tags = size % 3 ? "a=1,project=atlas" : "";
  of.hour = static_cast<int>(size % 24);
  of.weekday = std::chrono::weekday(static_cast<unsigned>(size % 7));
  if (size % 5) of.budget_left = static_cast<sallyport::nano_usd>(size);
  return of;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto names = names_in_rules("search", {"chat", "gpt-4o-mini"});
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto made = compile(text, names);
  demand(made.value.has_value() == made.problems.empty());
  for (const auto& one : made.problems) demand(one.at <= size && !one.sentence.empty());
  if (!made.value) return 0;

  const auto printed = made.value->text();
  const auto facts = facts_by(size);
  demand(made.value->implies(*made.value));
  demand(!made.value->why(facts).empty());
  const auto again = compile(printed, names);
  // Printing adds spaces and parentheses, and may so pass the limits.
  if (!again.value) return 0;
  demand(*again.value == *made.value && again.value->text() == printed);
  demand(again.value->holds(facts) == made.value->holds(facts));
  return 0;
}

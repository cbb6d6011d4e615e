#include "adapters/anthropic_messages_models.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::string_view family = "claude-";

constexpr auto none = thinking_form::none;
constexpr auto budget = thinking_form::budget;
constexpr auto adaptive = thinking_form::adaptive;
constexpr auto always = thinking_form::always;

struct row {
  std::string_view begins_with;
  model_facts facts;
};

// The first whose beginning fits.                tokens  thinking  sampling both   prefill schema forced xhigh
constexpr std::array<row, 17> table{{
    {"claude-3-haiku",                           {4'096, none, true, true, true, false, true, false}},
    {"claude-3-opus",                            {4'096, none, true, true, true, false, true, false}},
    {"claude-3-sonnet",                          {4'096, none, true, true, true, false, true, false}},
    {"claude-3-5-",                              {8'192, none, true, true, true, false, true, false}},
    {"claude-3-7-",                              {64'000, budget, true, true, true, false, true, false}},
    {"claude-opus-4-1",                          {32'000, budget, true, false, true, true, true, false}},
    {"claude-opus-4-5",                          {64'000, budget, true, false, true, true, true, false}},
    {"claude-sonnet-4-5",                        {64'000, budget, true, false, true, true, true, false}},
    {"claude-haiku-4-5",                         {64'000, budget, true, false, true, true, true, false}},
    {"claude-opus-4-6",                          {128'000, adaptive, true, false, false, true, true, false}},
    {"claude-sonnet-4-6",                        {128'000, adaptive, true, false, false, true, true, false}},
    {"claude-opus-4-7",                          {128'000, adaptive, false, false, false, true, true, true}},
    {"claude-opus-4-8",                          {128'000, adaptive, false, false, false, true, true, true}},
    {"claude-opus-4",                            {32'000, budget, true, true, true, false, true, false}},
    {"claude-sonnet-4",                          {64'000, budget, true, true, true, false, true, false}},
    {"claude-fable-",                            {128'000, always, false, false, false, true, false, true}},
    {"claude-mythos-",                           {128'000, always, false, false, false, true, false, true}},
}};

// Later ones are taken for the like of the newest; all of them answer with so much.
constexpr model_facts newest{64'000, adaptive, false, false, false, true, true, true};
constexpr model_facts of_others{8'192, budget, true, true, true, true, true, true};

}  // namespace

bool is_claude(std::string_view model) {
  const auto from = model.find(family);
  if (from == std::string_view::npos) return false;
  return from == 0 || model[from - 1] == '/' || model[from - 1] == '.';
}

const model_facts& facts_of(std::string_view model) {
  if (!is_claude(model)) return of_others;
  std::string name(model.substr(model.find(family)));
  std::replace(name.begin(), name.end(), '.', '-');
  for (const row& one : table)
    if (name.starts_with(one.begins_with)) return one.facts;
  return newest;
}

}  // namespace sallyport::anthropic_messages

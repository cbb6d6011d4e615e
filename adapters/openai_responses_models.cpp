#include "adapters/openai_responses_models.hpp"

#include <array>

namespace sallyport::openai_responses {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without the maker in front, as in openai/gpt-5 and openai.gpt-5.
std::string_view own_name(std::string_view model) {
  const auto slash = model.rfind('/');
  if (slash != std::string_view::npos) model.remove_prefix(slash + 1);
  constexpr std::string_view maker = "openai.";
  if (model.starts_with(maker)) model.remove_prefix(maker.size());
  return model;
}

bool is_chat_variant(std::string_view name) { return name.find("-chat") != std::string_view::npos; }

bool is_of_o_series(std::string_view name) { return name.size() > 1 && name[0] == 'o' && is_digit(name[1]); }

bool is_gpt_5_or_later(std::string_view name) {
  constexpr std::string_view family = "gpt-";
  if (!name.starts_with(family) || name.size() == family.size() || !is_digit(name[family.size()])) return false;
  const bool has_two_digits = name.size() > family.size() + 1 && is_digit(name[family.size() + 1]);
  return has_two_digits || name[family.size()] >= '5';
}

}  // namespace

bool is_known_not_to_think(std::string_view model) {
  const auto name = own_name(model);
  constexpr std::array<std::string_view, 3> families{"gpt-3", "gpt-4", "chatgpt-"};
  for (const auto family : families)
    if (name.starts_with(family)) return true;
  return is_gpt_5_or_later(name) && is_chat_variant(name);
}

bool refuses_sampling(std::string_view model) {
  const auto name = own_name(model);
  return (is_of_o_series(name) || is_gpt_5_or_later(name)) && !is_chat_variant(name);
}

bool is_known_to_think(std::string_view model) { return refuses_sampling(model) || own_name(model).starts_with("grok-"); }

}  // namespace sallyport::openai_responses

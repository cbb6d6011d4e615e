#include "proxy/stages/find_model.hpp"

#include <algorithm>

namespace sallyport::stages {
namespace {

constexpr std::size_t names_shown_max = 8;

bool allows(const std::vector<std::string>& models, std::string_view name) {
  return models.empty() || std::find(models.begin(), models.end(), name) != models.end();
}

bool may_ask_for(const caller& who, std::string_view name) {
  return (!who.team || allows(who.team->models, name)) && (!who.key || allows(who.key->models, name));
}

std::string visible_text(const std::string& name) {
  constexpr std::size_t shown_max = 80;
  std::string text;
  for (const char c : name.substr(0, shown_max)) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return name.size() > shown_max ? text + "..." : text;
}

failure unknown(const config::settings& settings, const caller& who, std::string_view name) {
  std::string sentence = "The model '" + visible_text(std::string(name)) + "' does not exist here.";
  const auto names = visible_models(settings, who);
  if (settings.any_provider_model) {
    sentence += " Ask for PROVIDER/MODEL with one of the providers:";
    std::size_t shown = 0;
    for (const auto& [provider, ignored] : settings.providers)
      if (shown++ < names_shown_max) sentence += " " + provider;
  } else if (!names.empty()) {
    sentence += " You may use:";
    for (std::size_t i = 0; i < std::min(names.size(), names_shown_max); ++i) sentence += (i ? ", " : " ") + names[i];
    if (names.size() > names_shown_max) sentence += ", and more (GET /v1/models)";
  }
  if (sentence.back() != '.') sentence += ".";
  return fail_with(failure_kind::unknown_model, std::move(sentence), "model");
}

}  // namespace

result<std::shared_ptr<const config::model>> find_model(const config::settings& settings, const caller& who, std::string_view name) {
  std::shared_ptr<const config::model> found;
  if (const auto at = settings.models.find(std::string(name)); at != settings.models.end())
    found = at->second;
  else if (settings.any_provider_model)
    found = config::open_model(settings, name);
  if (!found) return unknown(settings, who, name);
  if (!may_ask_for(who, name)) return fail(failure_kind::model_not_allowed);
  return found;
}

std::vector<std::string> visible_models(const config::settings& settings, const caller& who) {
  std::vector<std::string> names;
  for (const auto& [name, model] : settings.models)
    if (may_ask_for(who, name)) names.push_back(name);
  return names;
}

}  // namespace sallyport::stages

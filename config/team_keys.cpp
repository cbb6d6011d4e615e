#include "config/team_keys.hpp"

#include "config/deployment_keys.hpp"
#include "config/nearest.hpp"
#include "config/secrets.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace sallyport::config {
namespace {

section<key_draft> key_keys() {
  using k = key_draft;
  return {
      required(value_key("name", &k::name, line_of_text(64), "", "What the key is called in logs and reports; unique within its team."),
               "is missing; write name: NAME"),
      value_key("sha256", &k::sha256, sha256_hash(), "", "The SHA-256 of the key, in hexadecimal."),
      value_key("value", &k::value, secret_text(), "", "The key itself, instead of its hash. Only its hash is kept."),
      value_key("expires", &k::expires, utc_day(), "", "From the beginning of that day in UTC the key is unknown. Default: never."),
      list_key("models", &k::models, line_of_text(400), "The models of its team that it may ask for. Default: all of them."),
      values_key("networks", &k::networks, address_range(), "Where its clients may be. Default: anywhere."),
      value_key("data_class", &k::floor, class_of_data(), "", "The least data class of all that is sent with it. Default: the team's."),
  };
}

std::array<std::uint8_t, 32> sha256_of(std::string_view text) {
  std::array<std::uint8_t, 32> made{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), made.data(), &length, EVP_sha256(), nullptr);
  return made;
}

bool among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

section<team_draft> team_keys() {
  using d = team_draft;
  return {
      sections_key("keys", &d::keys, key_keys(), "The keys that belong to the team: each a name, and either sha256 or value."),
      list_key("models", &d::models, line_of_text(400), "The models that it may ask for. Default: every one."),
      value_key("timezone", &d::zone, zone_by_name(), "", "Whose hour and weekday its rules mean, and its budget's days. Default: UTC."),
      sections_key("rules", &d::rules, rule_keys(),
                   "The team's own routing: the first rule that a call meets decides who serves it. Conditions: docs/conditions.md."),
      value_key("data_class", &d::floor, class_of_data(), "", "The least data class of all that it sends. Default: public."),
      section_key("budget", &d::budget, budget_keys(), "Money that the team may spend in a window of the calendar."),
      section_key("limits", &d::limits, limit_keys(), "What the team may use at once and in a time. What is left out has no limit."),
  };
}

std::shared_ptr<const team> team_maker::made(const named<team_draft>& from) {
  team made;
  made.name = from.name;
  made.floor = from.value.floor.value_or(data_class::public_);
  if (!from.at.has("keys") && from.at.here().is == node::shape::map) from.at.warn("has no keys: nobody can call as this team");
  for (const auto& name : from.value.models) {
    check_model(name);
    made.models.push_back(name.value);
  }
  for (const auto& one : from.value.keys) add_key(one, made);
  made.zone = from.value.zone.value_or(time_zone());
  made.rules = made_rules(made.name, made.models.empty() && !any_provider_model_ ? models_ : made.models, from.value.rules, deployments_);
  made.limits = from.value.limits;
  if (from.value.budget) made.money = made_budget(from.at.below("budget"), *from.value.budget, made.zone, deployments_);
  return std::make_shared<const team>(std::move(made));
}

void team_maker::add_key(const located<key_draft>& from, team& into) {
  const auto& draft = from.value;
  const bool has_hash = from.at.has("sha256");
  const bool has_value = from.at.has("value");
  if (from.at.here().is != node::shape::map) return;  // said already
  if (has_hash && has_value) return from.at.refuse("has both sha256 and value; keep one of the two");
  if (!has_hash && !has_value) return from.at.refuse("has neither sha256 nor value; give one");

  if (const auto wrong = draft.name.empty() ? std::nullopt : plain_name(draft.name)) from.at.below("name").refuse(*wrong);
  const auto same_name = [&](const key& other) { return other.name == draft.name; };
  if (std::any_of(into.keys.begin(), into.keys.end(), same_name))
    from.at.below("name").refuse("another key of this team has the name " + in_quotes(draft.name));

  key made{.name = draft.name, .sha256 = draft.sha256.value_or(std::array<std::uint8_t, 32>{}), .networks = draft.networks};
  made.floor = draft.floor.value_or(data_class::public_);
  if (draft.expires) made.expires = *draft.expires;
  for (const auto& name : draft.models) {
    check_model(name);
    if (!into.models.empty() && !among(into.models, name.value)) name.at.refuse(name.at.shown(name.value) + " is none of the team's models");
    made.models.push_back(name.value);
  }
  const auto text = accepted_secret(draft.value, from.at.below("value"), allow_inline_secrets_);
  if (!text.empty()) made.sha256 = sha256_of(text.reveal());
  if (!draft.sha256 && text.empty()) return;  // could not be read: said already
  const auto [first, is_new] = keys_so_far_.emplace(made.sha256, from.at.at());
  if (!is_new) from.at.refuse("is the same key as the one at " + to_string(first->second) + "; a key belongs to one team");
  into.keys.push_back(std::move(made));
}

void team_maker::check_model(const located<std::string>& name) const {
  if (among(models_, name.value)) return;
  if (!any_provider_model_)
    return name.at.refuse("model " + name.at.shown(name.value) + " is not defined" + suggestion(name.value, models_));
  const auto parts = split_at_provider(name.value);
  if (parts && among(providers_, parts->first)) return;
  const auto provider = name.value.substr(0, name.value.find('/'));
  name.at.refuse(name.at.shown(name.value) + " is not a PROVIDER/MODEL of a defined provider" + suggestion(provider, providers_));
}

}  // namespace sallyport::config

#include "proxy/ledger/key_desk.hpp"

#include "config/addresses.hpp"
#include "config/key_table.hpp"
#include "config/nearest.hpp"
#include "config/scalar.hpp"

#include <algorithm>

namespace sallyport::ledger {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

failure bad(std::string sentence, std::string field = {}) {
  return fail_with(failure_kind::invalid_request, std::move(sentence), std::move(field));
}

result<void> check_team(const config::settings& in, std::string_view team) {
  std::vector<std::string> teams;
  for (const auto& [name, one] : in.teams) teams.push_back(name);
  if (in.teams.contains(std::string(team))) return {};
  return bad("The configuration has no team '" + std::string(team) + "'" + config::suggestion(team, teams) + ".", "team");
}

result<void> check_name(const config::team& team, const std::string& name) {
  if (const auto wrong = config::plain_name(name)) return bad("The name of a key " + wrong->sentence + ".", "name");
  for (const auto& key : team.keys)
    if (key.name == name)
      return bad("Team '" + team.name + "' has a key '" + name + "' in the configuration, which wins. Give this one another name.", "name");
  return {};
}

result<void> check_models(const config::settings& in, const config::team& team, const std::vector<std::string>& asked) {
  if (asked.size() > key_items_max) return bad("A key takes at most 100 models.", "models");
  std::vector<std::string> models;
  for (const auto& [name, model] : in.models) models.push_back(name);
  for (const auto& model : asked)
    if (!in.any_provider_model && !in.models.contains(model))
      return bad("The configuration has no model '" + model + "'" + config::suggestion(model, models) + ".", "models");
  for (const auto& model : asked)
    if (!team.models.empty() && std::find(team.models.begin(), team.models.end(), model) == team.models.end())
      return bad("Team '" + team.name + "' may not ask for model '" + model + "'" + config::suggestion(model, team.models) + ".", "models");
  return {};
}

result<void> check_networks(const std::vector<std::string>& asked) {
  if (asked.size() > key_items_max) return bad("A key takes at most 100 networks.", "networks");
  for (const auto& network : asked)
    if (const auto read = config::network_in(network); !read) return bad("The network '" + network + "' " + read.error().sentence + ".", "networks");
  return {};
}

result<void> check(const config::settings& in, const key_order& order) {
  if (auto checked = check_team(in, order.team); checked.has_error()) return checked;
  const auto& team = *in.teams.at(order.team);
  if (auto checked = check_name(team, order.name); checked.has_error()) return checked;
  if (auto checked = check_models(in, team, order.models); checked.has_error()) return checked;
  return check_networks(order.networks);
}

result<std::optional<sys_seconds>> expiry_of(const key_order& order, sys_seconds now) {
  if (order.expires.empty()) return std::optional<sys_seconds>();
  const auto day = config::utc_day_in({.text = order.expires, .folder = {}});
  if (!day) return bad("When a key expires is a day in UTC: " + day.error().sentence + ".", "expires");
  if (sys_seconds(*day) <= now) return bad("The day " + order.expires + " has begun already (in UTC), so the key would be of no use.", "expires");
  return std::optional<sys_seconds>(*day);
}

/// What a successor takes over where its order is silent; so a rotation never widens what a key may do.
void inherit(stored_key& successor, const stored_key& from) {
  if (successor.models.empty()) successor.models = from.models;
  if (successor.networks.empty()) successor.networks = from.networks;
  if (!successor.expires && from.expires) successor.expires = successor.created + (*from.expires - from.created);
}

bool is_in_use(const stored_key& key, sys_seconds now) { return !key.revoked && (!key.expires || *key.expires > now); }

}  // namespace

result<minted_key> key_desk::drawn(const config::settings& in, const key_order& order, sys_seconds now) {
  if (auto checked = check(in, order); checked.has_error()) return checked.error();
  const auto expires = expiry_of(order, now);
  if (expires.has_error()) return expires.error();
  auto text = random_key();
  if (text.empty()) return fail_with(failure_kind::internal, "No random numbers to be had from the system.");
  stored_key key{.team = order.team, .name = order.name, .digest = digest_of(text, pepper_), .created = now, .expires = *expires,
                 .revoked = {}, .models = order.models, .networks = order.networks};
  return minted_key{std::move(key), secret(std::move(text))};
}

result<minted_key> key_desk::mint(const config::settings& in, const key_order& order, sys_seconds now) {
  auto made = drawn(in, order, now);
  if (made.has_error()) return made;
  if (auto kept = keys_.add(made->key, now); kept.has_error()) return kept.error();
  return made;
}

result<std::optional<stored_key>> key_desk::in_use(std::string_view team, std::string_view name, sys_seconds now) {
  auto all = keys_.all();
  if (all.has_error()) return all.error();
  const auto found = std::find_if(all->begin(), all->end(), [&](const auto& key) {
    return key.team == team && key.name == name && is_in_use(key, now);
  });
  return found == all->end() ? std::optional<stored_key>() : std::optional<stored_key>(std::move(*found));
}

result<minted_key> key_desk::rotate(const config::settings& in, const key_order& order, const std::string& grace, sys_seconds now) {
  const auto lasts = config::duration_in({.text = grace, .folder = {}}, 0ms, std::chrono::hours(24 * 365));
  if (!lasts) return bad("How long the old key goes on is a duration, as in 24h: " + lasts.error().sentence + ".", "grace");
  auto made = drawn(in, order, now);
  if (made.has_error()) return made;
  const auto predecessor = in_use(order.team, order.name, now);
  if (predecessor.has_error()) return predecessor.error();
  if (*predecessor) inherit(made->key, **predecessor);
  const auto ends = now + std::chrono::duration_cast<std::chrono::seconds>(*lasts);
  if (auto kept = keys_.rotate(made->key, ends, now); kept.has_error()) return kept.error();
  return made;
}

result<void> key_desk::revoke(std::string_view team, std::string_view name, sys_seconds now) { return keys_.end(team, name, now, now); }

result<std::vector<listed_key>> key_desk::list(const config::settings& in, std::string_view team) {
  const auto stored = keys_.all();
  if (stored.has_error()) return stored.error();
  std::vector<listed_key> listed;
  for (const auto& [name, one] : in.teams) {
    if (!team.empty() && team != name) continue;
    for (const auto& key : one->keys) {
      std::vector<std::string> networks;
      for (const auto& network : key.networks) networks.push_back(network.text);
      listed.push_back({name, key.name, false, {}, key.expires, {}, key.models, std::move(networks)});
    }
  }
  for (const auto& key : *stored)
    if (team.empty() || team == key.team)
      listed.push_back({key.team, key.name, true, key.created, key.expires, key.revoked, key.models, key.networks});
  if (listed.empty() && !team.empty())
    if (auto known = check_team(in, team); known.has_error()) return known.error();
  return listed;
}

}  // namespace sallyport::ledger

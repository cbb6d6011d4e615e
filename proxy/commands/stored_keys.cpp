#include "proxy/commands/stored_keys.hpp"

#include "config/addresses.hpp"
#include "config/nearest.hpp"
#include "config/scalar.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/commands/sheet.hpp"
#include "proxy/commands/state_files.hpp"
#include "proxy/ledger/key_store.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>

namespace sallyport::commands {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

failure bad(std::string sentence) { return fail_with(failure_kind::invalid_request, std::move(sentence)); }

/// An open key store and what stands around it.
struct desk {
  std::shared_ptr<const config::settings> settings;
  std::unique_ptr<ledger::key_store> keys;
  secret pepper;
};

result<desk> desk_of(const std::shared_ptr<const config::settings>& settings) {
  const auto path = store_of(*settings);
  if (path.has_error()) return path.error();
  auto pepper = ledger::pepper_in(folder_of(*path));
  if (pepper.has_error()) return pepper.error();
  auto keys = ledger::key_store::open(*path);
  if (keys.has_error()) return keys.error();
  return desk{settings, std::move(*keys), std::move(*pepper)};
}

result<void> check_names(const stored_key_options& options, const config::settings& in) {
  std::vector<std::string> teams;
  for (const auto& [name, team] : in.teams) teams.push_back(name);
  if (!in.teams.contains(options.team))
    return bad("The configuration has no team '" + options.team + "'" + config::suggestion(options.team, teams) + ".");
  std::vector<std::string> models;
  for (const auto& [name, model] : in.models) models.push_back(name);
  for (const auto& model : options.models)
    if (!in.any_provider_model && !in.models.contains(model))
      return bad("The configuration has no model '" + model + "'" + config::suggestion(model, models) + ".");
  for (const auto& network : options.networks)
    if (const auto read = config::network_in(network); !read) return bad("The network '" + network + "' " + read.error().sentence + ".");
  for (const auto& key : in.teams.at(options.team)->keys)
    if (key.name == options.name)
      return bad("Team '" + options.team + "' has a key '" + options.name + "' in the configuration, which wins. Give this one another --name.");
  return {};
}

result<ledger::stored_key> key_of(const stored_key_options& options, const std::string& text, const secret& pepper) {
  ledger::stored_key made{.team = options.team, .name = options.name, .digest = ledger::digest_of(text, pepper), .created = now(),
                          .models = options.models, .networks = options.networks};
  if (options.expires.empty()) return made;
  const auto day = config::utc_day_in({.text = options.expires, .folder = {}});
  if (!day) return bad("--expires: " + day.error().sentence + ".");
  made.expires = *day;
  return made;
}

void show(const std::string& text, const stored_key_options& options) {
  std::cout << "The key, shown this once; hand it to the app:\n\n  " << text << "\n\nIt is key '" << options.name << "' of team '" << options.team
            << "'. A running gateway takes it within a second.\n";
}

int with_desk(const stored_key_options& options, const std::function<result<void>(desk&)>& act) {
  const auto read = read_configuration(options.file);
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  auto opened = desk_of(read.value);
  auto ended = opened.has_error() ? result<void>(opened.error()) : act(*opened);
  if (ended.has_value()) return done;
  const failure why = ended.error();
  std::cerr << why.client_sentence() << '\n';
  return failed;
}

result<void> mint(desk& at, const stored_key_options& options, const std::function<result<void>(const ledger::stored_key&)>& keep) {
  if (auto checked = check_names(options, *at.settings); checked.has_error()) return checked;
  const auto text = ledger::random_key();
  if (text.empty()) return bad("No random numbers to be had from the system.");
  const auto key = key_of(options, text, at.pepper);
  if (key.has_error()) return key.error();
  if (auto kept = keep(*key); kept.has_error()) return kept;
  show(text, options);
  return {};
}

std::string day_of(const std::optional<sys_seconds>& at) {
  return at ? config::text_of(std::chrono::floor<std::chrono::days>(*at)) : std::string();
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : " ") + item;
  return text;
}

}  // namespace

int mint_stored_key(const stored_key_options& options) {
  return with_desk(options, [&](desk& at) {
    return mint(at, options, [&](const ledger::stored_key& key) { return at.keys->add(key, now()); });
  });
}

int rotate_stored_key(const stored_key_options& options) {
  return with_desk(options, [&](desk& at) -> result<void> {
    const auto grace = config::duration_in({.text = options.grace, .folder = {}}, 0ms, std::chrono::hours(24 * 365));
    if (!grace) return bad("--grace takes a duration, as in 24h: " + grace.error().sentence + ".");
    const auto ends = now() + std::chrono::duration_cast<std::chrono::seconds>(*grace);
    return mint(at, options, [&](const ledger::stored_key& key) { return at.keys->rotate(key, ends, now()); });
  });
}

int revoke_stored_key(const stored_key_options& options) {
  return with_desk(options, [&](desk& at) {
    auto ended = at.keys->end(options.team, options.name, now(), now());
    if (ended.has_value()) std::cout << "Key '" << options.name << "' of team '" << options.team << "' is revoked.\n";
    return ended;
  });
}

int list_stored_keys(const stored_key_options& options) {
  return with_desk(options, [&](desk& at) -> result<void> {
    const auto all = at.keys->all();
    if (all.has_error()) return all.error();
    sheet shown{{{"team"}, {"key"}, {"from"}, {"created"}, {"expires"}, {"revoked"}, {"models"}, {"networks"}}, {}};
    for (const auto& [name, team] : at.settings->teams)
      for (const auto& key : team->keys)
        if (options.team.empty() || options.team == name)
          shown.lines.push_back({name, key.name, "configuration", "", day_of(key.expires), "", joined(key.models), ""});
    for (const auto& key : *all)
      if (options.team.empty() || options.team == key.team)
        shown.lines.push_back({key.team, key.name, "store", day_of(key.created), day_of(key.expires), day_of(key.revoked), joined(key.models),
                               joined(key.networks)});
    write_table(shown, std::cout);
    return {};
  });
}

}  // namespace sallyport::commands

#include "proxy/commands/stored_keys.hpp"

#include "config/scalar.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/commands/sheet.hpp"
#include "proxy/commands/state_files.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <tuple>

namespace sallyport::commands {
namespace {

using std::chrono::sys_seconds;
sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

using action = std::function<result<void>(ledger::key_desk&, const config::settings&)>;

result<void> at_desk(const config::settings& settings, const action& act) {
  const auto path = store_of(settings);
  if (path.has_error()) return path.error();
  const auto pepper = ledger::pepper_in(folder_of(*path));
  if (pepper.has_error()) return pepper.error();
  const auto keys = ledger::key_store::open(*path);
  if (keys.has_error()) return keys.error();
  ledger::key_desk desk(**keys, *pepper);
  return act(desk, settings);
}

result<void> show(const result<ledger::minted_key>& made) {
  if (made.has_error()) return made.error();
  std::cout << "The key, shown this once; hand it to the app:\n\n  " << made->text.reveal() << "\n\nIt is key '" << made->key.name
            << "' of team '" << made->key.team << "'. A running gateway takes it within a second.\n";
  return {};
}

int with_desk(const stored_key_options& options, const action& act) {
  const auto read = read_configuration(options.file);
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  const auto ended = at_desk(*read.value, act);
  if (ended.has_value()) return done;
  const failure why = ended.error();
  std::cerr << why.client_sentence() << '\n';
  return failed;
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
  return with_desk(options, [&](ledger::key_desk& desk, const config::settings& in) { return show(desk.mint(in, options.order, now())); });
}

int rotate_stored_key(const stored_key_options& options) {
  return with_desk(options, [&](ledger::key_desk& desk, const config::settings& in) {
    return show(desk.rotate(in, options.order, options.grace, now()));
  });
}

int revoke_stored_key(const stored_key_options& options) {
  return with_desk(options, [&](ledger::key_desk& desk, const config::settings&) {
    const auto& [team, name] = std::tie(options.order.team, options.order.name);
    auto ended = desk.revoke(team, name, now());
    if (ended.has_value()) std::cout << "Key '" << name << "' of team '" << team << "' is revoked.\n";
    return ended;
  });
}

int list_stored_keys(const stored_key_options& options) {
  return with_desk(options, [&](ledger::key_desk& desk, const config::settings& in) -> result<void> {
    const auto all = desk.list(in, options.order.team);
    if (all.has_error()) return all.error();
    sheet shown{{{"team"}, {"key"}, {"from"}, {"created"}, {"expires"}, {"revoked"}, {"models"}, {"networks"}}, {}};
    for (const auto& key : *all)
      shown.lines.push_back({key.team, key.name, key.stored ? "store" : "configuration", day_of(key.created), day_of(key.expires),
                             day_of(key.revoked), joined(key.models), joined(key.networks)});
    write_table(shown, std::cout);
    return {};
  });
}

}  // namespace sallyport::commands

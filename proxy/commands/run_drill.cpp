#include "proxy/commands/run_drill.hpp"

#include "proxy/commands/configuration.hpp"
#include "proxy/commands/drill_configuration.hpp"
#include "proxy/commands/drill_run.hpp"
#include "proxy/rehearsal/drill_card.hpp"

#include <csignal>
#include <iostream>
#include <vector>

namespace sallyport::commands {
namespace {

std::vector<std::string> changes_to(const config::settings& own) {
  std::vector<std::string> notes{
      "Built-in upstreams on loopback stand for all providers: no key is used, nothing goes out. first_token, idle and "
      "attempt are 2 s at most, `try` is in order, the first deployment fails."};
  if (!own.teams.empty()) notes.push_back("Teams are left out, with their rules, limits and budgets: each call is as of an open gateway.");
  return notes;
}

std::string why_not_drilled(const config::settings& own, const std::string& model) {
  if (own.models.empty()) return "The configuration has no `models`, so there is no failover to drill; add one that tries two deployments.";
  std::string names;
  for (const auto& [name, one] : own.models) names += (names.empty() ? "" : ", ") + name;
  return "There is no model " + model + "; the configuration has " + names + ".";
}

std::string note_on(const std::vector<std::string>& placeholders) {
  std::string names;
  for (const std::string& one : placeholders) names += (names.empty() ? "" : ", ") + one;
  return "Not set, and not needed here: " + names + ". A placeholder stands for each.";
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& one : notes) std::cout << one << '\n';
}

}  // namespace

int run_drill(const drill_options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto [read, placeholders] = read_drill_configuration(options.file);
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  const config::settings& own = *read.value;
  if (own.models.empty() || (!options.model.empty() && !own.models.contains(options.model))) {
    std::cerr << why_not_drilled(own, options.model) << '\n';
    return bad_configuration;
  }
  drill_run all(own);
  result<void> played = all.start();
  auto notes = changes_to(own);
  if (!placeholders.empty()) notes.push_back(note_on(placeholders));
  if (!options.json) print_notes(notes);
  std::cout << std::flush;
  for (const auto& [name, model] : own.models)
    if (played && (options.model.empty() || name == options.model)) played = all.play(*model);
  if (!played) {
    std::cerr << played.error().client_sentence() << " (" << played.error().detail << ")\n";
    return failed;
  }
  if (!options.json) print_notes(all.notes());
  notes.insert(notes.end(), all.notes().begin(), all.notes().end());
  std::cout << (options.json ? rehearsal::drill_json(all.rows(), notes) : "\n" + rehearsal::drill_table(all.rows()));
  return rehearsal::totals_of(all.rows()).failed == 0 && all.every_model_was_played() ? done : failed;
}

}  // namespace sallyport::commands

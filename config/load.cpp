#include "config/load.hpp"

#include "config/class_checks.hpp"
#include "config/include_files.hpp"
#include "config/price_list.hpp"
#include "config/root_keys.hpp"

namespace sallyport::config {
namespace {

template <class Part>
std::vector<std::string> names_of(const std::vector<named<Part>>& entries) {
  std::vector<std::string> names;
  for (const auto& one : entries) names.push_back(one.name);
  return names;
}

void add_providers(const root_draft& from, settings& into) {
  for (const auto& one : from.providers) into.providers[one.name] = made_provider(one, from.allow_inline_secrets);
}

void add_deployments(const root_draft& from, settings& into) {
  for (const auto& one : from.deployments)
    if (auto made = made_deployment(one, into.providers, into.prices.get())) into.deployments[one.name] = std::move(made);
}

void add_models(const root_draft& from, deployment_names& names, settings& into) {
  for (const auto& one : from.models) into.models[one.name] = made_model(one, names);
}

void add_teams(const cursor& root, const root_draft& from, deployment_names& deployments, settings& into) {
  team_maker maker(names_of(from.models), into.any_provider_model, names_of(from.providers), from.allow_inline_secrets, deployments);
  for (const auto& one : from.teams) into.teams[one.name] = maker.made(one);
  if (!root.has("teams"))
    root.warn("there are no teams: the gateway is open, anybody who reaches " + into.listen.address.host + " port " +
              std::to_string(into.listen.address.port) + " can spend on your credentials; define teams with keys to close it");
}

/// The order is the order of reference: each noun names only those before it.
settings settings_of(const cursor& root, const root_draft& draft) {
  settings made;
  made.listen = draft.listen;
  made.state = draft.state;
  made.attempts_max = draft.attempts;
  made.reserve_output_tokens = static_cast<std::int64_t>(draft.reserve_output_tokens);
  check_listen(root.below("listen"), made.listen);
  made.admin = made_admin(root.below("admin"), draft.admin, made.listen, draft.allow_inline_secrets);
  made.any_provider_model = !root.has("models");
  if (!draft.prices.file.empty()) made.prices = read_price_file(root.below("prices").below("file"), draft.prices.file);
  add_providers(draft, made);
  add_deployments(draft, made);
  deployment_names names(made.providers, made.deployments, names_of(draft.deployments), names_of(draft.models), made.prices.get());
  add_models(draft, names, made);
  add_teams(root, draft, names, made);
  made.privacy = made_privacy(root.below("privacy"), draft.privacy);
  made.policies = made_policies(draft.policies, made);
  check_classes(root, draft, made);
  return made;
}

void read_into(loaded& into, report& found, std::string_view text, const std::string& file, const surroundings& world) {
  const auto tree = read_with_includes(text, file, found, world);
  if (!tree) return;
  const cursor root(*tree, found, world);
  if (tree->is == node::shape::null) return root.refuse("is empty; `sallyport schema --reference` tells what it may hold");
  root_draft draft;
  read_section(root, root_keys(), draft);
  if (tree->is != node::shape::map) return;
  auto made = settings_of(root, draft);
  if (!found.has_problems()) into.value = std::make_shared<const settings>(std::move(made));
}

}  // namespace

std::string to_string(const problem& what) {
  std::string made = what.file;
  if (what.line > 0) made += ":" + std::to_string(what.line) + ":" + std::to_string(what.column);
  if (!made.empty()) made += ": ";
  if (!what.path.empty()) made += what.path + ": ";
  return made + what.sentence;
}

loaded load(std::string_view text, const std::string& file, const surroundings& world) {
  loaded made;
  report found;
  read_into(made, found, text, file, world);
  made.problems = found.problems();
  made.warnings = found.warnings();
  return made;
}

}  // namespace sallyport::config

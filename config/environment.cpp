#include "adapters/words/header_list.hpp"
#include "config/addresses.hpp"
#include "config/load.hpp"
#include "config/presets.hpp"

namespace sallyport::config {
namespace {

constexpr const char* named_as = "environment";

problem said(std::string path, std::string sentence) { return {named_as, 0, 0, std::move(path), std::move(sentence)}; }

/// An unset variable and an empty one are the same: shells and container tools set empty ones.
secret key_from(const preset& kind, const surroundings& world, loaded& into) {
  const auto value = world.variable(kind.variable);
  if (!value || value->empty()) return secret();
  if (is_field_value(*value)) return secret(*value);
  into.problems.push_back(said(kind.variable, "holds a control character or line break, or is too long; set it to the key alone"));
  return secret();
}

void add(settings& to, provider one) {
  const auto kind = one.name;
  for (int n = 2; to.providers.contains(one.name); ++n) one.name = kind + "-" + std::to_string(n);
  to.providers[one.name] = std::make_shared<const provider>(one);
}

void add_vendors(settings& to, const surroundings& world, loaded& into) {
  for (const auto& kind : presets()) {
    if (!kind.base || kind.runs_as == deployment_class::in_house) continue;
    auto one = provider_of(kind, kind.name);
    one.key = key_from(kind, world, into);
    if (!one.key.empty()) add(to, std::move(one));
  }
}

void add_engines(settings& to, const std::vector<local_engine>& answering, const surroundings& world, loaded& into) {
  for (const auto& engine : answering) {
    const auto* kind = preset_named(engine.kind);
    auto base = base_url_in(engine.base_url);
    if (!kind || !base) continue;  // both come from well_known_engines()
    auto one = provider_of(*kind, kind->name);
    one.base = std::move(*base);
    one.key = key_from(*kind, world, into);
    add(to, std::move(one));
  }
}

void warn_of_later_kinds(const surroundings& world, loaded& into) {
  for (const auto& kind : later_kinds()) {
    const auto value = world.variable(kind.variable);
    if (!value || value->empty()) continue;
    const std::string reached = "; in a configuration, kind openai_compatible with base_url " + kind.openai_door + " reaches it";
    const std::string door = kind.openai_door.empty() ? "" : reached;
    into.warnings.push_back(said(kind.variable, "is set, but kind " + kind.name + " is not implemented yet in this version" + door));
  }
}

std::string what_to_set() {
  std::string names;
  for (const auto& kind : presets())
    if (kind.base && kind.runs_as != deployment_class::in_house) names += (names.empty() ? "" : ", ") + kind.variable;
  return "nothing to serve: no sallyport.yaml, no engine answers on this machine, and no key is set; set one of " + names +
         ", write a sallyport.yaml (`sallyport schema --reference` tells its keys), or try `sallyport demo`, which needs nothing";
}

}  // namespace

std::vector<local_engine> well_known_engines() {
  std::vector<local_engine> engines;
  for (const auto& kind : presets())
    if (kind.is_local && kind.base) engines.push_back({kind.name, kind.base->text});
  return engines;
}

loaded from_environment(const surroundings& world, const std::vector<local_engine>& answering) {
  loaded made;
  settings found;
  found.any_provider_model = true;
  add_vendors(found, world, made);
  add_engines(found, answering, world, made);
  warn_of_later_kinds(world, made);
  if (found.providers.empty() && made.problems.empty()) made.problems.push_back(said("", what_to_set()));
  if (!made.problems.empty()) return made;
  made.warnings.push_back(said("",
      "there are no teams: the gateway is open to everybody who reaches its address; write a configuration with teams to close it"));
  made.value = std::make_shared<const settings>(std::move(found));
  return made;
}

}  // namespace sallyport::config

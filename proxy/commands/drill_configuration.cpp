#include "proxy/commands/drill_configuration.hpp"

#include "proxy/commands/configuration.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string_view>

namespace sallyport::commands {
namespace {

bool is_credential(std::string_view path) {
  if (path == "admin.token") return true;
  if (path.starts_with("teams.")) return path.find(".keys[") != std::string_view::npos && path.ends_with(".value");
  const bool is_key = path.ends_with(".key") || path.find(".keys[") != std::string_view::npos;
  return path.starts_with("providers.") && (is_key || path.find(".headers.") != std::string_view::npos);
}

}  // namespace

std::vector<std::string> unset_credentials(const std::vector<std::string>& asked, const std::vector<config::problem>& problems) {
  std::vector<std::string> found;
  for (const std::string& name : asked) {
    int places = 0;
    int credentials = 0;
    for (const config::problem& one : problems) {
      if (!one.sentence.starts_with("variable " + name + " is not set")) continue;
      ++places;
      credentials += is_credential(one.path);
    }
    if (places > 0 && places == credentials) found.push_back(name);
  }
  return found;
}

drill_configuration read_drill_configuration(const std::string& file) {
  config::surroundings world = config::real_surroundings();
  const auto unset = std::make_shared<std::set<std::string>>();
  const auto filled = std::make_shared<std::set<std::string>>();
  world.variable = [unset, filled, real = world.variable](const std::string& name) -> std::optional<std::string> {
    if (auto value = real(name)) return value;
    if (filled->contains(name)) return "drill-placeholder-for-" + name;  // each its own: two teams cannot have the same key
    unset->insert(name);
    return std::nullopt;
  };
  drill_configuration made{read_configuration(file, world), {}};
  if (made.read.value) return made;
  made.placeholders = unset_credentials({unset->begin(), unset->end()}, made.read.problems);
  if (made.placeholders.empty()) return made;
  filled->insert(made.placeholders.begin(), made.placeholders.end());
  made.read = read_configuration(file, world);
  return made;
}

}  // namespace sallyport::commands

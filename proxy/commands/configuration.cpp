#include "proxy/commands/configuration.hpp"

#include "proxy/upstream/is_listening.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace sallyport::commands {
namespace {

constexpr const char* default_file = "sallyport.yaml";

std::string chosen_file(const std::string& file) {
  if (!file.empty()) return file;
  return std::filesystem::exists(default_file) ? default_file : "";
}

config::loaded unreadable(const std::string& file) {
  return {.value = nullptr, .problems = {{.file = file, .sentence = "cannot be read. Give another file with -c, or check its permissions."}}, .warnings = {}};
}

config::loaded from_environment(const config::surroundings& world) {
  std::vector<config::local_engine> answering;
  for (const auto& engine : config::well_known_engines())
    if (upstream::is_listening(engine.base_url)) answering.push_back(engine);
  return config::from_environment(world, answering);
}

}  // namespace

config::loaded read_configuration(const std::string& file) { return read_configuration(file, config::real_surroundings()); }

config::loaded read_configuration(const std::string& file, const config::surroundings& world) {
  const auto path = chosen_file(file);
  if (path.empty()) return from_environment(world);
  if (std::filesystem::is_directory(path)) return unreadable(path);
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return config::load(text, path, world);
}

std::string configuration_source(const std::string& file) {
  const auto path = chosen_file(file);
  return path.empty() ? "the environment" : path;
}

void print_problems(const config::loaded& from, std::ostream& out) {
  for (const auto& one : from.problems) out << to_string(one) << '\n';
  for (const auto& one : from.warnings) out << "warning: " << to_string(one) << '\n';
}

}  // namespace sallyport::commands

#pragma once
/// Surroundings made of two maps, and short ways to load a text and to see what was said of it.

#include "config/load.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tests {

struct fake_world {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;

  config::surroundings around() const {
    return {[this](const std::string& name) { return found(variables, name); }, [this](const std::string& path) { return found(files,
        path); },
            [this](const std::string& pattern) { return matching(pattern); }};
  }

 private:
  static std::optional<std::string> found(const std::map<std::string, std::string>& in, const std::string& key) {
    const auto at = in.find(key);
    return at == in.end() ? std::nullopt : std::optional(at->second);
  }

  /// One star at most, as in teams/*.yaml.
  std::vector<std::string> matching(const std::string& pattern) const {
    const auto star = pattern.find('*');
    std::vector<std::string> names;
    for (const auto& [name, _] : files) {
      const bool fits = star == std::string::npos ? name == pattern
                                                  : name.starts_with(pattern.substr(0, star)) && name.ends_with(pattern.substr(star + 1));
      if (fits) names.push_back(name);
    }
    return names;
  }
};

/// The least that loads; further keys are appended to it.
inline const std::string least = "version: 1\nproviders: {house: {kind: vllm}}\n";

inline std::string lines_of(const std::vector<config::problem>& problems) {
  std::string made;
  for (const auto& one : problems) made += to_string(one) + "\n";
  return made;
}

inline config::loaded load(std::string_view text, const fake_world& world = {}) { return config::load(text, "s.yaml", world.around()); }

/// Every problem, one a line; empty when the text loads.
inline std::string problems_of(std::string_view text, const fake_world& world = {}) { return lines_of(load(text, world).problems); }

inline bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace sallyport::tests

#pragma once
/// What detectors find in a text, by name.

#include "proxy/policy/privacy/detectors.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tests {

using detectors_pointer = std::shared_ptr<const policy::privacy::detectors>;

inline detectors_pointer make_detectors(std::vector<std::string> names, std::vector<policy::privacy::own_pattern> own = {}) {
  return policy::privacy::detectors::make(std::move(names), std::move(own)).value();
}

/// All that are built in.
inline const detectors_pointer& all_detectors() {
  static const auto made = [] {
    std::vector<std::string> names;
    for (const auto& one : config::detector_names) names.emplace_back(one.name);
    return make_detectors(std::move(names));
  }();
  return made;
}

inline constexpr std::size_t plenty_of_bytes = 64u << 20;

/// The names of what was found in these texts together, in the order of the rules, with blanks between; "incomplete" among them if the scan
/// did not see everything.
inline std::string found_in(const detectors_pointer& by, const std::vector<std::string_view>& texts) {
  const auto verdict = by->scan(texts, {.bytes = plenty_of_bytes, .expired = {}});
  std::string names(verdict.is_complete() ? "" : "incomplete");
  for (const auto rule : verdict.found) names.append(names.empty() ? "" : " ").append(by->name(rule));
  return names;
}
inline std::string found_in(std::string_view text) { return found_in(all_detectors(), {text}); }

/// Whether one of the rules found is called so.
inline bool is_found(std::string_view name, std::string_view text) {
  return (" " + found_in(text) + " ").find(" " + std::string(name) + " ") != std::string::npos;
}

}  // namespace sallyport::tests

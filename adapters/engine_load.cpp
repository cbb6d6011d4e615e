#include "adapters/engine_load.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

namespace sallyport {
namespace {

struct sample {
  std::string_view labels;   ///< between the braces
  double value = 0;
};

/// NAME{LABELS} VALUE [TIME]; nothing for another name, a comment, or no number.
std::optional<sample> sample_in(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  sample found;
  if (line.starts_with('{')) {
    const auto end = line.rfind('}');
    if (end == std::string_view::npos) return std::nullopt;
    found.labels = line.substr(1, end - 1);
    line.remove_prefix(end + 1);
  }
  const auto from = line.find_first_not_of(" \t");
  if (from == std::string_view::npos || from == 0) return std::nullopt;   // a longer name
  line.remove_prefix(from);
  const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), found.value);
  if (error != std::errc{} || !std::isfinite(found.value) || found.value < 0) return std::nullopt;
  return found;
}

bool is_of(const sample& one, std::string_view model) { return one.labels.find("model_name=\"" + std::string(model) + "\"") != std::string_view::npos; }

std::vector<sample> samples_of(std::string_view text, std::string_view name, std::string_view model) {
  std::vector<sample> all;
  while (!name.empty() && !text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto found = sample_in(text.substr(0, end), name)) all.push_back(*found);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (std::any_of(all.begin(), all.end(), [&](const sample& one) { return is_of(one, model); }))
    std::erase_if(all, [&](const sample& one) { return !is_of(one, model); });
  return all;
}

}  // namespace

std::optional<engine_load> read_engine_load(std::string_view text, const engine_metrics& names, std::string_view model) {
  const auto waiting = samples_of(text, names.waiting, model);
  if (waiting.empty()) return std::nullopt;
  engine_load said;
  for (const auto& one : waiting) said.waiting += one.value;
  for (const auto& one : samples_of(text, names.kv_use, model)) said.kv_use = std::max(said.kv_use.value_or(0), one.value);
  return said;
}

}  // namespace sallyport

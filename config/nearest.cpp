#include "config/nearest.hpp"

#include "config/report.hpp"

#include <algorithm>
#include <array>

namespace sallyport::config {
namespace {

constexpr std::size_t compared_bytes_max = 64;
constexpr std::size_t listed_max = 12;

using row = std::array<std::size_t, compared_bytes_max + 1>;

/// Optimal string alignment over three rolling rows; both texts are at most compared_bytes_max long.
std::size_t distance(std::string_view a, std::string_view b) {
  row before{}, above{}, here{};
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    here[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      here[j] = std::min({replaced, above[j] + 1, here[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) here[j] = std::min(here[j], before[j - 2] + 1);
    }
    before = above;
    above = here;
  }
  return above[b.size()];
}

std::string list_of(const std::vector<std::string>& names) {
  std::string made;
  for (std::size_t i = 0; i < names.size() && i < listed_max; ++i) made += (i ? ", " : "") + names[i];
  return names.size() > listed_max ? made + ", ..." : made;
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() > compared_bytes_max) return std::nullopt;
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::optional<std::string> found;
  for (const auto& candidate : candidates) {
    if (candidate.size() > compared_bytes_max) continue;
    const auto far = distance(name, candidate);
    if (far < best) {
      best = far;
      found = candidate;
    }
  }
  return found;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return {};
  if (const auto near = nearest(name, candidates)) return "; did you mean " + in_quotes(*near) + "?";
  return "; known are: " + list_of(candidates);
}

}  // namespace sallyport::config

// Any bytes as a text: a scan ends, and finds the same wherever the text stands.

#include "proxy/policy/privacy/detectors.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace sallyport::policy::privacy;

void must(bool holds) {
  if (!holds) std::abort();
}

std::shared_ptr<const detectors> all() {
  std::vector<std::string> names;
  for (const auto& one : sallyport::config::detector_names) names.emplace_back(one.name);
  return detectors::make(std::move(names), {{"own", "(?i)pr[aeiou]ject-?[0-9]{4}"}}).value();
}

std::vector<rule_index> found_in(const detectors& by, std::string_view text) {
  const auto verdict = by.scan({&text, 1}, {.bytes = 1u << 30, .expired = {}});
  must(verdict.is_complete());
  return verdict.found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto by = all();
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const auto alone = found_in(*by, text);
  // At the border of two blocks.
  const auto behind = found_in(*by, std::string(scan_block - size % 97 - 1, '\n') + text + "\n");
  must(alone == behind);
  return 0;
}

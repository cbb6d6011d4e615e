#pragma once
/// Looks for protected data in the texts of a call. What it finds can only raise the call's data class; that nothing was found is no
/// promise that nothing is there (docs/detectors.md).

#include "adapters/words/result.hpp"
#include "proxy/policy/privacy/findings.hpp"
#include "proxy/policy/privacy/own_patterns.hpp"
#include "proxy/policy/privacy/scan_limits.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::privacy {

using rule_index = std::uint16_t;

/// What a scan found: the names of rules and nothing else. Never what matched, nor where, nor how long it was.
struct verdict {
  std::vector<rule_index> found;           ///< ascending, each once; detectors::name says what they are called
  scan_gap overlooked = scan_gap::none;    ///< why more may be there

  bool is_complete() const { return overlooked == scan_gap::none; }
};

/// Some of the built-in detectors, and the operator's own patterns. Immutable after make; any thread.
class detectors {
 public:
  /// `names` are of config::detector_names. Fails with `invalid_request` and a sentence about the first name that is unknown or stands
  /// twice, or the first pattern that cannot be used.
  static result<std::shared_ptr<const detectors>> make(std::vector<std::string> names, std::vector<own_pattern> own);

  /// Each text is one: what a match needs must stand in the same. Once a rule is found it is not looked for again. Takes time linear in the
  /// bytes, and besides the texts the memory of one, where it is not ASCII (up to `limits.bytes`).
  verdict scan(std::span<const std::string_view> texts, const scan_limits& limits) const;

  /// The built-in ones in the order in which they were named, then the operator's.
  std::size_t size() const { return names_.size(); }
  std::string_view name(rule_index rule) const { return names_[rule]; }

 private:
  detectors(std::vector<std::string> names, own_patterns own) : names_(std::move(names)), own_(std::move(own)) {}

  std::vector<std::string> names_;
  std::vector<detector> built_in_;   // the first of names_
  own_patterns own_;
};

}  // namespace sallyport::policy::privacy

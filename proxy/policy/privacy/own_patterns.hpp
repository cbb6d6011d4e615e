#pragma once
/// The operator's own patterns, in RE2's language: matched in linear time and bounded memory, whatever the pattern and the text are.

#include "adapters/words/result.hpp"
#include "proxy/policy/privacy/pace.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::privacy {

struct own_pattern {
  std::string name;
  std::string regex;
};

/// At most so many, each at most so long.
inline constexpr std::size_t own_patterns_max = 64;
inline constexpr std::size_t own_pattern_bytes_max = 4096;
/// Texts are matched in windows of so many bytes, since a hostile one makes RE2 a thousand times slower (3 us a byte): the time is asked in
/// between. Windows overlap by as much as a match may be long that is never overlooked.
inline constexpr std::size_t own_window_bytes = 32 * 1024;
inline constexpr std::size_t own_match_bytes_max = 4 * 1024;

/// Immutable after make; any thread.
class own_patterns {
 public:
  /// Fails with `invalid_request` and a sentence about the first pattern that is none, that is too large, or that matches the empty text
  /// (and so every text).
  static result<own_patterns> make(const std::vector<own_pattern>& all);
  own_patterns(own_patterns&&) noexcept;
  own_patterns& operator=(own_patterns&&) noexcept;
  ~own_patterns();

  /// Marks in `found`, which has an item a pattern, those that match somewhere in the text.
  scan_gap scan(std::string_view text, pace& left, std::vector<bool>& found) const;

 private:
  struct machine;
  explicit own_patterns(std::unique_ptr<machine> made);
  std::unique_ptr<machine> machine_;   // null without patterns
};

}  // namespace sallyport::policy::privacy

#pragma once
/// Words that say what the number behind them is. Detectors whose check digit lets one of ten or eleven numbers pass ask for one.

#include "proxy/policy/privacy/findings.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// How many bytes may stand between such a word and the number.
inline constexpr std::size_t context_bytes = 40;

/// The words of one text, read as far as they are asked for and each byte once at most, so that a text in which every number asks costs no
/// more than one in which none does. Keeps a view of the text. One thread.
class context_words {
 public:
  explicit context_words(std::string_view text) : text_(text) {}

  /// Whether a word for `which` ends within context_bytes before `at`. Must be asked in the order of the text.
  bool precede(std::size_t at, detector which);

 private:
  void read_until(std::size_t at);
  void note(std::size_t at);

  std::string_view text_;
  std::size_t read_ = 0;                                        ///< words that begin before are noted
  std::array<std::size_t, config::detector_count> behind_{};    ///< where the last word for each detector ended; 0: none yet
};

}  // namespace sallyport::policy::privacy

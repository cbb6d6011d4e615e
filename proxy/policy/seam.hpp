#pragma once
/// Where one deployment's part of an answer ends and the next one's begins: lets through what of the new part the client does not have yet,
/// so that the text is there once and whole. Pure; fed with text in any pieces.

#include "adapters/words/continuation.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::policy {

class seam {
 public:
  /// So short a beginning may come again by chance: from one that should not repeat it, it is taken for new.
  static constexpr std::size_t echo_least = 16;

  /// `delivered`: what the client has. With replay the new text must begin with it. Otherwise the new deployment was given given_part() of
  /// it; should it repeat that, it is taken off, and so are the blanks behind it, as far as the client has them.
  seam(std::string delivered, continuation how);

  /// More of the new text -> what of it is for the client.
  std::string take(std::string_view text);
  /// The new text has ended -> what was held back while it might have been a repetition.
  std::string finish();

  /// The new text is another answer, or ended before it came to what is new: nothing of it is for the client.
  bool differs() const { return at_ == place::elsewhere; }

 private:
  enum class place {
    repeating,   ///< all of it so far is what the client has
    blanks,      ///< behind that, where blanks may be repeated
    beyond,      ///< new
    elsewhere,
  };

  std::string take_repeated(std::string_view text);
  std::string take_behind(std::string_view text);

  std::string expected_;          ///< what may or must be repeated
  std::string blanks_;            ///< the client's, behind what was given
  std::size_t matched_ = 0;       ///< of expected_
  bool must_repeat_;
  place at_;
};

}  // namespace sallyport::policy

#pragma once
/// Replaces ranges of a text and leaves every other byte as it is.

#include "adapters/words/call.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// What stands at `where` becomes `text`; an empty range inserts.
struct text_splice {
  text_range where;
  std::string text;
};

/// The ranges do not overlap. Of two at the same place the earlier one of the list goes first.
std::string spliced(std::string_view text, std::vector<text_splice> splices);

}  // namespace sallyport

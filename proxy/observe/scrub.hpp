#pragma once
/// The last guard before a log line: whatever looks like a credential is replaced, wherever it came from.

#include <string>
#include <string_view>

namespace sallyport::observe {

/// The text with "[key]" in place of what looks like a credential: the word behind "Bearer ", "Basic " or a known vendor prefix (sk-,
/// gsk_, AIza, AKIA, hf_, ...). The prefix stays, so that one sees which kind it was.
std::string scrubbed(std::string_view text);

}  // namespace sallyport::observe

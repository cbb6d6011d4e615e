#pragma once
/// A stop sequence that lies across the place where one answer ends and another goes on.

#include <algorithm>
#include <string_view>

namespace sallyport {

/// Whether `stop` may have begun at the end of the text: who is given the text would not see that one end.
inline bool ends_inside(std::string_view text, std::string_view stop) {
  for (std::size_t length = std::min(stop.size() - (stop.empty() ? 0 : 1), text.size()); length > 0; --length)
    if (text.ends_with(stop.substr(0, length))) return true;
  return false;
}

}  // namespace sallyport

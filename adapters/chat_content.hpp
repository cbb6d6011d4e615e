#pragma once
/// What is left of a chat for one provider.

#include "adapters/opaque_state.hpp"
#include "adapters/words/chat.hpp"

#include <algorithm>
#include <string_view>

namespace sallyport {

/// Nothing is: all that its messages say are thoughts of others, which stay with those.
inline bool holds_only_thoughts_of_others(const chat& said, std::string_view origin) {
  bool any = false;
  const auto is_silent = [&](const part& one) {
    const bool is_thought = one.kind == part_kind::reasoning && !comes_from(one, origin);
    any = any || is_thought;
    return is_thought || (one.kind == part_kind::text && one.text.empty());
  };
  const bool silent = std::all_of(said.messages.begin(), said.messages.end(), [&](const message& one) {
    return std::all_of(one.parts.begin(), one.parts.end(), is_silent);
  });
  return silent && any;
}

}  // namespace sallyport

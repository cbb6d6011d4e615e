#pragma once
/// How a client carries a provider's opaque state (adapters/words/chat.hpp) between two turns in a dialect that is not the provider's: as one
/// string, in whatever place of its dialect is made for such a thing. The string names where it came from.

#include "adapters/words/chat.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace sallyport {

/// Every marked state begins with this. Letters, digits and dots only: it stands the same in a JSON text as in the string.
inline constexpr std::string_view state_mark = "sallyport.state.1.";

/// sallyport.state.1.ORIGIN.ID.BYTES, origin and id in hex.
std::string marked(const opaque_state& state);

/// Of a string that marked() made; any other is unmarked: its origin is empty and its bytes are the string.
opaque_state read_state(std::string_view carried);

/// Whether a body holds a marked state at all. Quick; true may be said of a text that only speaks of one.
inline bool may_hold_marked_state(std::string_view body) {
  // From its first dot on: a search stops wherever the first character stands, and texts are full of s.
  return body.find(state_mark.substr(state_mark.find('.'))) != std::string_view::npos;
}

/// Whether the provider that is written to may be given a state, as the client carries it, that is not marked. Null: any.
using state_rule = std::function<bool(std::string_view carried)>;
/// What is marked stands for another dialect's provider, whatever the rule says.
inline bool may_go(std::string_view carried, const state_rule& rule) {
  return !carried.starts_with(state_mark) && (carried.empty() || !rule || rule(carried));
}

/// Whether that reasoning may be sent to the provider of that name: it made it.
inline bool comes_from(const part& thought, std::string_view origin) {
  return thought.state && !origin.empty() && thought.state->origin == origin;
}

}  // namespace sallyport

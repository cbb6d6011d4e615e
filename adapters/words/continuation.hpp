#pragma once
/// In which way another deployment goes on with an answer whose stream broke behind content.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport {

enum class continuation : std::uint8_t {
  none,                    ///< it is never asked to
  replay,                  ///< asked anew; what the client already has is taken off its answer, if it begins with that
  prefill,                 ///< a last message of the assistant's, which it goes on with
  prefix,                  ///< the same, marked `prefix: true`; its answer repeats that message
  continue_final_message,  ///< the same for an engine that must be told to go on with it
};

inline constexpr std::array<std::string_view, 5> continuation_names{"none", "replay", "prefill", "prefix", "continue_final_message"};

constexpr std::string_view name_of(continuation how) { return continuation_names[static_cast<std::size_t>(how)]; }

/// Whether it is given the text that the client has, to go on with.
constexpr bool gives_text(continuation how) { return how > continuation::replay; }

/// The part of an answer's text that another deployment is given: without the blanks at its end, which several refuse and none keeps.
constexpr std::string_view given_part(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace sallyport

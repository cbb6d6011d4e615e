#pragma once
/// How the prompt of a call begins: what stays the same over all calls of a conversation, whose client sends the whole of it each time.

#include "adapters/words/call.hpp"

#include <string>

namespace sallyport {

/// Of a chat: what stands before the first message of a user, and that message, so much of each. Instructions alone would not do, since
/// many conversations share them.
inline constexpr std::size_t prompt_head_bytes = 4096;
/// Of a completion's prompt: shorter, since the prompt of a first turn is its own end.
inline constexpr std::size_t completion_head_bytes = 1024;

/// The texts of that beginning, with the roles. Empty where there is none to go by: embeddings, whose calls have nothing in common; a
/// prompt of tokens; messages without text. For a call that read_call has made. Linear in the beginning, not in the body.
std::string prompt_head(const call& of);

}  // namespace sallyport

#pragma once
/// A chat whose answer broke behind content, as another deployment is to go on with it: for calls that are translated. What a verbatim call
/// needs is its dialect's (openai_chat_continuation).

#include "adapters/words/chat.hpp"

#include <optional>
#include <string_view>

namespace sallyport {

/// The chat with the beginning of its answer as its last message, and with what is left of its limit. Nothing: it cannot be gone on with in
/// that way: its answer has a shape of its own (a format, a forced tool), a stop sequence may have begun in what is there, or it ends with a
/// message of the assistant's already.
std::optional<chat> going_on(chat said, continuation how, std::string_view delivered);

}  // namespace sallyport

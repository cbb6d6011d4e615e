#pragma once
/// A whole answer in the `anthropic_messages` dialect, for its clients.

#include "adapters/words/answer.hpp"
#include "adapters/words/call.hpp"

#include <string>
#include <string_view>

namespace sallyport::anthropic_messages {

/// The body of a reply: a `message`.
std::string write_answer(const call& asked, const answer& said);

/// What the parts of an answer have in common, whole or streamed.
/// An id of the dialect's form: msg_...
std::string message_id(std::string_view id);
/// Of a tool call; where the provider gave none, one of the message's and its place.
std::string call_id(std::string_view id, std::string_view message, int place);
/// As the client is to hand it back.
std::string carried_state(std::string_view origin, std::string_view id, std::string_view bytes);
/// The word that ends it: calls and refusals say so, whatever the provider's word was.
std::string_view stop_reason_of(finish_reason why, bool has_calls, bool refused);

}  // namespace sallyport::anthropic_messages

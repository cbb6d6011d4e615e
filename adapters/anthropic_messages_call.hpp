#pragma once
/// The client's side of `anthropic_messages`: a request body -> a call. Reads what the gateway decides by and nothing more, so that what it
/// does not know survives; whatever it does read must be of the right type and stand once.

#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"

#include <string>

namespace sallyport::anthropic_messages {

/// Of a message or a count of its tokens. Linear in the body. Fails with invalid_json or invalid_request; the sentence says what is wanted.
result<call> read_call(operation asks, std::string body);

}  // namespace sallyport::anthropic_messages

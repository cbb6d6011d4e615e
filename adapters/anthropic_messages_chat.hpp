#pragma once
/// The client's side of `anthropic_messages`: all that a call says, for providers of other dialects.

#include "adapters/words/call.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/result.hpp"

namespace sallyport::anthropic_messages {

/// Of a call that read_call has made. Fails with invalid_request or not_supported; both name the field.
result<chat> read_chat(const call& asked);

}  // namespace sallyport::anthropic_messages

#pragma once
/// The client's side of `openai_responses`, for a provider that speaks another dialect: a call -> the whole of what it says.

#include "adapters/words/call.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/result.hpp"

namespace sallyport::openai_responses {

/// Of a call that read_call has made. Fails with invalid_request or not_supported; both name the field.
result<chat> read_chat(const call& asked);

}  // namespace sallyport::openai_responses

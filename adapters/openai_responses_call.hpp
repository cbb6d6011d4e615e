#pragma once
/// The client's side of `openai_responses`: a request body -> a call. Reads what the gateway decides by and nothing more.

#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"

#include <string>

namespace sallyport::openai_responses {

inline constexpr std::size_t response_id_bytes_max = 256;

/// Linear in the body. Fails with invalid_json or invalid_request; the sentence says what is wanted.
result<call> read_call(operation asks, std::string body);

}  // namespace sallyport::openai_responses

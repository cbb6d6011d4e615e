#pragma once
/// Failures in the `openai_responses` dialect. Bodies are those of `openai_chat`; in a stream they are two events.

#include "adapters/words/failure.hpp"
#include "adapters/words/header_list.hpp"
#include "adapters/words/stream_identity.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::openai_responses {

/// A reply with a status of 300 and above.
failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall);

/// `error`, as the provider itself writes it, and `response.failed`, which clients wait for. `number` is the first one's.
std::string write_failure_events(const failure& why, const stream_identity& of, std::int64_t number);

}  // namespace sallyport::openai_responses

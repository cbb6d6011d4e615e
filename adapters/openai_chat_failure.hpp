#pragma once
/// Failures in the `openai_chat` dialect, both ways: what a provider says -> a failure; a failure -> what a client reads.

#include "adapters/json.hpp"
#include "adapters/words/failure.hpp"
#include "adapters/words/header_list.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::openai_chat {

/// A reply with a status of 300 and above.
failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall);

/// An error object inside a 2xx reply or in a stream; `reply` is the whole reply or chunk.
failure failure_inside(json_value reply);

/// The same for the text of a failure, JSON or not.
failure failure_inside_text(std::string_view text);

/// A choice whose finish_reason says that the provider gave up; it may hold an error of its own (OpenRouter).
failure failure_of_choice(json_value choice);

/// Whether a reply or chunk is an error: a top-level `error` that says something, or Mistral's `"object":"error"`.
bool is_error(json_value reply);
/// The same of the two members that say so.
bool is_error(json_value error, json_value object);

/// `{"error":{"message","type","param","code"}}`, or the provider's own body where it has that shape and the client is to read it.
std::string write_failure(const failure& why);
/// The same as one event of a stream. Its data is one line, whatever the provider's body was.
std::string write_failure_event(const failure& why);

}  // namespace sallyport::openai_chat

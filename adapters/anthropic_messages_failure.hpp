#pragma once
/// Failures in the `anthropic_messages` dialect, both ways: what a provider says -> a failure; a failure -> what a client reads.

#include "adapters/json.hpp"
#include "adapters/words/failure.hpp"
#include "adapters/words/header_list.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::anthropic_messages {

/// A reply with a status of 300 and above. 529 is an overload.
failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall);

/// An error inside a 2xx reply or in a stream; `reply` is the whole reply or event.
failure failure_inside(json_value reply);
/// The same for the text of a failure, JSON or not.
failure failure_inside_text(std::string_view text);

/// Whether a reply or event is an error: `"type":"error"`, or an `error` that says something.
bool is_error(json_value reply);

/// `{"type":"error","error":{"type","message"}}`, or the provider's own body where it is of this dialect, has that shape and the client is
/// to read it. The type follows from the status (docs.anthropic.com, errors).
std::string write_failure(const failure& why);
/// The same as an `error` event. Its data is one line, whatever the provider's body was.
std::string write_failure_event(const failure& why);

}  // namespace sallyport::anthropic_messages

#pragma once
/// A whole (unstreamed) reply of a provider that speaks `openai_responses`: a response object.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"

#include <string_view>

namespace sallyport::openai_responses {

/// Between the parts of a reasoning item, which are one thought elsewhere.
inline constexpr std::string_view thought_separator = "\n\n";

/// A body that came with a status of 2xx. Fails with empty_reply, garbled_reply, error_in_reply or a finer kind of the latter. An answer
/// that is incomplete, or still to come (background), is one.
result<whole_reply> read_reply(std::string_view body);
result<answer> read_answer(std::string_view body);

/// Of a response object: it failed or was cancelled.
maybe_failure failure_of(json_value response);

/// Whether a reasoning item holds what its maker wants back: encrypted thoughts, or thoughts told in full. A summary alone is of no use
/// without a store.
bool has_state(json_value item);

}  // namespace sallyport::openai_responses

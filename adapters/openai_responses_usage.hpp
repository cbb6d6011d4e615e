#pragma once
/// Tokens, and why an answer ended, in the words of `openai_responses`; both ways.

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/words/event.hpp"
#include "adapters/words/usage.hpp"

#include <string_view>

namespace sallyport::openai_responses {

/// The `usage` object -> disjoint counts, never negative; basis none when it names no count at all. Cached and written tokens stand inside
/// input_tokens and reasoning inside output_tokens; but where total_tokens only comes out with reasoning added, it stands outside.
usage usage_of(json_value reported);

/// `null` where nothing was reported.
void write_usage(const usage& tokens, json_object& to);

/// Of a response object that has ended.
finish_reason finish_of(json_value response);

/// The `reason` of `incomplete_details`; empty: the response is complete.
std::string_view incomplete_reason(finish_reason why);

}  // namespace sallyport::openai_responses

#pragma once
/// The tools of a client's Responses call, and which of them it wants used.

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/words/chat.hpp"

namespace sallyport::openai_responses {

/// `tools`, `tool_choice` and `parallel_tool_calls`. Tools that a provider runs are `hosted`, and so are namespaces of tools.
field_problem read_tools(json_value body, chat& into);

}  // namespace sallyport::openai_responses

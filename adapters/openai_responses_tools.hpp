#pragma once
/// The tools of a client's Responses call, and which of them it wants used.

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/words/chat.hpp"

#include <string>
#include <string_view>

namespace sallyport::openai_responses {

/// How a tool of a namespace is called where there are none: NAMESPACE__NAME, and where that is no name of a function elsewhere a fingerprint of it.
/// Agents run the tools of a namespace themselves, so they are functions like any other to a model.
std::string name_outside(std::string_view space, std::string_view name);

/// `tools`, `tool_choice` and `parallel_tool_calls`. Tools that a provider runs are `hosted`, and so are namespaces of tools.
field_problem read_tools(json_value body, chat& into);

}  // namespace sallyport::openai_responses

#pragma once
/// The items of a client's Responses call -> messages.

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/words/chat.hpp"

#include <string>
#include <string_view>

namespace sallyport::openai_responses {

/// `instructions` and `input`. What an assistant said (reasoning, texts, tool calls) is one message, as long as nobody else speaks. Items
/// of tools that a provider runs are left out, their kind as in `input.web_search_call` becomes a foreign field. Fails with
/// invalid_request, or with not_supported for what no other dialect has.
field_problem read_input(json_value body, chat& into);

/// Adds the name to the foreign fields, once, without anything that could not stand in a header; the first 64.
void note_foreign(std::string_view name, chat& into);

}  // namespace sallyport::openai_responses

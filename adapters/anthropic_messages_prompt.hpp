#pragma once
/// Reads the conversation of a call in the `anthropic_messages` dialect: `system` and `messages` -> messages.

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/words/chat.hpp"

#include <vector>

namespace sallyport::anthropic_messages {

/// `system` becomes one leading message. A user's turn with results of tools becomes a message for each of them and one for the rest.
/// Fails with invalid_request where the form is wrong, with not_supported for blocks that the vocabulary has no word for.
field_problem read_messages(json_value body, std::vector<message>& into);

/// {"type":"ephemeral","ttl":..} at that member of the object, if it is given.
std::optional<cache_mark> mark_in(json_value object);

}  // namespace sallyport::anthropic_messages

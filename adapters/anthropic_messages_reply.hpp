#pragma once
/// A whole (unstreamed) reply of a provider that speaks `anthropic_messages`.

#include "adapters/dialect.hpp"

#include <string_view>

namespace sallyport::anthropic_messages {

/// The id of a state whose thought the provider does not show (`redacted_thinking`): it goes back as such a block.
inline constexpr std::string_view redacted_state = "redacted_thinking";

/// A body that came with a status of 2xx. Fails with empty_reply, garbled_reply, error_in_reply or a finer kind of the latter.
result<whole_reply> read_reply(operation asked, std::string_view body);
/// The same, whole. What the provider's own tools did (server_tool_use and the like) has no word here and is left out.
result<answer> read_answer(std::string_view body);

}  // namespace sallyport::anthropic_messages

#pragma once
/// Writes the tools of a chat, and how they are chosen, in the `anthropic_messages` dialect.

#include "adapters/anthropic_messages_blocks.hpp"
#include "adapters/anthropic_messages_models.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/result.hpp"

#include <vector>

namespace sallyport::anthropic_messages {

/// The tools that are offered: without those that the provider of another dialect runs, and of an allowed list only its own. Where none
/// are, but the history has calls, their names are: the dialect wants to know each tool that is spoken of. Fails where the choice names one
/// that is not.
result<std::vector<tool>> offered_tools(const chat& said, warning_list& warnings);

/// Whether the model has to call one.
bool forces_a_call(const chat& said);

/// The members `tools` and `tool_choice`, if there are tools.
result<void> write_tools(const std::vector<tool>& offered, const chat& said, const model_facts& facts, const block_writing& how,
                         json_object& to);

}  // namespace sallyport::anthropic_messages

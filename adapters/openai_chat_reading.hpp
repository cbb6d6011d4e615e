#pragma once
/// The whole of what a chat call of the `openai_chat` dialect says, for providers of other dialects.

#include "adapters/call_fields.hpp"
#include "adapters/words/call.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/result.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace sallyport::openai_chat {

/// Of a call that read_call has made. Fails with invalid_request or not_supported, naming the field.
result<chat> read_chat(const call& asked);

/// Names of the call's tools that take free text: calls of them come from providers of other dialects as functions.
std::set<std::string, std::less<>> custom_tools_of(const call& asked);

/// Its parts. `messages`: one message each, but that thoughts, texts and tool calls of an assistant's are parts of it.
field_problem read_messages(json_value messages, std::vector<message>& into);
/// `tools`, `tool_choice` and `parallel_tool_calls`.
field_problem read_tools(json_value body, chat& into);

}  // namespace sallyport::openai_chat

#pragma once
/// A model's thoughts in the `openai_chat` dialect, which has no place for them of its own: the text in `reasoning_content`, what its maker
/// wants back in `reasoning_details`, as OpenRouter has it. A client that hands a message back as it got it hands both back.

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/text_splice.hpp"
#include "adapters/words/call.hpp"
#include "adapters/words/chat.hpp"

#include <string_view>
#include <vector>

namespace sallyport::openai_chat {

/// Of an assistant's message of a call, in order. Without details: its `reasoning_content` or `reasoning`, without a state.
void read_thoughts(json_value message, std::vector<part>& into);

/// One entry of `reasoning_details`. `state` is written as it is: marked already, where it is to be.
void write_thought(std::string_view text, std::string_view state, json_object& to);

/// Takes thoughts whose state may not go out of a body that is otherwise sent on as it is.
std::vector<text_splice> without_other_thoughts(const call& asked, const state_rule& rule);

}  // namespace sallyport::openai_chat

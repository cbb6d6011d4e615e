#pragma once
/// Parts of a message's content in the `openai_chat` dialect, both ways.

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/warning_list.hpp"
#include "adapters/words/chat.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::openai_chat {

/// A content: a string or a list of parts; nothing where it is empty or not given. `param` names it.
field_problem read_content(json_value content, std::string_view param, std::vector<part>& into);

/// The mark that a part or a tool carries: Anthropic's cache_control, as several take it, or OpenAI's prompt_cache_breakpoint.
std::optional<cache_mark> mark_of(json_value holder);

/// Texts, images, sounds and files as the value of `content`: one string where all are texts, for many take nothing else (DeepSeek).
field_problem write_content(const std::vector<part>& parts, json_object& to, warning_list& warnings);
/// The texts alone, with an empty line between two.
std::string joined_texts(const std::vector<part>& parts);

}  // namespace sallyport::openai_chat

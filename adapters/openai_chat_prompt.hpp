#pragma once
/// What the prompt of a call holds: how much text, and images.

#include "adapters/json.hpp"
#include "adapters/words/dialect_id.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::openai_chat {

/// The member of the body that holds it.
std::string_view name_of_prompt(operation asks);

struct prompt_contents {
  std::size_t text_bytes = 0;
  std::size_t tokens = 0;  ///< given as numbers, as completions and embeddings may
  bool has_images = false;
  std::string twice;       ///< where a name that we read stands twice, as in `messages[3].content`; empty when none does
};

/// Of the body's prompt field for that operation (`messages`, `prompt`, `input`) and, for chat, its tool definitions.
prompt_contents contents_of_prompt(operation asks, json_value body);

}  // namespace sallyport::openai_chat

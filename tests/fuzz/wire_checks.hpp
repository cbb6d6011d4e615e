#pragma once
/// What any bytes that a dialect writes have to be, whatever they say.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"
#include "adapters/sse_blocks.hpp"
#include "stream_cuts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::fuzz {

inline constexpr std::array<dialect_id, 3> all_dialects{dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages};

/// By the first byte of an input; '0', '1' and '2' are the three, so that seeds can be written by hand.
inline dialect_id dialect_by(std::uint8_t byte) { return all_dialects[byte % all_dialects.size()]; }

/// Whether a text is so deep that, inside of what a dialect writes around it, it may be deeper than our own reader goes.
inline bool is_deep(std::string_view json) {
  constexpr std::size_t room = 16;
  std::size_t depth = 0, deepest = 0;
  for (const char c : json) {
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return deepest + room > json_depth_max;
}

inline void must_be_json(std::string_view text) {
  json_document document;
  must(document.parse(text));
}

/// Every block is whole, is JSON, and says its type twice where the dialect names its events.
inline void must_be_framed(dialect_id spoken, std::string_view stream) {
  sse_blocks blocks;
  blocks.feed(stream);
  blocks.end();
  json_document document;
  while (const sse_block* block = blocks.next()) {
    must(!block->unfinished && !block->error);
    if (!block->has_data) {
      must(block->raw.starts_with(":"));
      continue;
    }
    if (block->data == "[DONE]" && spoken == dialect_id::openai_chat) continue;
    must(document.parse(block->data));
    must(block->type == (spoken == dialect_id::openai_chat ? std::string_view() : document.root()["type"].text()));
  }
}

}  // namespace sallyport::fuzz

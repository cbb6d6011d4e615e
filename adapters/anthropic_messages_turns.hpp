#pragma once
/// Writes the conversation of a chat as the turns of the `anthropic_messages` dialect: the leading system texts apart, then a user's and an
/// assistant's turn by turns, a user's first, with the results of tools before all else in theirs.

#include "adapters/anthropic_messages_blocks.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::anthropic_messages {

/// A part and where it stands, as in messages[2].content[0].
struct placed_part {
  const part* what = nullptr;
  std::size_t message = 0;
  std::size_t at = 0;
};

struct turn {
  bool is_assistant = false;
  std::vector<placed_part> parts;
};

struct conversation {
  std::vector<placed_part> system;
  std::vector<turn> turns;   ///< views into the chat
};

/// In the dialect's order; what is_written() does not take is left out. Warns of what came to stand elsewhere.
conversation conversation_of(const chat& said, const block_writing& how);

/// Whether thoughts by a budget fit in: an assistant's turn that its tools have answered has to begin with one.
bool begins_with_thought(const conversation& said);

/// How many prompt-cache marks there are.
int marks_in(const conversation& said);

/// The arrays for `system` and `messages`. `system` is written even where it is empty.
result<void> write_blocks(const std::vector<placed_part>& parts, const block_writing& how, json_object& to);
/// `ends_open`: the last turn is an answer's beginning.
result<void> write_turns(const conversation& said, bool ends_open, const block_writing& how, json_object& to);

}  // namespace sallyport::anthropic_messages

#pragma once
/// What the model itself wrote, in a message (unstreamed) or in a delta (streamed) of the `openai_chat` dialect and its vendors' variants.

#include "adapters/json.hpp"
#include "adapters/words/event.hpp"

#include <string_view>

namespace sallyport::openai_chat {

/// Is told each piece: what kind (text, reasoning or refusal) and its text, each part of a tool call, and the thoughts' state before what
/// it belongs to. A tool call that so far has only a name, and audio or images, come with an empty text. Views are into the document.
class words_sink {
 public:
  virtual void say(event_kind kind, std::string_view text) = 0;
  /// `id`: the frame of its entry; or call_state, where it belongs to the call that follows. It ends with this call.
  virtual void say_state(std::string_view id, std::string_view bytes) = 0;
  virtual void say_tool(const tool_part& of, std::string_view arguments) = 0;

 protected:
  ~words_sink() = default;
};

/// `choice` is one of `choices`, `message` its `message` or `delta`: missing for completions, whose text stands in the choice.
void read_words(json_value choice, json_value message, words_sink& to);

}  // namespace sallyport::openai_chat

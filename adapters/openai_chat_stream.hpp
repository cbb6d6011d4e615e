#pragma once
/// A stream of a provider that speaks `openai_chat`: bytes, however they are cut, -> events.

#include "adapters/openai_chat_words.hpp"
#include "adapters/sse_event_reader.hpp"

#include <list>
#include <string>
#include <vector>

namespace sallyport::openai_chat {

/// Of chat and of completions. Memory: one block of the stream, and the texts in it.
class chunk_reader final : public sse_event_reader, private words_sink {
 private:
  void read_data(const sse_block& block) override;
  failure failure_in(std::string_view text) const override;
  void read_chunk(json_value chunk);
  void read_choice(json_value choice);
  void keep_logprobs(json_value tokens, std::size_t from);
  void say(event_kind kind, std::string_view text) override;
  void say_state(std::string_view id, std::string_view bytes) override;
  void say_tool(const tool_part& of, std::string_view arguments) override;
  void learn_identity(json_value chunk);
  event& add(event_kind kind);

  std::list<std::string> logprobs_, state_ids_;   // of the present block: in a place that stays, and mostly empty
  int choice_ = 0;
};

}  // namespace sallyport::openai_chat

#pragma once
/// A stream of a provider that speaks `openai_chat`: bytes, however they are cut, -> events.

#include "adapters/dialect.hpp"
#include "adapters/openai_chat_words.hpp"
#include "adapters/sse_blocks.hpp"

#include <deque>
#include <string>
#include <vector>

namespace sallyport::openai_chat {

/// Of chat and of completions. Memory: one block of the stream, and the texts in it.
class chunk_reader final : public stream_reader, private words_sink {
 public:
  void feed(std::string_view bytes) override;
  void end() override { blocks_.end(); }
  const event* next() override;
  const stream_identity& identity() const override { return identity_; }

 private:
  void read(const sse_block& block);
  void read_data(const sse_block& block);
  void read_chunk(json_value chunk);
  void read_choice(json_value choice);
  void keep_logprobs(json_value tokens, std::size_t from);
  void read_usage(json_value chunk);
  void say(event_kind kind, std::string_view text) override;
  void say_state(std::string_view id, std::string_view bytes) override;
  void say_tool(const tool_part& of, std::string_view arguments) override;
  void learn_identity(json_value chunk);
  std::string_view kept(std::string_view text);
  void fail_with_detail(failure_kind kind, std::string detail);
  event& add(event_kind kind);

  sse_blocks blocks_;
  std::vector<event> events_;  // of the present block
  std::size_t given_ = 0;
  std::string texts_;          // never grows while a block is read: the events' views are into it
  std::deque<std::string> logprobs_, state_ids_;   // of the present block: in a place that stays
  std::string first_bytes_;
  stream_identity identity_;
  bool is_compressed_ = false;
  int choice_ = 0;
};

}  // namespace sallyport::openai_chat

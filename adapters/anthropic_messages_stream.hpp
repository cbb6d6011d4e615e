#pragma once
/// A stream of a provider that speaks `anthropic_messages`: bytes, however they are cut, -> events.

#include "adapters/anthropic_messages_usage.hpp"
#include "adapters/dialect.hpp"
#include "adapters/sse_blocks.hpp"

#include <string>
#include <vector>

namespace sallyport::anthropic_messages {

/// Memory: one block of the stream and the texts in it; a word for each content block that is open.
///
/// A `ping` counts as data: models that do not show their thoughts send nothing else for minutes. What the provider's own tools do, and
/// citations, come out as `ignored`.
class event_reader final : public stream_reader {
 public:
  void feed(std::string_view bytes) override;
  void end() override { blocks_.end(); }
  const event* next() override;
  const stream_identity& identity() const override { return identity_; }

 private:
  enum class block_kind : std::uint8_t { other, text, thought, tool };

  /// A content block that is open on the wire.
  struct open_block {
    std::int64_t index = 0;
    block_kind kind = block_kind::other;
    int tool = 0;              ///< which of the tool calls
    std::string input;         ///< of a tool call whose arguments have not come in fragments
  };

  void read(const sse_block& block);
  void read_data(const sse_block& block);
  void read_event(std::string_view type, json_value said);
  void begin_message(json_value message);
  void begin_block(std::int64_t index, json_value block);
  void begin_tool(open_block& opened, json_value block);
  void read_delta(open_block* opened, json_value delta);
  void end_block(std::int64_t index);
  void end_message(json_value said);
  void report(json_value reported);
  open_block* block_at(std::int64_t index);

  event& add(event_kind kind);
  void say(event_kind kind, std::string_view text);
  void say_state(std::string_view id, std::string_view bytes);
  void fail_with_detail(failure_kind kind, std::string detail);
  std::string_view kept(std::string_view text);

  sse_blocks blocks_;
  std::vector<event> events_;   // of the present block of the stream
  std::size_t given_ = 0;
  std::string texts_;           // never grows while a block is read: the events' views are into it
  std::string first_bytes_;
  bool is_compressed_ = false;
  stream_identity identity_;
  token_report report_;
  std::vector<open_block> open_;
  std::string ended_input_;     // what the last tool call without fragments was given
  int tools_ = 0;
};

}  // namespace sallyport::anthropic_messages

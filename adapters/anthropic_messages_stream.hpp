#pragma once
/// A stream of a provider that speaks `anthropic_messages`: bytes, however they are cut, -> events.

#include "adapters/anthropic_messages_usage.hpp"
#include "adapters/sse_event_reader.hpp"

#include <string>
#include <vector>

namespace sallyport::anthropic_messages {

/// Memory: one block of the stream and the texts in it; a word for each content block that is open.
///
/// A `ping` counts as data: models that do not show their thoughts send nothing else for minutes. What the provider's own tools do, and
/// citations, come out as `ignored`.
class event_reader final : public sse_event_reader {
 private:
  enum class block_kind : std::uint8_t { other, text, thought, tool };

  /// A content block that is open on the wire.
  struct open_block {
    std::int64_t index = 0;
    block_kind kind = block_kind::other;
    int tool = 0;              ///< which of the tool calls
    std::string input;         ///< of a tool call whose arguments have not come in fragments
  };

  void read_data(const sse_block& block) override;
  failure failure_in(std::string_view text) const override;
  void read_event(std::string_view type, json_value said);
  void begin_message(json_value message);
  void begin_block(std::int64_t index, json_value block);
  void begin_tool(open_block& opened, json_value block);
  void read_delta(open_block* opened, json_value delta);
  void end_block(std::int64_t index);
  void end_message(json_value said);
  void report(json_value reported);
  open_block* block_at(std::int64_t index);

  void say(event_kind kind, std::string_view text);
  void say_state(std::string_view id, std::string_view bytes);

  token_report report_;
  std::vector<open_block> open_;
  std::string ended_input_;     // what the last tool call without fragments was given
  int tools_ = 0;
};

}  // namespace sallyport::anthropic_messages

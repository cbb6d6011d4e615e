#pragma once
/// A stream of a provider that speaks `openai_responses`: bytes, however they are cut, -> events.

#include "adapters/sse_event_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::openai_responses {

/// Memory: one block of the stream, and the texts in it. What the terminal event repeats is not read again.
class event_reader final : public sse_event_reader {
 private:
  /// A tool call of the answer, by the place of its item.
  struct tool_item {
    std::int64_t place = 0;
    bool has_text = false;
  };

  void read_data(const sse_block& block) override;
  failure failure_in(std::string_view text) const override;
  void read_event(std::string_view type, json_value said);
  void read_delta(std::string_view type, json_value said);
  void read_text(json_value said, std::string_view text);
  void read_new_item(json_value said);
  void read_ended_item(json_value said);
  void read_ended_text(std::string_view type, json_value said);
  void read_whole_arguments(json_value said, std::string_view arguments);
  void read_end(json_value response);
  void say_tool(json_value said, std::string_view text, json_value item = {});
  tool_item& tool_at(std::int64_t place, int& index);
  void learn_identity(json_value response);
  using sse_event_reader::add;
  event& add(event_kind kind, std::string_view text);

  std::string logprobs_;
  std::vector<tool_item> tools_;
  bool has_text_ = false;       // the present part of a message
};

}  // namespace sallyport::openai_responses

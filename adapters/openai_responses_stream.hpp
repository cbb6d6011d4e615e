#pragma once
/// A stream of a provider that speaks `openai_responses`: bytes, however they are cut, -> events.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"
#include "adapters/sse_blocks.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::openai_responses {

/// Memory: one block of the stream, and the texts in it. What the terminal event repeats is not read again.
class event_reader final : public stream_reader {
 public:
  void feed(std::string_view bytes) override;
  void end() override { blocks_.end(); }
  const event* next() override;
  const stream_identity& identity() const override { return identity_; }

 private:
  /// A tool call of the answer, by the place of its item.
  struct tool_item {
    std::int64_t place = 0;
    bool has_text = false;
  };

  void read(const sse_block& block);
  void read_data(const sse_block& block);
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
  std::string_view kept(std::string_view text);
  void fail_with_detail(failure_kind kind, std::string detail);
  event& add(event_kind kind);
  event& add(event_kind kind, std::string_view text);

  sse_blocks blocks_;
  std::vector<event> events_;   // of the present block
  std::size_t given_ = 0;
  std::string texts_;           // never grows while a block is read: the events' views are into it
  std::string logprobs_;
  std::string first_bytes_;
  std::vector<tool_item> tools_;
  stream_identity identity_;
  bool is_compressed_ = false;
  bool has_text_ = false;       // the present part of a message
};

}  // namespace sallyport::openai_responses

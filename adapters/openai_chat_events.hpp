#pragma once
/// Writes a stream of the `openai_chat` dialect: events -> chunks.

#include "adapters/dialect.hpp"

#include <bitset>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sallyport::openai_chat {

/// Of chat and of completions, for the call that was asked. With something `delivered` it goes on behind that, without a beginning; usage
/// then goes out as soon as it is reported, else in front of `[DONE]`; either way only where the client asked for it.
///
/// Memory: the thought that is being written, up to thought_bytes_max, and calls of tools that take text, which are written when they are
/// whole, with all calls behind them: clients take calls by their order.
class chunk_writer final : public stream_writer {
 public:
  static constexpr std::size_t thought_bytes_max = 1024 * 1024;  ///< a longer one cannot be handed back to its model

  chunk_writer(const call& asked, const stream_identity& of, std::string_view delivered);

  std::string write(const event& said) override;
  void resumed_by(std::string_view served_by) override { resumed_by_ = served_by; }

 private:
  struct tool_call {
    std::string id, name, text;  ///< of one that is held
    bool is_custom = false;
    bool is_held = false;
    bool has_arguments = false;
  };

  std::string begin();
  std::string write_words(const event& said);
  std::string write_reasoning(const event& said);
  std::string write_tool(const event& said);
  std::string begin_call(tool_call& one, const event& said);
  std::string close_thought();
  std::string write_state(std::string_view id, std::string_view bytes);
  std::string close_calls();
  std::string finish(int choice, finish_reason why);
  std::string write_usage();
  std::string end();
  std::string delta(int index, std::string_view of, std::string_view logprobs = {}, std::string_view finish = "null");
  void append_choice(std::string& to, int index, std::string_view delta, std::string_view logprobs, std::string_view finish) const;
  std::string ended(std::string chunk, std::string_view usage);

  bool is_chat_;
  bool wants_usage_;
  bool goes_on_;
  bool has_begun_;
  std::string origin_;
  std::string frame_;  ///< of each chunk, up to its choices
  std::string resumed_by_;
  std::set<std::string, std::less<>> custom_tools_;
  std::map<int, tool_call> calls_;  ///< by index
  bool holds_calls_ = false;
  std::string thought_;
  bool thinks_ = false;
  std::bitset<128> finished_;
  std::optional<usage> tokens_;
};

}  // namespace sallyport::openai_chat

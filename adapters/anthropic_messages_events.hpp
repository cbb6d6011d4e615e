#pragma once
/// Writes a stream of the `anthropic_messages` dialect: events -> named events, in the order that its clients build a message from.

#include "adapters/dialect.hpp"
#include "adapters/json_object.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::anthropic_messages {

/// Calls that a provider writes at the same time go out one behind the other: clients take a block that has ended for whole.
///
/// Memory: the arguments of the call that is being written, and those of calls that wait for their turn.
class event_writer final : public stream_writer {
 public:
  /// `delivered`: as in dialect::write_stream. Then the text block that the client has open is gone on with.
  event_writer(const call& asked, stream_identity of, std::string_view delivered);

  std::string write(const event& said) override;
  void resumed_by(std::string_view served_by) override { resumed_by_ = served_by; }

 private:
  enum class block_kind : std::uint8_t { none, text, thought, tool };
  struct started_call {
    int tool = 0;    ///< which of the provider's
    int block = 0;
  };
  /// A call whose block cannot begin yet: it has no name, or the block of another is not whole.
  struct waiting_call {
    std::string id, name, input;
  };

  std::string begin();
  std::string open_text();
  std::string open_thought();
  std::string close();
  std::string close_block();
  std::string say_text(std::string_view text);
  std::string say_thought(std::string_view text);
  std::string say_state(const event& said);
  std::string say_call(const event& said);
  std::string begin_call(int tool, const waiting_call& call);
  std::string begin_waiting(bool also_behind_half);
  std::string say_arguments(const started_call& call, std::string_view fragment);
  std::string end();

  std::string opened(std::string_view block);
  std::string delta(int block, std::string_view type, std::string_view member, std::string_view text);
  json_object about(std::string_view type) const;
  std::string framed(json_object& body);

  stream_identity of_;
  std::string resumed_by_;
  usage tokens_;
  finish_reason finish_ = finish_reason::other;
  bool begun_ = false, ended_ = false, refused_ = false;
  block_kind open_ = block_kind::none;
  int block_ = -1;                      ///< the one that is open, else the last one
  std::vector<started_call> calls_;
  std::string input_;                   ///< of the call whose block is open
  std::map<int, waiting_call> waiting_;
};

}  // namespace sallyport::anthropic_messages

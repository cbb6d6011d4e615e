#include "adapters/anthropic_messages.hpp"

#include "adapters/anthropic_messages_answer.hpp"
#include "adapters/anthropic_messages_call.hpp"
#include "adapters/anthropic_messages_chat.hpp"
#include "adapters/anthropic_messages_chat_request.hpp"
#include "adapters/anthropic_messages_events.hpp"
#include "adapters/anthropic_messages_failure.hpp"
#include "adapters/anthropic_messages_reply.hpp"
#include "adapters/anthropic_messages_request.hpp"
#include "adapters/anthropic_messages_stream.hpp"

#include <array>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::array<std::string_view, 2> client_headers{version_header, "anthropic-beta"};

class both_faces final : public dialect {
 public:
  result<call> read_call(operation asks, std::string body) const override { return anthropic_messages::read_call(asks, std::move(body)); }
  result<chat> read_chat(const call& asked) const override { return anthropic_messages::read_chat(asked); }
  std::string write_answer(const call& asked, const answer& said) const override { return anthropic_messages::write_answer(asked, said); }
  std::span<const std::string_view> own_headers() const override { return client_headers; }
  std::string write_failure(const failure& why) const override { return anthropic_messages::write_failure(why); }
  std::string_view end_of_stream() const override { return "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"; }
  std::unique_ptr<stream_writer> write_stream(const call& asked, const stream_identity& of, std::string_view delivered) const override {
    return std::make_unique<event_writer>(asked, of, delivered);
  }
  bool repeats_call() const override { return false; }
  bool may_be_continued(const call& asked) const override { return anthropic_messages::may_be_continued(asked); }

  bool serves(operation asked) const override { return asked == operation::chat_completions || asked == operation::count_tokens; }
  std::optional<std::string> without_state(const call& asked, const state_rule& rule) const override {
    return anthropic_messages::without_state(asked, rule);
  }
  provider_request write_request(const call& asked, std::string_view upstream_model, const quirks&) const override {
    return anthropic_messages::write_request(asked, upstream_model);
  }
  std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, const quirks&, continuation how,
                                                     std::string_view delivered) const override {
    return anthropic_messages::write_continuation(asked, upstream_model, how, delivered);
  }
  result<provider_request> write_chat(const chat& said, const addressee& to) const override {
    return anthropic_messages::write_chat(said, to);
  }
  result<whole_reply> read_reply(operation asked, std::string_view body) const override {
    return anthropic_messages::read_reply(asked, body);
  }
  result<answer> read_answer(std::string_view body) const override { return anthropic_messages::read_answer(body); }
  std::unique_ptr<stream_reader> read_stream(operation, const quirks&) const override { return std::make_unique<event_reader>(); }
  failure read_failure(int status, const header_list& headers, std::string_view body,
                       std::chrono::system_clock::time_point wall) const override {
    return anthropic_messages::read_failure(status, headers, body, wall);
  }
};

}  // namespace

const dialect& the_dialect() {
  static const both_faces one;
  return one;
}

}  // namespace sallyport::anthropic_messages

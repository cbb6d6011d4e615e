#include "adapters/openai_responses.hpp"

#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_responses_answer.hpp"
#include "adapters/openai_responses_call.hpp"
#include "adapters/openai_responses_chat.hpp"
#include "adapters/openai_responses_events.hpp"
#include "adapters/openai_responses_failure.hpp"
#include "adapters/openai_responses_reply.hpp"
#include "adapters/openai_responses_request.hpp"
#include "adapters/openai_responses_stream.hpp"
#include "adapters/openai_responses_written.hpp"

#include <array>

namespace sallyport::openai_responses {
namespace {

constexpr std::array<std::string_view, 1> client_headers{"openai-beta"};

class both_faces final : public dialect {
 public:
  result<call> read_call(operation asks, std::string body) const override { return openai_responses::read_call(asks, std::move(body)); }
  result<chat> read_chat(const call& asked) const override { return openai_responses::read_chat(asked); }
  std::string write_answer(const call& asked, const answer& said) const override { return openai_responses::write_answer(asked, said); }
  std::span<const std::string_view> own_headers() const override { return client_headers; }
  std::string write_failure(const failure& why) const override { return openai_chat::write_failure(why); }
  // The terminal event says the whole answer again, which nobody has here; something has to close a stream.
  std::string_view end_of_stream() const override { return ": end\n\n"; }
  std::unique_ptr<stream_writer> write_stream(const call& asked, const stream_identity& of, std::string_view delivered) const override {
    return std::make_unique<event_writer>(asked, of, delivered);
  }
  bool repeats_call() const override { return true; }
  bool may_be_continued(const call& asked) const override { return openai_responses::may_be_continued(asked); }

  bool serves(operation asked) const override { return asked == operation::chat_completions; }
  std::optional<std::string> without_state(const call& asked, const state_rule& rule) const override {
    return openai_responses::without_state(asked, rule);
  }
  provider_request write_request(const call& asked, std::string_view upstream_model, const quirks&) const override {
    return openai_responses::write_request(asked, upstream_model);
  }
  std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, const quirks&, continuation how,
                                                     std::string_view) const override {
    return openai_responses::write_continuation(asked, upstream_model, how);
  }
  result<provider_request> write_chat(const chat& said, const addressee& to) const override {
    return openai_responses::write_chat(said, to);
  }
  result<whole_reply> read_reply(operation, std::string_view body) const override { return openai_responses::read_reply(body); }
  result<answer> read_answer(std::string_view body) const override { return openai_responses::read_answer(body); }
  std::unique_ptr<stream_reader> read_stream(operation, const quirks&) const override { return std::make_unique<event_reader>(); }
  failure read_failure(int status, const header_list& headers, std::string_view body,
                       std::chrono::system_clock::time_point wall) const override {
    return openai_responses::read_failure(status, headers, body, wall);
  }
};

}  // namespace

const dialect& the_dialect() {
  static const both_faces one;
  return one;
}

}  // namespace sallyport::openai_responses

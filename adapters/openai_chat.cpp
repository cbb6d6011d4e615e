#include "adapters/openai_chat.hpp"

#include "adapters/openai_chat_answer.hpp"
#include "adapters/openai_chat_call.hpp"
#include "adapters/openai_chat_continuation.hpp"
#include "adapters/openai_chat_events.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_chat_reading.hpp"
#include "adapters/openai_chat_reply.hpp"
#include "adapters/openai_chat_request.hpp"
#include "adapters/openai_chat_stream.hpp"
#include "adapters/openai_chat_thoughts.hpp"
#include "adapters/openai_chat_writing.hpp"

#include <array>

namespace sallyport::openai_chat {
namespace {

constexpr std::array<std::string_view, 1> client_headers{"openai-beta"};

class both_faces final : public dialect {
 public:
  result<call> read_call(operation asks, std::string body) const override { return openai_chat::read_call(asks, std::move(body)); }
  result<chat> read_chat(const call& asked) const override { return openai_chat::read_chat(asked); }
  std::string write_answer(const call& asked, const answer& said) const override { return openai_chat::write_answer(asked, said); }
  std::span<const std::string_view> own_headers() const override { return client_headers; }
  std::string write_failure(const failure& why) const override { return openai_chat::write_failure(why); }
  std::string_view end_of_stream() const override { return "data: [DONE]\n\n"; }
  std::unique_ptr<stream_writer> write_stream(const call& asked, const stream_identity& of, std::string_view delivered) const override {
    return std::make_unique<chunk_writer>(asked, of, delivered);
  }
  bool repeats_call() const override { return false; }
  bool may_be_continued(const call& asked) const override { return openai_chat::may_be_continued(asked); }

  bool serves(operation asked) const override { return asked != operation::count_tokens; }
  result<provider_request> write_chat(const chat& said, const addressee& to) const override { return openai_chat::write_chat(said, to); }
  result<answer> read_answer(std::string_view body) const override { return openai_chat::read_answer(body); }
  std::optional<std::string> without_state(const call& asked, const state_rule& rule) const override {
    auto splices = without_other_thoughts(asked, rule);
    return splices.empty() ? std::nullopt : std::optional(spliced(asked.body, std::move(splices)));
  }
  provider_request write_request(const call& asked, std::string_view upstream_model, const quirks& of_provider) const override {
    return openai_chat::write_request(asked, upstream_model, of_provider);
  }
  std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, const quirks& of_provider,
                                                     continuation how, std::string_view delivered) const override {
    return openai_chat::write_continuation(asked, upstream_model, of_provider, how, delivered);
  }
  result<whole_reply> read_reply(operation asked, std::string_view body) const override { return openai_chat::read_reply(asked, body); }
  std::unique_ptr<stream_reader> read_stream(operation, const quirks&) const override { return std::make_unique<chunk_reader>(); }
  failure read_failure(int status, const header_list& headers, std::string_view body,
                       std::chrono::system_clock::time_point wall) const override {
    return openai_chat::read_failure(status, headers, body, wall);
  }
};

}  // namespace

const dialect& the_dialect() {
  static const both_faces one;
  return one;
}

}  // namespace sallyport::openai_chat

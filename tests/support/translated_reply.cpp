#include "tests/support/translated_reply.hpp"

#include <memory>
#include <string_view>

namespace sallyport::tests {
namespace {

std::string plain_body(dialect_id client) {
  if (client == dialect_id::openai_responses) return R"({"model":"asked","input":"a"})";
  return R"({"model":"asked","max_tokens":100,"messages":[{"role":"user","content":"a"}]})";
}

result<call> translated_call(dialect_id client, const recording& one) {
  const dialect& provider = dialect_of(one.dialect);
  auto asked = provider.read_call(operation::chat_completions, one.request);
  if (asked.has_error() || client == one.dialect) return asked;
  const auto said = provider.read_chat(*asked);
  if (said.has_error()) return said.error();
  const quirks none;
  auto sent = dialect_of(client).write_chat(*said, {asked->model, none, "recorded"});
  if (sent.has_error()) return sent.error();
  return dialect_of(client).read_call(operation::chat_completions, std::move(sent->body));
}

/// Keeps what a client would have received, as the relay has it written.
class client_side {
 public:
  client_side(const call& asked, const recording& one)
      : asked_(asked), one_(one), reader_(dialect_of(one.dialect).read_stream(operation::chat_completions, {})) {}

  void feed(std::string_view bytes) {
    reader_->feed(bytes);
    take();
  }
  std::string end() {
    reader_->end();
    take();
    if (asked_.dialect == one_.dialect || has_failed_) return std::move(received_);
    return received_ += is_whole_ ? in_clients_words({.kind = event_kind::done}) : failed(fail(failure_kind::truncated_stream));
  }

 private:
  void take() {
    while (const event* next = reader_->next()) {
      if (asked_.dialect == one_.dialect)
        received_ += next->raw;
      else if (!next->unfinished && !has_failed_)
        received_ += translated(*next);
    }
  }

  std::string translated(const event& seen) {
    is_whole_ = is_whole_ || seen.kind == event_kind::finished || seen.kind == event_kind::done;
    has_failed_ = seen.kind == event_kind::failed;
    if (has_failed_) return failed(*seen.why);
    return seen.kind == event_kind::done ? std::string() : in_clients_words(seen);
  }

  std::string failed(const failure& why) const { return dialect_of(asked_.dialect).write_stream(asked_, {}, {})->write({.kind = event_kind::failed, .why = why}); }

  std::string in_clients_words(const event& seen) {
    if (!writer_) {
      if (seen.kind == event_kind::ignored) return {};
      auto begun = reader_->identity();
      begun.origin = "recorded";
      writer_ = dialect_of(asked_.dialect).write_stream(asked_, begun, {});
    }
    return writer_->write(seen);
  }

  const call& asked_;
  const recording& one_;
  std::unique_ptr<stream_reader> reader_;
  std::unique_ptr<stream_writer> writer_;
  std::string received_;
  bool is_whole_ = false;    ///< it said why it ended; what comes behind it is usage
  bool has_failed_ = false;
};

}  // namespace

call asked_by(dialect_id client, const recording& one) {
  auto made = one.request.starts_with("{") ? translated_call(client, one) : result<call>(fail(failure_kind::invalid_json));
  if (made.has_error()) made = dialect_of(client).read_call(operation::chat_completions, plain_body(client));
  made->stream = one.stream;
  made->asked_for_usage = true;
  return *std::move(made);
}

std::string stream_for(const call& asked, const recording& one, const next_length& length) {
  client_side client(asked, one);
  for (std::size_t at = 0; at < one.reply.size();) {
    // A copy, so that a reader which looks beyond its bytes is caught.
    const std::string piece = one.reply.substr(at, length());
    client.feed(piece);
    at += piece.size();
  }
  return client.end();
}

result<std::string> answer_for(const call& asked, const recording& one) {
  auto said = dialect_of(one.dialect).read_answer(one.reply);
  if (said.has_error()) return said.error();
  if (asked.dialect == one.dialect) return one.reply;
  said->of.origin = "recorded";
  return dialect_of(asked.dialect).write_answer(asked, *said);
}

}  // namespace sallyport::tests

#include "proxy/rehearsal/tongue.hpp"

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"

namespace sallyport::rehearsal {
namespace {

const dialect& chat_dialect() { return dialect_of(dialect_id::openai_chat); }
const quirks none;

std::string_view anthropic_type_of(int status) {
  switch (status) {
    case 401: return "authentication_error";
    case 404: return "not_found_error";
    case 429: return "rate_limit_error";
    case 503: return "overloaded_error";
    default: return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

std::string refusal(dialect_id spoken, int status, std::string body) {
  json_document document;
  if (spoken != dialect_id::anthropic_messages || !document.parse(body)) return body;
  json_object made;
  made.begin_object().member("type", "error").name("error").begin_object();
  made.member("type", anthropic_type_of(status)).member("message", document.root()["error"]["message"].text());
  return made.end_object().end_object().take();
}

}  // namespace

tongue::tongue(dialect_id spoken, call asked, std::string chat_body)
    : spoken_(spoken), asked_(std::move(asked)), chat_body_(std::move(chat_body)), reader_(chat_dialect().read_stream(asked_.asks, none)) {}

result<std::shared_ptr<tongue>> tongue::of(dialect_id spoken, operation asks, std::string body) {
  if (spoken == dialect_id::openai_chat) return std::shared_ptr<tongue>();
  auto asked = dialect_of(spoken).read_call(asks, std::move(body));
  if (asked.has_error()) return std::move(asked).error();
  const auto said = dialect_of(spoken).read_chat(*asked);
  if (said.has_error()) return said.error();
  auto written = chat_dialect().write_chat(*said, {.model = asked->model, .of_provider = none, .origin = {}});
  if (written.has_error()) return std::move(written).error();
  return std::shared_ptr<tongue>(new tongue(spoken, std::move(*asked), std::move(written->body)));
}

std::string tongue::whole(int status, std::string body) const {
  if (status >= 300) return refusal(spoken_, status, std::move(body));
  const auto said = chat_dialect().read_answer(body);
  return said.has_error() ? refusal(spoken_, 500, std::move(body)) : dialect_of(spoken_).write_answer(asked_, *said);
}

std::string tongue::framed(std::string_view json) {
  const std::string block = "data: " + std::string(json) + "\n\n";
  if (has_failed_) return {};
  reader_->feed(block);
  std::string bytes;
  while (const event* seen = reader_->next()) {
    has_failed_ = seen->kind == event_kind::failed;
    if (has_failed_ && seen->why && seen->why->kind == failure_kind::garbled_reply) return block;
    if (!writer_) writer_ = dialect_of(spoken_).write_stream(asked_, reader_->identity(), {});
    bytes += writer_->write(*seen);
  }
  return bytes;
}

}  // namespace sallyport::rehearsal

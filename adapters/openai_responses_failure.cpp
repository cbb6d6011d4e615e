#include "adapters/openai_responses_failure.hpp"

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_responses_object.hpp"

namespace sallyport::openai_responses {

failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall) {
  failure made = openai_chat::read_failure(status, headers, body, wall);
  if (!made.said) return made;
  provider_words said = *made.said;
  said.in = dialect_id::openai_responses;
  made.said = std::make_shared<const provider_words>(std::move(said));
  return made;
}

std::string write_failure_events(const failure& why, const stream_identity& of, std::int64_t number) {
  json_document document;
  document.parse(openai_chat::write_failure(why));
  const json_value error = document.root()["error"];
  const auto code = error[error["code"].text().empty() ? "type" : "code"].text();
  json_object short_error;
  short_error.begin_object().member("code", code).member("message", error["message"].text()).end_object();
  json_object first;
  first.begin_object().member("type", "error").member("sequence_number", number).raw_member("error", error.written()).end_object();
  json_object last;
  last.begin_object().member("type", "response.failed").member("sequence_number", number + 1);
  response_state failed;
  failed.status = "failed";
  failed.error = short_error.text();
  last.raw_member("response", response_object(of, asked_for(call{}), failed));
  return "event: error\ndata: " + first.text() + "\n\nevent: response.failed\ndata: " + last.end_object().text() + "\n\n";
}

}  // namespace sallyport::openai_responses

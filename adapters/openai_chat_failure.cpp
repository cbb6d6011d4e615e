#include "adapters/openai_chat_failure.hpp"

#include "adapters/json_write.hpp"
#include "adapters/provider_error.hpp"
#include "adapters/retry_after.hpp"
#include "adapters/scrub.hpp"

namespace sallyport::openai_chat {
namespace {

constexpr std::size_t detail_message_bytes = 300;

bool client_reads(failure_kind kind) {
  return kind == failure_kind::request_refused || kind == failure_kind::context_length || kind == failure_kind::content_filter;
}

std::string detail_of(int status, const provider_error& said) {
  std::string detail = status != 0 ? "status " + std::to_string(status) : std::string("error in a reply");
  for (const std::string* word : {&said.type, &said.code, &said.reason})
    if (!word->empty()) detail += " " + scrubbed(*word, 80);
  if (!said.message.empty()) detail += ": " + scrubbed(said.message, detail_message_bytes);
  return detail;
}

void append_word(std::string& to, std::string_view name, std::string_view value) {
  to.append(",\"").append(name).append("\":");
  if (value.empty()) {
    to += "null";
  } else {
    append_json_string(to, value);
  }
}

std::string error_body(std::string_view message, std::string_view type, std::string_view param, std::string_view code,
                       const std::vector<failure_figure>& figures = {}) {
  std::string made = R"({"error":{"message":)";
  append_json_string(made, message);
  append_word(made, "type", type);
  append_word(made, "param", param);
  append_word(made, "code", code);
  for (const auto& figure : figures) made.append(",\"").append(figure.name).append("\":").append(figure.number);
  return made += "}}";
}

// In our shape, from another one. A message that is only digits and such is still the provider's; an empty one is replaced.
std::string error_body(failure_kind kind, const provider_error& said) {
  const failure_traits& facts = traits(kind);
  const std::string_view message = said.message.empty() ? facts.sentence : std::string_view(said.message);
  const std::string_view type = said.type.empty() ? facts.openai_type : std::string_view(said.type);
  return error_body(message, type, said.param, said.code.empty() ? facts.openai_code : std::string_view(said.code));
}

std::shared_ptr<const provider_words> words(int status, std::string_view content_type, std::string body) {
  return std::make_shared<const provider_words>(provider_words{status, std::string(content_type), std::move(body)});
}

bool has_our_shape(json_value body) { return body["error"]["message"].is(json_kind::string); }

// What the client reads of the provider's words: as they are where they have our shape.
std::string shaped(const failure& why, bool as_one_line) {
  json_document document;
  const bool is_json = document.parse(why.said->body);
  if (is_json && has_our_shape(document.root())) return as_one_line ? document.root().written() : why.said->body;
  return error_body(why.kind, is_json ? error_in(document.root()) : error_in_text(why.said->body));
}

std::string own_body(const failure& why) {
  const failure_traits& facts = traits(why.kind);
  return error_body(why.client_sentence(), facts.openai_type, why.param, facts.openai_code, why.figures);
}

}  // namespace

failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall) {
  const provider_error said = error_in_text(body);
  const failure_kind kind = kind_of(status, said);
  failure made = fail(kind, detail_of(status, said));
  made.retry_after = retry_after(headers, said.delay, wall);
  if (!client_reads(kind)) return made;
  made.param = said.param;
  const bool fits = body.size() <= said_bytes_max;
  made.said = words(status, headers.get("content-type"), fits ? std::string(body) : error_body(kind, said));
  return made;
}

bool is_error(json_value reply) {
  const json_value error = reply["error"];
  return error.is(json_kind::object) || !error.text().empty() || reply["object"].text() == "error";
}

namespace {

failure inside(const provider_error& said) {
  const failure_kind kind = kind_of(0, said);
  failure made = fail(kind, detail_of(0, said));
  made.retry_after = retry_after({}, said.delay, {});
  if (!client_reads(kind)) return made;
  made.param = said.param;
  made.said = words(said.status != 0 ? said.status : 400, "application/json", error_body(kind, said));
  return made;
}

}  // namespace

failure failure_inside(json_value reply) { return inside(error_in(reply)); }
failure failure_inside_text(std::string_view text) { return inside(error_in_text(text)); }

failure failure_of_choice(json_value choice) {
  if (is_error(choice)) return failure_inside(choice);
  return fail(failure_kind::error_in_reply, "finish_reason " + scrubbed(choice["finish_reason"].text(), 80));
}

std::string write_failure(const failure& why) { return why.said ? shaped(why, false) : own_body(why); }

std::string write_failure_event(const failure& why) { return "data: " + (why.said ? shaped(why, true) : own_body(why)) + "\n\n"; }

}  // namespace sallyport::openai_chat

#include "adapters/anthropic_messages_failure.hpp"

#include "adapters/failure_reading.hpp"
#include "adapters/json_object.hpp"

namespace sallyport::anthropic_messages {
namespace {

std::string_view type_of(int status) {
  switch (status) {
    case 401: return "authentication_error";
    case 402: return "billing_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 408:
    case 504: return "timeout_error";
    case 409: return "conflict_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 503:
    case 529: return "overloaded_error";
    default: return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

std::string error_body(std::string_view type, std::string_view message, const std::vector<failure_figure>& figures = {}) {
  json_object made;
  made.begin_object().member("type", "error").name("error").begin_object().member("type", type).member("message", message);
  for (const auto& figure : figures) made.raw_member(figure.name, figure.number);
  return made.end_object().end_object().take();
}

/// The dialect has no member for the field that is at fault, so the sentence names it.
std::string with_field(std::string_view message, std::string_view param) {
  std::string made(message);
  if (!param.empty() && message.find(param) == std::string_view::npos) made.append(" (").append(param).append(")");
  return made;
}

std::string shaped_words(int status, failure_kind kind, const provider_error& said) {
  const std::string_view message = said.message.empty() ? traits(kind).sentence : std::string_view(said.message);
  return error_body(type_of(status), with_field(message, said.param));
}

std::string kept_words(failure_kind kind, const provider_error& said) { return shaped_words(traits(kind).status, kind, said); }

constexpr failure_shape our_shape{dialect_id::anthropic_messages, kept_words};

bool has_our_shape(json_value body) {
  return body["type"].text() == "error" && body["error"]["type"].is(json_kind::string) && body["error"]["message"].is(json_kind::string);
}

std::string shaped(const failure& why, bool as_one_line) {
  json_document document;
  const bool is_json = document.parse(why.said->body);
  if (is_json && why.said->in == dialect_id::anthropic_messages && has_our_shape(document.root()))
    return as_one_line ? document.root().written() : why.said->body;
  return shaped_words(why.said->status, why.kind, is_json ? error_in(document.root()) : error_in_text(why.said->body));
}

std::string own_body(const failure& why) {
  return error_body(type_of(traits(why.kind).status), with_field(why.client_sentence(), why.param), why.figures);
}

}  // namespace

failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall) {
  return failure_of_reply(our_shape, status, headers, body, wall);
}

bool is_error(json_value reply) {
  return reply["type"].text() == "error" || reply["error"].is(json_kind::object) || !reply["error"].text().empty();
}

failure failure_inside(json_value reply) { return sallyport::failure_inside(our_shape, error_in(reply)); }
failure failure_inside_text(std::string_view text) { return sallyport::failure_inside(our_shape, error_in_text(text)); }

std::string write_failure(const failure& why) { return why.said ? shaped(why, false) : own_body(why); }

std::string write_failure_event(const failure& why) {
  return "event: error\ndata: " + (why.said ? shaped(why, true) : own_body(why)) + "\n\n";
}

}  // namespace sallyport::anthropic_messages

#include "adapters/openai_chat_failure.hpp"

#include "adapters/failure_reading.hpp"
#include "adapters/json_write.hpp"
#include "adapters/provider_error.hpp"
#include "adapters/scrub.hpp"

namespace sallyport::openai_chat {
namespace {

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

bool has_our_shape(json_value body) { return body["error"]["message"].is(json_kind::string); }

// What the client reads of the provider's words: as they are where they have our shape. Responses has it too.
std::string shaped(const failure& why, bool as_one_line) {
  json_document document;
  const bool is_json = document.parse(why.said->body);
  const bool is_ours = why.said->in != dialect_id::anthropic_messages && is_json && has_our_shape(document.root());
  if (is_ours) return as_one_line ? document.root().written() : why.said->body;
  return error_body(why.kind, is_json ? error_in(document.root()) : error_in_text(why.said->body));
}

std::string own_body(const failure& why) {
  const failure_traits& facts = traits(why.kind);
  return error_body(why.client_sentence(), facts.openai_type, why.param, facts.openai_code, why.figures);
}

constexpr failure_shape our_shape{dialect_id::openai_chat, [](failure_kind kind, const provider_error& said) { return error_body(kind, said); }};

}  // namespace

failure read_failure(int status, const header_list& headers, std::string_view body, std::chrono::system_clock::time_point wall) {
  return failure_of_reply(our_shape, status, headers, body, wall);
}

bool is_error(json_value error, json_value object) {
  return error.is(json_kind::object) || !error.text().empty() || object.text() == "error";
}
bool is_error(json_value reply) { return is_error(reply["error"], reply["object"]); }

failure failure_inside(json_value reply) { return sallyport::failure_inside(our_shape, error_in(reply)); }
failure failure_inside_text(std::string_view text) { return sallyport::failure_inside(our_shape, error_in_text(text)); }

failure failure_of_choice(json_value choice) {
  if (is_error(choice)) return failure_inside(choice);
  return fail(failure_kind::error_in_reply, "finish_reason " + scrubbed(choice["finish_reason"].text(), 80));
}

std::string write_failure(const failure& why) { return why.said ? shaped(why, false) : own_body(why); }

std::string write_failure_event(const failure& why) { return "data: " + (why.said ? shaped(why, true) : own_body(why)) + "\n\n"; }

}  // namespace sallyport::openai_chat

#include "adapters/openai_responses_chat.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/openai_responses_input.hpp"
#include "adapters/openai_responses_tools.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::openai_responses {
namespace {

/// Those that are read here, or say nothing that another dialect would have to know.
constexpr std::array<std::string_view, 23> known{
    "model",       "input",       "instructions",      "stream",       "max_output_tokens", "tools",
    "tool_choice", "parallel_tool_calls", "text",      "reasoning",    "include",           "truncation",
    "temperature", "top_p",       "top_logprobs",      "metadata",     "user",              "store",
    "background",  "prompt_cache_key",    "safety_identifier", "stream_options", "service_tier"};

/// What only the provider that kept it can go on from.
constexpr std::array<std::pair<const char*, std::string_view>, 3> kept_elsewhere{{
    {"previous_response_id", "names an answer that its provider keeps: send the whole input, with the items of the answers so far"},
    {"conversation", "names a conversation that its provider keeps: send the whole input, with the items of the answers so far"},
    {"prompt", "names a template that another provider keeps: send its text as instructions and input"},
}};

field_problem refuse_what_is_kept(json_value body) {
  for (const auto& [name, why] : kept_elsewhere)
    if (body[name].is_given()) return cannot_carry(name, why);
  if (body["background"].boolean().value_or(false))
    return cannot_carry("background", "asks for an answer to be fetched later, which only openai_responses has: leave it out");
  return std::nullopt;
}

field_problem read_string(json_value body, const char* name, std::string& into) {
  const json_value value = body[name];
  if (!value.is_given()) return std::nullopt;
  if (!value.is(json_kind::string)) return wrong_field(name, "a string");
  into = value.text();
  return std::nullopt;
}

field_problem read_number(json_value body, const char* name, std::optional<double>& into) {
  const json_value value = body[name];
  if (!value.is_given()) return std::nullopt;
  into = value.number();
  return into ? std::nullopt : field_problem(wrong_field(name, "a number"));
}

field_problem read_format(json_value format, output_format& into) {
  if (!format.is_given()) return std::nullopt;
  const auto type = format["type"].text();
  if (type == "text") into.kind = format_kind::text;
  if (type == "json_object") into.kind = format_kind::json_object;
  if (type == "json_schema") into.kind = format_kind::json_schema;
  if (into.kind == format_kind::unset)
    return cannot_carry("text.format.type", "names a format that only a provider of openai_responses knows");
  if (into.kind != format_kind::json_schema) return std::nullopt;
  if (!format["schema"].is(json_kind::object)) return wrong_field("text.format.schema", "a JSON Schema: an object");
  into.name = format["name"].text();
  into.description = format["description"].text();
  into.schema = format["schema"].written();
  into.strict = format["strict"].boolean();
  return std::nullopt;
}

field_problem read_text(json_value text, chat& into) {
  if (!text.is_given()) return std::nullopt;
  if (!text.is(json_kind::object)) return wrong_field("text", "an object, as in {\"verbosity\": \"low\"}");
  into.verbosity = text["verbosity"].text();
  return read_format(text["format"], into.format);
}

field_problem read_reasoning(json_value reasoning, chat& into) {
  if (!reasoning.is_given()) return std::nullopt;
  if (!reasoning.is(json_kind::object)) return wrong_field("reasoning", "an object, as in {\"effort\": \"low\"}");
  auto& wish = into.reasoning;
  wish.effort = reasoning["effort"].text();
  wish.summary = reasoning[reasoning["summary"].is_given() ? "summary" : "generate_summary"].text();
  if (wish.effort == "none") wish.is = reasoning_wish::mode::off;
  reasoning.each_member([&](std::string_view name, json_value value) {
    const bool is_read = name == "effort" || name == "summary" || name == "generate_summary";
    if (!is_read && value.is_given()) note_foreign("reasoning." + std::string(name), into);
  });
  return std::nullopt;
}

field_problem read_include(json_value include, chat& into) {
  if (!include.is_given()) return std::nullopt;
  if (!include.is(json_kind::array)) return wrong_field("include", "a list of names");
  include.each_item([&](json_value one) {
    if (one.text() == "message.output_text.logprobs") {
      into.how.logprobs = true;
    } else if (one.text() != "reasoning.encrypted_content") {
      note_foreign("include", into);
    }
  });
  return std::nullopt;
}

field_problem read_sampling(json_value body, chat& into) {
  if (auto why = read_number(body, "temperature", into.how.temperature)) return why;
  if (auto why = read_number(body, "top_p", into.how.top_p)) return why;
  if (auto why = read_include(body["include"], into)) return why;
  const json_value top = body["top_logprobs"];
  if (top.is_given() && !top.integer()) return wrong_field("top_logprobs", "a whole number");
  if (into.how.logprobs) into.how.top_logprobs = top.integer();
  return std::nullopt;
}

field_problem read_tags(json_value body, chat& into) {
  if (auto why = read_string(body, "user", into.user)) return why;
  if (into.user.empty())
    if (auto why = read_string(body, "safety_identifier", into.user)) return why;
  if (auto why = read_string(body, "prompt_cache_key", into.prompt_cache_key)) return why;
  if (auto why = read_string(body, "service_tier", into.service_tier)) return why;
  const json_value tags = body["metadata"];
  if (tags.is_given() && !tags.is(json_kind::object)) return wrong_field("metadata", "an object of strings");
  if (tags.size() > 0) into.metadata = tags.written();
  if (body["store"].is_given() && !body["store"].boolean()) return wrong_field("store", "true or false");
  into.store = body["store"].boolean();
  return std::nullopt;
}

void note_unknown(json_value body, chat& into) {
  body.each_member([&](std::string_view name, json_value value) {
    if (value.is_given() && std::find(known.begin(), known.end(), name) == known.end()) note_foreign(name, into);
  });
  const auto truncation = body["truncation"].text();
  if (!truncation.empty() && truncation != "disabled") note_foreign("truncation", into);
}

field_problem read_body(json_value body, chat& into) {
  if (auto why = refuse_what_is_kept(body)) return why;
  if (auto why = read_input(body, into)) return why;
  if (auto why = read_tools(body, into)) return why;
  if (auto why = read_text(body["text"], into)) return why;
  if (auto why = read_reasoning(body["reasoning"], into)) return why;
  if (auto why = read_sampling(body, into)) return why;
  if (auto why = read_tags(body, into)) return why;
  note_unknown(body, into);
  return std::nullopt;
}

}  // namespace

result<chat> read_chat(const call& asked) {
  thread_local json_document document;
  if (!document.parse(asked.body)) return fail(failure_kind::invalid_json, "a call whose body is no JSON any more");
  chat made;
  made.stream = asked.stream;
  made.max_tokens = asked.max_tokens;
  auto why = read_body(document.root(), made);
  document.forget_large();
  if (why) return *std::move(why);
  return made;
}

}  // namespace sallyport::openai_responses

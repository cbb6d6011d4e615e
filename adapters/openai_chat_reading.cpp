#include "adapters/openai_chat_reading.hpp"

#include "adapters/json.hpp"
#include "adapters/json_write.hpp"
#include "adapters/openai_chat_parts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::openai_chat {
namespace {

constexpr std::size_t foreign_max = 16;
constexpr std::size_t foreign_name_bytes = 64;

field_problem read_stop(json_value value, chat& into) {
  if (value.is(json_kind::string)) return into.how.stop.emplace_back(value.text()), std::nullopt;
  if (!value.is(json_kind::array)) return wrong_field("stop", "a string or a list of strings");
  return read_items(value, "stop",
                    [&](json_value one, const std::string& param) { return read_text(one, param, into.how.stop.emplace_back()); });
}

field_problem read_object(json_value value, std::string_view param, std::string& into) {
  if (!value.is(json_kind::object)) return wrong_field(param, "an object");
  into = value.written();
  return std::nullopt;
}

field_problem read_schema(json_value schema, output_format& into) {
  constexpr std::string_view param = "response_format.json_schema";
  into.kind = format_kind::json_schema;
  if (!schema.is(json_kind::object)) return wrong_field(param, "an object with name and schema");
  into.name = schema["name"].text();
  into.description = schema["description"].text();
  if (schema["schema"].is_given())
    if (auto why = read_object(schema["schema"], std::string(param) + ".schema", into.schema)) return why;
  return read_yes_or_no(schema["strict"], std::string(param) + ".strict", into.strict);
}

field_problem read_format(json_value value, chat& into) {
  const auto type = value["type"].text();
  if (type == "json_schema") return read_schema(value["json_schema"], into.format);
  if (type == "text") return into.format.kind = format_kind::text, std::nullopt;
  if (type == "json_object") return into.format.kind = format_kind::json_object, std::nullopt;
  if (type.empty()) return wrong_field("response_format", "an object with a type");
  return cannot_carry("response_format.type", "is a form of answers that cannot be translated");
}

field_problem read_effort(json_value value, chat& into) {
  if (auto why = read_text(value, "reasoning_effort", into.reasoning.effort)) return why;
  if (into.reasoning.effort == "none") into.reasoning.is = reasoning_wish::mode::off;
  return std::nullopt;
}

// OpenRouter's: {"effort":..,"max_tokens":..,"enabled":..}.
field_problem read_reasoning(json_value value, chat& into) {
  if (value["effort"].is_given())
    if (auto why = read_effort(value["effort"], into)) return why;
  if (const auto enabled = value["enabled"].boolean()) into.reasoning.is = *enabled ? reasoning_wish::mode::on : reasoning_wish::mode::off;
  return read_integer(value["max_tokens"], "reasoning.max_tokens", into.reasoning.budget);
}

// DeepSeek's, Z.ai's and others': {"type":"enabled"}, as at Anthropic.
field_problem read_thinking(json_value value, chat& into) {
  const auto type = value["type"].text();
  if (type == "enabled") into.reasoning.is = reasoning_wish::mode::on;
  if (type == "adaptive") into.reasoning.is = reasoning_wish::mode::adaptive;
  if (type == "disabled") into.reasoning.is = reasoning_wish::mode::off;
  return read_integer(value["budget_tokens"], "thinking.budget_tokens", into.reasoning.budget);
}

field_problem read_modalities(json_value value, chat&) {
  bool only_text = true;
  value.each_item([&](json_value one) { only_text = only_text && one.text() == "text"; });
  if (only_text) return std::nullopt;
  return cannot_carry("modalities", "asks for more than text, which cannot be translated");
}

struct field {
  std::string_view name;
  field_problem (*read)(json_value, chat&);  ///< null: read elsewhere
};

constexpr std::array<field, 35> fields{{
    {"model", nullptr},
    {"messages", nullptr},
    {"stream", nullptr},
    {"stream_options", nullptr},
    {"n", nullptr},
    {"max_tokens", nullptr},
    {"max_completion_tokens", nullptr},
    {"tools", nullptr},
    {"tool_choice", nullptr},
    {"parallel_tool_calls", nullptr},
    {"temperature", [](json_value v, chat& c) { return read_number(v, "temperature", c.how.temperature); }},
    {"top_p", [](json_value v, chat& c) { return read_number(v, "top_p", c.how.top_p); }},
    {"presence_penalty", [](json_value v, chat& c) { return read_number(v, "presence_penalty", c.how.presence_penalty); }},
    {"frequency_penalty", [](json_value v, chat& c) { return read_number(v, "frequency_penalty", c.how.frequency_penalty); }},
    {"top_k", [](json_value v, chat& c) { return read_integer(v, "top_k", c.how.top_k); }},
    {"seed", [](json_value v, chat& c) { return read_integer(v, "seed", c.how.seed); }},
    {"stop", read_stop},
    {"logprobs", [](json_value v, chat& c) { return read_flag(v, "logprobs", c.how.logprobs); }},
    {"top_logprobs", [](json_value v, chat& c) { return read_integer(v, "top_logprobs", c.how.top_logprobs); }},
    {"logit_bias", [](json_value v, chat& c) { return read_object(v, "logit_bias", c.how.logit_bias); }},
    {"response_format", read_format},
    {"reasoning_effort", read_effort},
    {"reasoning", read_reasoning},
    {"thinking", read_thinking},
    {"modalities", read_modalities},
    {"user", [](json_value v, chat& c) { return read_text(v, "user", c.user); }},
    {"safety_identifier", [](json_value v, chat& c) { return read_text(v, "safety_identifier", c.user); }},
    {"verbosity", [](json_value v, chat& c) { return read_text(v, "verbosity", c.verbosity); }},
    {"service_tier", [](json_value v, chat& c) { return read_text(v, "service_tier", c.service_tier); }},
    {"prompt_cache_key", [](json_value v, chat& c) { return read_text(v, "prompt_cache_key", c.prompt_cache_key); }},
    {"metadata", [](json_value v, chat& c) { return read_object(v, "metadata", c.metadata); }},
    {"store", [](json_value v, chat& c) { return read_yes_or_no(v, "store", c.store); }},
    {"cache_control", [](json_value v, chat& c) { return c.cached = cache_mark{std::string(v["ttl"].text())}, field_problem(); }},
    {"functions", nullptr},
    {"function_call", nullptr},
}};

// The name is told in a header, whose fields end with a semicolon.
std::string told(std::string_view name) {
  std::string made(cut_text(name, foreign_name_bytes));
  std::replace_if(
      made.begin(), made.end(), [](char c) { return c == ';' || c == '"' || static_cast<unsigned char>(c) <= ' ' || c == 127; }, '_');
  return made;
}

void note_foreign(std::string_view name, chat& into) {
  if (into.foreign.size() < foreign_max) into.foreign.push_back(told(name));
}

field_problem read_field(std::string_view name, json_value value, chat& into) {
  if (!value.is_given()) return std::nullopt;
  const auto known = std::find_if(fields.begin(), fields.end(), [&](const field& one) { return one.name == name; });
  if (known == fields.end()) return note_foreign(name, into), std::nullopt;
  return known->read ? known->read(value, into) : std::nullopt;
}

field_problem read_body(const call& asked, json_value body, chat& into) {
  into.stream = asked.stream;
  into.max_tokens = asked.max_tokens;
  into.how.choices = asked.choices;
  field_problem why;
  body.each_member([&](std::string_view name, json_value value) {
    if (!why) why = read_field(name, value, into);
  });
  if (!why) why = read_tools(body, into);
  if (!why) why = read_messages(body["messages"], into.messages);
  return why;
}

}  // namespace

result<chat> read_chat(const call& asked) {
  if (asked.asks != operation::chat_completions && asked.asks != operation::count_tokens)
    return fail_with(failure_kind::not_supported, "Only chats can be translated to what this model's deployment speaks.");
  thread_local json_document document;
  if (!document.parse(asked.body)) return fail_with(failure_kind::invalid_json, "The body is not valid JSON.");
  chat made;
  auto why = read_body(asked, document.root(), made);
  document.forget_large();
  if (why) return *std::move(why);
  return made;
}

}  // namespace sallyport::openai_chat

#include "adapters/anthropic_messages_chat_request.hpp"

#include "adapters/anthropic_messages_models.hpp"
#include "adapters/anthropic_messages_thinking.hpp"
#include "adapters/anthropic_messages_tools.hpp"
#include "adapters/anthropic_messages_turns.hpp"
#include "adapters/call_fields.hpp"
#include "adapters/chat_content.hpp"
#include "adapters/json_object.hpp"

#include <algorithm>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::string_view has_none = "anthropic_messages has none";
constexpr std::string_view summarized = "summarized", nothing;

void warn_of_sampling(const sampling& how, warning_list& warnings) {
  const auto is_off = [](const std::optional<double>& value) { return !value || *value == 0; };
  if (!is_off(how.presence_penalty)) warnings.add(severity::warn, "presence_penalty", std::string(has_none));
  if (!is_off(how.frequency_penalty)) warnings.add(severity::warn, "frequency_penalty", std::string(has_none));
  if (how.seed) warnings.add(severity::warn, "seed", std::string(has_none));
  if (!how.logit_bias.empty()) warnings.add(severity::warn, "logit_bias", std::string(has_none));
  if (how.logprobs || how.top_logprobs) warnings.add(severity::warn, "logprobs", std::string(has_none));
}

void warn_of_fields(const chat& said, warning_list& warnings) {
  for (const std::string& name : said.foreign) warnings.add(severity::warn, name, "not carried to anthropic_messages");
  if (!said.verbosity.empty()) warnings.add(severity::warn, "verbosity", std::string(has_none));
  if (!said.prompt_cache_key.empty()) warnings.add(severity::info, "prompt_cache_key", std::string(has_none));
  if (!said.metadata.empty()) warnings.add(severity::info, "metadata", std::string(has_none));
  if (said.store.value_or(false)) warnings.add(severity::info, "store", std::string(has_none));
  warn_of_sampling(said.how, warnings);
}

/// Why the chat leaves no room for thinking; empty: it does.
std::string_view why_no_thought(const chat& said, const conversation& turns, const model_facts& facts, std::string_view model) {
  if (forces_a_call(said) && facts.takes_forced_tools) return "left out since a model that thinks cannot be made to call a tool";
  if (turns.turns.back().is_assistant) return "left out since the answer's beginning is given";
  if (is_claude(model) && facts.thinking == thinking_form::budget && !begins_with_thought(turns))
    return "left out since the thoughts before the last tool call are not there";
  return {};
}

/// The last turn is an assistant's: the dialect takes it for the answer's beginning, where the model has that.
result<void> end_well(const chat& said, const model_facts& facts, conversation& turns, warning_list& warnings) {
  static const part go_on = [] {
    part made;
    made.text = "Go on.";
    return made;
  }();
  if (said.goes_on != continuation::none && (said.goes_on != continuation::prefill || !facts.takes_prefill))
    return cannot_carry("messages", "ends with an answer's beginning, with which this model does not go on");
  if (!turns.turns.back().is_assistant || facts.takes_prefill) return {};
  warnings.add(severity::warn, "messages", "a message of a user was added since this model takes no beginning of an answer");
  turns.turns.push_back({false, {{&go_on, said.messages.size(), 0}}});
  return {};
}

void add_system_text(std::string text, conversation& turns, std::vector<part>& kept) {
  part made;
  made.text = std::move(text);
  kept.push_back(std::move(made));
  turns.system.push_back({&kept.back(), 0, 0});
}

/// What the model is told of its answer's form where the dialect has no field for it. `kept` holds the text that `turns` points to.
void tell_format(const output_format& format, const model_facts& facts, conversation& turns, std::vector<part>& kept,
                 warning_list& warnings) {
  kept.reserve(1);
  if (format.kind == format_kind::json_object) {
    warnings.add(severity::warn, "response_format", "the model is asked in words to answer with JSON");
    add_system_text("Answer with one JSON object and nothing else: no text around it, no code fence.", turns, kept);
  } else if (format.kind == format_kind::json_schema && !facts.takes_schema) {
    warnings.add(severity::warn, "response_format", "the model is asked in words to answer with JSON of that schema");
    add_system_text("Answer with JSON that fits this JSON Schema and nothing else, no text around it: " + format.schema, turns, kept);
  }
}

void write_thinking(const chat& said, const thinking_plan& plan, const model_facts& facts, json_object& to) {
  if (plan.is == thinking_plan::mode::off) to.name("thinking").begin_object().member("type", "disabled").end_object();
  if (plan.is == thinking_plan::mode::budget)
    to.name("thinking").begin_object().member("type", "enabled").member("budget_tokens", plan.budget).end_object();
  if (plan.is == thinking_plan::mode::adaptive)
    to.name("thinking").begin_object().member("type", "adaptive").given("display", plan.shows ? summarized : nothing).end_object();
  const bool has_format = said.format.kind == format_kind::json_schema && facts.takes_schema;
  if (plan.effort.empty() && !has_format) return;
  to.name("output_config").begin_object().given("effort", plan.effort);
  if (has_format) {
    const std::string& schema = said.format.schema;
    to.name("format").begin_object().member("type", "json_schema").raw_member("schema", schema.empty() ? "{}" : schema).end_object();
  }
  to.end_object();
}

void write_temperature(const sampling& how, const model_facts& facts, json_object& to, warning_list& warnings) {
  if (how.temperature) to.name("temperature").number(std::clamp(*how.temperature, 0.0, 1.0));
  if (how.temperature.value_or(0) > 1) warnings.add(severity::warn, "temperature", "1 is the highest here");
  if (how.temperature && how.top_p && !facts.takes_both) {
    if (*how.top_p != 1) warnings.add(severity::warn, "top_p", "this model does not take it together with temperature");
  } else {
    to.given("top_p", how.top_p);
  }
  to.given("top_k", how.top_k);
}

void write_sampling(const sampling& how, const model_facts& facts, bool thinks, json_object& to, warning_list& warnings) {
  if (facts.takes_sampling && !thinks) {
    write_temperature(how, facts, to, warnings);
  } else {
    const std::string reason = thinks && facts.takes_sampling ? "a model that thinks does not take it" : "this model does not take it";
    if (how.temperature.value_or(1) != 1) warnings.add(severity::warn, "temperature", reason);
    if (how.top_p.value_or(1) != 1) warnings.add(severity::warn, "top_p", reason);
    if (how.top_k) warnings.add(severity::warn, "top_k", reason);
  }
  const auto is_blank = [](const std::string& stop) { return stop.find_first_not_of(" \t\r\n") == std::string::npos; };
  if (std::any_of(how.stop.begin(), how.stop.end(), is_blank))
    warnings.add(severity::warn, "stop", "a sequence of blanks alone is left out");
  if (std::all_of(how.stop.begin(), how.stop.end(), is_blank)) return;
  to.name("stop_sequences").begin_array();
  for (const std::string& stop : how.stop)
    if (!is_blank(stop)) to.string(stop);
  to.end_array();
}

void write_rest(const chat& said, json_object& to, warning_list& warnings) {
  if (!said.user.empty()) to.name("metadata").begin_object().member("user_id", said.user).end_object();
  const auto& tier = said.service_tier;
  if (tier == "auto" || tier == "standard_only" || tier == "default") {
    to.member("service_tier", tier == "auto" ? "auto" : "standard_only");
  } else if (!tier.empty()) {
    warnings.add(severity::info, "service_tier", std::string(has_none));
  }
  if (said.cached) {
    to.name("cache_control");
    write_cache_control(*said.cached, to);
  }
  if (said.stream) to.member("stream", true);
}

int marks_in(const std::vector<tool>& tools) {
  return static_cast<int>(std::count_if(tools.begin(), tools.end(), [](const tool& one) { return one.cached.has_value(); }));
}

result<std::string> body_of(const chat& said, const addressee& to, warning_list& warnings) {
  const model_facts& facts = facts_of(to.model);
  cache_marks unused(0);
  const block_writing reading{to.origin, !is_claude(to.model), unused, warnings};
  const auto offered = offered_tools(said, warnings);
  if (!offered) return offered.error();
  conversation turns = conversation_of(said, reading);
  if (auto done = end_well(said, facts, turns, warnings); !done) return done.error();
  std::vector<part> kept;
  tell_format(said.format, facts, turns, kept, warnings);
  const auto plan = plan_of(said, facts, is_claude(to.model), why_no_thought(said, turns, facts, to.model), warnings);

  cache_marks marks(marks_in(*offered) + marks_in(turns) + (said.cached ? 1 : 0));
  const block_writing how{to.origin, !is_claude(to.model), marks, warnings};
  json_object made(usual_body_bytes);
  made.begin_object().member("model", to.model).member("max_tokens", plan.tokens_max);
  if (auto done = write_tools(*offered, said, facts, how, made); !done) return done.error();
  if (!turns.system.empty())
    if (auto done = write_blocks(turns.system, how, made.name("system")); !done) return done.error();
  if (auto done = write_turns(turns, turns.turns.back().is_assistant, how, made.name("messages")); !done) return done.error();
  write_thinking(said, plan, facts, made);
  write_sampling(said.how, facts, plan.is_on(), made, warnings);
  write_rest(said, made, warnings);
  return made.end_object().take();
}

}  // namespace

result<provider_request> write_chat(const chat& said, const addressee& to) {
  if (holds_only_thoughts_of_others(said, to.origin))
    return cannot_carry("messages", "hold nothing but thoughts of another model, which stay with it");
  if (said.how.choices > 1) return cannot_carry("n", "cannot be above 1 for this model");
  warning_list warnings;
  warn_of_fields(said, warnings);
  auto body = body_of(said, to, warnings);
  if (!body) return body.error();
  provider_request made;
  made.path = "/messages";
  made.body = *std::move(body);
  made.headers.add_if_fit(version_header, version);
  made.warnings = warnings.take();
  return made;
}

}  // namespace sallyport::anthropic_messages

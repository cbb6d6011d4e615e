#include "adapters/openai_chat_writing.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/chat_content.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace sallyport::openai_chat {
namespace {

constexpr std::size_t stops_max = 4;        // OpenAI's own limit
constexpr std::size_t user_bytes_max = 64;  // OpenAI answers 400 to a longer one; Claude Code's are longer
constexpr std::int64_t low_budget_max = 2048, medium_budget_max = 8192;

void write_limit(letter& into) { into.body.given(into.to_openai() ? "max_completion_tokens" : "max_tokens", into.said.max_tokens); }

void write_stops(letter& into) {
  const auto& stops = into.said.how.stop;
  if (stops.empty()) return;
  if (stops.size() > stops_max) into.warnings.warn("stop", "only the first four are carried");
  into.body.name("stop").begin_array();
  for (std::size_t i = 0; i < stops.size() && i < stops_max; ++i) into.body.string(stops[i]);
  into.body.end_array();
}

void write_sampling(letter& into) {
  const sampling& how = into.said.how;
  into.body.given("temperature", how.temperature).given("top_p", how.top_p);
  into.body.given("presence_penalty", how.presence_penalty).given("frequency_penalty", how.frequency_penalty).given("seed", how.seed);
  if (how.logprobs) into.body.member("logprobs", true);
  into.body.given("top_logprobs", how.top_logprobs).raw_given("logit_bias", how.logit_bias);
  if (how.top_k) into.warnings.warn("top_k", "openai_chat has none");
  write_stops(into);
}

void write_format(letter& into) {
  const output_format& format = into.said.format;
  if (format.kind == format_kind::unset) return;
  into.body.name("response_format").begin_object();
  if (format.kind == format_kind::text) into.body.member("type", "text");
  if (format.kind == format_kind::json_object) into.body.member("type", "json_object");
  if (format.kind == format_kind::json_schema) {
    into.body.member("type", "json_schema").name("json_schema").begin_object();
    into.body.member("name", format.name.empty() ? std::string_view("answer") : std::string_view(format.name));
    into.body.given("description", format.description).raw_given("schema", format.schema).given("strict", format.strict).end_object();
  }
  into.body.end_object();
}

std::string_view effort_of_budget(std::int64_t tokens) {
  if (tokens <= low_budget_max) return "low";
  return tokens <= medium_budget_max ? "medium" : "high";
}

void write_reasoning(letter& into) {
  const reasoning_wish& wish = into.said.reasoning;
  if (!wish.summary.empty()) into.warnings.inform("reasoning.summary", "openai_chat has none");
  if (wish.is == reasoning_wish::mode::off) {
    if (into.to_openai())
      into.body.member("reasoning_effort", "none");
    else
      into.warnings.inform("reasoning", "this provider has no common word for thinking off");
  } else if (!wish.effort.empty()) {
    into.body.member("reasoning_effort", wish.effort);
  } else if (wish.budget) {
    into.body.member("reasoning_effort", effort_of_budget(*wish.budget));
    into.warnings.inform("reasoning.budget", "goes as a word");
  }
}

/// What only OpenAI itself knows: to it as it is, for others left out, since many refuse what they do not know.
void write_for_openai(letter& into, std::string_view name, std::string_view text, severity when_not = severity::info) {
  if (text.empty()) return;
  if (into.to_openai())
    into.body.member(name, text);
  else if (when_not == severity::info)
    into.warnings.inform(std::string(name), "only OpenAI itself takes it");
  else
    into.warnings.warn(std::string(name), "only OpenAI itself takes it");
}

// Anthropic's word for no better service than was paid for.
std::string_view tier_of(std::string_view said) { return said == "standard_only" ? std::string_view("default") : said; }

void write_tags(letter& into) {
  const chat& said = into.said;
  if (said.user.size() > user_bytes_max)
    into.warnings.inform("user", "is longer than the 64 bytes that OpenAI takes");
  else
    write_for_openai(into, "user", said.user);
  write_for_openai(into, "verbosity", said.verbosity, severity::warn);
  write_for_openai(into, "service_tier", tier_of(said.service_tier));
  write_for_openai(into, "prompt_cache_key", said.prompt_cache_key);
  if (into.to_openai())
    into.body.raw_given("metadata", said.metadata).given("store", said.store);
  else if (!said.metadata.empty())
    into.warnings.inform("metadata", "only OpenAI itself takes it");
  if (said.store.value_or(false) && !into.to_openai()) into.warnings.inform("store", "only OpenAI itself takes it");
  if (said.cached) into.warnings.inform("cache_control", "openai_chat has no marks");
}

void write_stream(letter& into) {
  if (!into.said.stream) return;
  into.body.member("stream", true);
  if (into.to.of_provider.takes_stream_options) into.body.name("stream_options").begin_object().member("include_usage", true).end_object();
}

void write_way_on(letter& into) {
  if (into.said.goes_on == continuation::continue_final_message)
    into.body.member("continue_final_message", true).member("add_generation_prompt", false);
}

}  // namespace

result<provider_request> write_chat(const chat& said, const addressee& to) {
  if (holds_only_thoughts_of_others(said, to.origin))
    return cannot_carry("messages", "hold nothing but thoughts of another model, which stay with it");
  if (said.how.choices > 1) return cannot_carry("n", "must be 1 where a call is translated");
  letter made{.said = said, .to = to, .body = json_object(usual_body_bytes), .warnings = {}};
  made.body.begin_object().member("model", to.model);
  if (auto why = write_messages(made)) return *std::move(why);
  if (auto why = write_tools(made)) return *std::move(why);
  write_format(made);
  write_limit(made);
  write_sampling(made);
  write_reasoning(made);
  write_tags(made);
  write_stream(made);
  write_way_on(made);
  made.body.end_object();
  for (const std::string& name : said.foreign) made.warnings.warn(name, "not carried to openai_chat");
  provider_request request;
  request.path = "/chat/completions";
  request.body = made.body.take();
  request.warnings = made.warnings.take();
  return request;
}

}  // namespace sallyport::openai_chat

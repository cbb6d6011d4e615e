#include "adapters/openai_chat_usage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace sallyport::openai_chat {
namespace {

using count = std::optional<std::int64_t>;

count count_of(json_value value) {
  auto whole = value.integer();
  if (!whole) {
    // Some engines write 12.0.
    const auto number = value.number();
    if (number && *number >= 0 && *number <= static_cast<double>(tokens_max) && std::floor(*number) == *number)
      whole = static_cast<std::int64_t>(*number);
  }
  return whole && *whole >= 0 && *whole <= tokens_max ? whole : std::nullopt;
}

count first_of(std::initializer_list<json_value> places) {
  for (json_value place : places)
    if (const count found = count_of(place)) return found;
  return std::nullopt;
}

// A report that lacks one side still has the total: embeddings at Voyage say nothing else.
std::int64_t prompt_of(count prompt, count completion, count total, std::int64_t parts) {
  if (prompt) return *prompt;
  if (total) return std::max<std::int64_t>(*total - completion.value_or(0), 0);
  return parts;
}

bool reasoning_stands_outside(std::int64_t prompt, std::int64_t completion, std::int64_t reasoning, count total) {
  return total ? *total == prompt + completion + reasoning : reasoning > completion;
}

/// Tokens that only the total has, of a report that has both sides and details of neither.
std::int64_t unshown(json_value reported, count prompt, count completion, count total) {
  const bool has_details = reported["prompt_tokens_details"].is_given() || reported["completion_tokens_details"].is_given();
  if (has_details || !prompt || !completion || !total) return 0;
  return std::max<std::int64_t>(*total - *prompt - *completion, 0);
}

}  // namespace

usage usage_of(json_value reported) {
  if (!reported.is(json_kind::object)) return {};   // nearly every chunk
  const json_value prompt_details = reported["prompt_tokens_details"];
  const count prompt = count_of(reported["prompt_tokens"]);
  const count completion = count_of(reported["completion_tokens"]);
  const count total = count_of(reported["total_tokens"]);
  if (!prompt && !completion && !total) return {};
  // DeepSeek and Together write the cached tokens flat.
  const auto cached = first_of({prompt_details["cached_tokens"], reported["prompt_cache_hit_tokens"], reported["cached_tokens"]});
  const auto written = first_of({prompt_details["cache_write_tokens"], reported["cache_write_tokens"]});
  const auto reasoned = first_of({reported["completion_tokens_details"]["reasoning_tokens"], reported["reasoning_tokens"]});
  const auto citations = count_of(reported["citation_tokens"]);

  usage made;
  made.basis = usage_basis::reported;
  const std::int64_t whole_prompt = prompt_of(prompt, completion, total, cached.value_or(0) + written.value_or(0));
  const bool cached_outside = prompt && cached.value_or(0) > *prompt;
  const std::int64_t uncached = cached_outside ? whole_prompt : whole_prompt - std::min(cached.value_or(0), whole_prompt);
  made.cached = cached_outside ? *cached : whole_prompt - uncached;
  made.cache_write = std::min(written.value_or(0), uncached);
  made.input = uncached - made.cache_write;
  const std::int64_t whole_completion = completion.value_or(0);
  const bool outside = citations || reasoning_stands_outside(whole_prompt, whole_completion, reasoned.value_or(0), total);
  made.reasoning = outside ? reasoned.value_or(0) : std::min(reasoned.value_or(0), whole_completion);
  made.output = outside ? whole_completion : whole_completion - made.reasoning;
  if (!reasoned) made.reasoning = unshown(reported, prompt, completion, total);
  made.input = std::min(made.input + citations.value_or(0), tokens_max);
  return made;
}

usage usage_in(json_value reported, json_value at_groq) {
  const usage plain = usage_of(reported);
  return plain.basis != usage_basis::none ? plain : usage_of(at_groq["usage"]);
}
usage usage_in(json_value reply) { return usage_in(reply["usage"], reply["x_groq"]); }

void write_usage(const usage& tokens, json_object& to) {
  to.begin_object().member("prompt_tokens", tokens.prompt_total()).member("completion_tokens", tokens.completion_total());
  to.member("total_tokens", tokens.prompt_total() + tokens.completion_total());
  to.name("prompt_tokens_details").begin_object().member("cached_tokens", tokens.cached);
  if (tokens.cache_write > 0) to.member("cache_write_tokens", tokens.cache_write);
  to.end_object();
  to.name("completion_tokens_details").begin_object().member("reasoning_tokens", tokens.reasoning).end_object().end_object();
}

std::string_view word_of(finish_reason why) {
  switch (why) {
    case finish_reason::length: return "length";
    case finish_reason::tool_calls: return "tool_calls";
    case finish_reason::content_filter: return "content_filter";
    default: return "stop";
  }
}

std::optional<finish_word> finish_of(json_value reason) {
  static constexpr std::array<std::pair<std::string_view, finish_word>, 17> words{{
      {"stop", {finish_reason::stop}},
      {"eos", {finish_reason::stop}},
      {"eos_token", {finish_reason::stop}},
      {"stop_sequence", {finish_reason::stop}},
      {"end_turn", {finish_reason::stop}},
      {"length", {finish_reason::length}},
      {"model_length", {finish_reason::length}},
      {"max_tokens", {finish_reason::length}},
      {"tool_calls", {finish_reason::tool_calls}},
      {"tool_use", {finish_reason::tool_calls}},
      {"function_call", {finish_reason::tool_calls}},
      {"content_filter", {finish_reason::content_filter}},
      {"safety", {finish_reason::content_filter}},
      {"SAFETY", {finish_reason::content_filter}},
      {"error", {finish_reason::other, true}},
      {"abort", {finish_reason::other, true}},
      {"insufficient_system_resource", {finish_reason::other, true}},
  }};
  const auto word = reason.string();
  if (!word || word->empty()) return std::nullopt;
  for (const auto& [name, meaning] : words)
    if (name == *word) return meaning;
  return finish_word{};
}

}  // namespace sallyport::openai_chat

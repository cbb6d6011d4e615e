#include "adapters/anthropic_messages_usage.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::anthropic_messages {
namespace {

// A count above this is taken for a mistake and ignored, like a negative one.
constexpr std::int64_t tokens_max = 1'000'000'000'000;

void take(json_value value, std::optional<std::int64_t>& into) {
  const auto count = value.integer();
  if (count && *count >= 0 && *count <= tokens_max) into = count;
}

bool has_compaction(json_value iterations) {
  bool found = false;
  iterations.each_item([&](json_value one) { found = found || one["type"].text() == "compaction"; });
  return found;
}

void add(json_value value, std::optional<std::int64_t>& into) {
  std::optional<std::int64_t> count;
  take(value, count);
  if (count) into = std::min(into.value_or(0) + *count, tokens_max);
}

}  // namespace

void token_report::read(json_value reported) {
  take(reported["input_tokens"], input_);
  take(reported["cache_read_input_tokens"], cached_);
  take(reported["cache_creation_input_tokens"], cache_write_);
  take(reported["output_tokens"], output_);
  take(reported["output_tokens_details"]["thinking_tokens"], thinking_);
  const json_value iterations = reported["iterations"];
  if (!has_compaction(iterations)) return;
  input_ = cached_ = cache_write_ = output_ = std::nullopt;
  iterations.each_item([&](json_value one) {
    add(one["input_tokens"], input_);
    add(one["cache_read_input_tokens"], cached_);
    add(one["cache_creation_input_tokens"], cache_write_);
    add(one["output_tokens"], output_);
  });
}

usage token_report::tokens() const {
  if (!input_ && !output_ && !cached_ && !cache_write_) return {};
  usage made;
  made.basis = usage_basis::reported;
  made.input = input_.value_or(0);
  made.cached = cached_.value_or(0);
  made.cache_write = cache_write_.value_or(0);
  const std::int64_t all = output_.value_or(0);
  made.reasoning = std::min(thinking_.value_or(0), all);
  made.output = all - made.reasoning;
  return made;
}

std::optional<finish_reason> finish_of(json_value stop_reason) {
  static constexpr std::array<std::pair<std::string_view, finish_reason>, 7> words{{
      {"end_turn", finish_reason::stop},
      {"stop_sequence", finish_reason::stop},
      {"pause_turn", finish_reason::stop},
      {"max_tokens", finish_reason::length},
      {"model_context_window_exceeded", finish_reason::length},
      {"tool_use", finish_reason::tool_calls},
      {"refusal", finish_reason::content_filter},
  }};
  const auto word = stop_reason.string();
  if (!word || word->empty()) return std::nullopt;
  for (const auto& [name, meaning] : words)
    if (name == *word) return meaning;
  return finish_reason::other;
}

std::string_view stop_reason_of(finish_reason why) {
  switch (why) {
    case finish_reason::length: return "max_tokens";
    case finish_reason::tool_calls: return "tool_use";
    case finish_reason::content_filter: return "refusal";
    case finish_reason::stop:
    case finish_reason::other: break;
  }
  return "end_turn";
}

std::string_view explanation_in(json_value of) {
  return of["stop_reason"].text() == "refusal" ? of["stop_details"]["explanation"].text() : std::string_view();
}

void write_usage(const usage& tokens, json_object& to) {
  to.member("input_tokens", tokens.input)
      .member("cache_creation_input_tokens", tokens.cache_write)
      .member("cache_read_input_tokens", tokens.cached)
      .member("output_tokens", tokens.completion_total());
  if (tokens.reasoning > 0)
    to.name("output_tokens_details").begin_object().member("thinking_tokens", tokens.reasoning).end_object();
}

}  // namespace sallyport::anthropic_messages

#include "adapters/openai_responses_usage.hpp"

#include "adapters/openai_chat_usage.hpp"

#include <algorithm>
#include <optional>

namespace sallyport::openai_responses {
namespace {

using count = std::optional<std::int64_t>;

count count_of(json_value value) {
  const auto whole = value.integer();
  return whole && *whole >= 0 && *whole <= openai_chat::tokens_max ? whole : std::nullopt;
}

bool calls_a_tool(json_value output) {
  bool found = false;
  output.each_item([&](json_value item) {
    const auto type = item["type"].text();
    found = found || type == "function_call" || type == "custom_tool_call";
  });
  return found;
}

}  // namespace

usage usage_of(json_value reported) {
  const count input = count_of(reported["input_tokens"]);
  const count output = count_of(reported["output_tokens"]);
  const count total = count_of(reported["total_tokens"]);
  if (!input && !output && !total) return {};
  const std::int64_t prompt = input ? *input : std::max<std::int64_t>(total.value_or(0) - output.value_or(0), 0);
  const std::int64_t completion = output.value_or(0);
  const std::int64_t reasoned = count_of(reported["output_tokens_details"]["reasoning_tokens"]).value_or(0);
  const json_value details = reported["input_tokens_details"];

  usage made;
  made.basis = usage_basis::reported;
  made.cached = std::min(count_of(details["cached_tokens"]).value_or(0), prompt);
  made.cache_write = std::min(count_of(details["cache_write_tokens"]).value_or(0), prompt - made.cached);
  made.input = prompt - made.cached - made.cache_write;
  const bool stands_outside = reasoned > 0 && total && *total == prompt + completion + reasoned;
  made.reasoning = stands_outside ? reasoned : std::min(reasoned, completion);
  made.output = stands_outside ? completion : completion - made.reasoning;
  return made;
}

void write_usage(const usage& tokens, json_object& to) {
  if (tokens.basis == usage_basis::none) {
    to.null();
    return;
  }
  to.begin_object().member("input_tokens", tokens.prompt_total());
  to.name("input_tokens_details").begin_object();
  to.member("cached_tokens", tokens.cached).member("cache_write_tokens", tokens.cache_write).end_object();
  to.member("output_tokens", tokens.completion_total());
  to.name("output_tokens_details").begin_object().member("reasoning_tokens", tokens.reasoning).end_object();
  to.member("total_tokens", tokens.prompt_total() + tokens.completion_total()).end_object();
}

finish_reason finish_of(json_value response) {
  const auto reason = response["incomplete_details"]["reason"].text();
  if (reason == "max_output_tokens") return finish_reason::length;
  if (reason == "content_filter") return finish_reason::content_filter;
  if (calls_a_tool(response["output"])) return finish_reason::tool_calls;
  return response["status"].text() == "completed" ? finish_reason::stop : finish_reason::other;
}

std::string_view incomplete_reason(finish_reason why) {
  if (why == finish_reason::length) return "max_output_tokens";
  return why == finish_reason::content_filter ? "content_filter" : "";
}

}  // namespace sallyport::openai_responses

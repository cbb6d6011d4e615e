#include "adapters/openai_responses_object.hpp"

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/openai_responses_tools.hpp"
#include "adapters/openai_responses_usage.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::openai_responses {
namespace {

constexpr std::string_view id_prefix = "resp_";
constexpr std::size_t own_id_bytes_max = 52;

bool is_id_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

/// What a response repeats of its call, and what it says where the call does not.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> repeated{{
    {"max_output_tokens", "null"},
    {"max_tool_calls", "null"},
    {"parallel_tool_calls", "true"},
    {"prompt_cache_key", "null"},
    {"reasoning", R"({"effort":null,"summary":null})"},
    {"safety_identifier", "null"},
    {"service_tier", R"("default")"},
    {"temperature", "null"},
    {"text", R"({"format":{"type":"text"}})"},
    {"tool_choice", R"("auto")"},
    {"top_logprobs", "0"},
    {"top_p", "null"},
    {"truncation", R"("disabled")"},
    {"user", "null"},
    {"metadata", "{}"},
}};

}  // namespace

asked_for::asked_for(const call& asked) {
  thread_local json_document document;
  document.parse(asked.body);
  const json_value body = document.root();
  body["tools"].each_item([&](json_value tool) {
    if (tool["type"].text() == "custom") custom_.emplace(tool["name"].text());
    if (tool["type"].text() != "namespace") return;
    const std::string space(tool["name"].text());
    tool["tools"].each_item([&](json_value inner) {
      const std::string name(inner["name"].text());
      spaced_.emplace(name_outside(space, name), spaced_name{space, name});
    });
  });
  for (const auto& [name, otherwise] : repeated) {
    const json_value value = body[name];
    members_.append(",\"").append(name).append("\":").append(value.is_given() ? value.written() : std::string(otherwise));
  }
  document.forget_large();
}

bool asked_for::is_custom(std::string_view tool) const { return custom_.find(tool) != custom_.end(); }

const asked_for::spaced_name* asked_for::in_space(std::string_view tool) const {
  const auto found = spaced_.find(tool);
  return found == spaced_.end() ? nullptr : &found->second;
}

std::string response_id(std::string_view of_provider) {
  return of_provider.starts_with(id_prefix) ? std::string(of_provider) : std::string(id_prefix).append(of_provider);
}

std::string item_id(std::string_view prefix, std::string_view response, std::size_t place) {
  if (response.starts_with(id_prefix)) response.remove_prefix(id_prefix.size());
  std::string own(response.substr(response.size() - std::min(response.size(), own_id_bytes_max)));
  std::replace_if(own.begin(), own.end(), [](char c) { return !is_id_letter(c); }, '_');
  return std::string(prefix) + "_" + own + "_" + std::to_string(place);
}

std::string response_object(const stream_identity& of, const asked_for& asked, const response_state& state) {
  json_object made(state.output.size() + usual_body_bytes);
  made.begin_object().member("id", response_id(of.id)).member("object", "response").member("created_at", of.created);
  made.member("status", state.status).member("background", false);
  made.raw_member("error", state.error.empty() ? "null" : state.error);
  made.name("incomplete_details");
  if (state.incomplete.empty()) {
    made.null();
  } else {
    made.begin_object().member("reason", state.incomplete).end_object();
  }
  made.raw_member("instructions", "null").member("model", of.model);
  made.raw_member("output", "[" + std::string(state.output) + "]");
  made.raw_member("previous_response_id", "null").member("store", false).raw_member("tools", "[]");
  // Of a response in progress clients know `null`, of one that has ended only that there is none.
  if (state.status == "in_progress" || state.tokens.basis != usage_basis::none) write_usage(state.tokens, made.name("usage"));
  std::string text = made.take();
  return text.append(asked.members()).append("}");
}

std::string text_part(std::string_view text, std::string_view logprobs) {
  json_object made;
  made.begin_object().member("type", "output_text").raw_member("annotations", "[]");
  return made.raw_member("logprobs", logprobs.empty() ? "[]" : logprobs).member("text", text).end_object().take();
}

std::string refusal_part(std::string_view text) {
  return json_object().begin_object().member("type", "refusal").member("refusal", text).end_object().take();
}

std::string message_item(std::string_view id, std::string_view status, std::string_view parts) {
  json_object made;
  made.begin_object().member("id", id).member("type", "message").member("status", status);
  return made.raw_member("content", "[" + std::string(parts) + "]").member("role", "assistant").end_object().take();
}

std::string tool_item(std::string_view id, std::string_view status, const called_tool& tool) {
  json_object made;
  made.begin_object().member("id", id).member("type", tool.is_custom ? "custom_tool_call" : "function_call").member("status", status);
  made.member(tool.is_custom ? "input" : "arguments", tool.text);
  return made.member("call_id", tool.call_id).member("name", tool.name).given("namespace", tool.space).end_object().take();
}

std::string reasoning_item(std::string_view id, std::string_view summary, std::string_view state) {
  json_object made;
  made.begin_object().member("id", id).member("type", "reasoning").name("summary").begin_array();
  if (!summary.empty()) made.begin_object().member("type", "summary_text").member("text", summary).end_object();
  return made.end_array().given("encrypted_content", state).end_object().take();
}

}  // namespace sallyport::openai_responses

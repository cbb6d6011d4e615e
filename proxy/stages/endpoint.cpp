#include "proxy/stages/endpoint.hpp"

#include <array>
#include <charconv>

namespace sallyport::stages {
namespace {

struct row {
  std::string_view path;
  bool post;
  endpoint leads_to;
};

constexpr auto chat_dialect = dialect_id::openai_chat;

const std::array<row, 8> table{{
    {"/v1/chat/completions", true, {page::call, chat_dialect, operation::chat_completions, {}, true}},
    {"/v1/responses", true, {page::call, dialect_id::openai_responses, operation::chat_completions, {}, true}},
    {"/v1/messages", true, {page::call, dialect_id::anthropic_messages, operation::chat_completions, {}, true}},
    {"/v1/messages/count_tokens", true, {page::call, dialect_id::anthropic_messages, operation::count_tokens, {}, true}},
    {"/v1/completions", true, {page::call, chat_dialect, operation::completions, {}, true}},
    {"/v1/embeddings", true, {page::call, chat_dialect, operation::embeddings, {}, true}},
    {"/v1/models", false, {page::list_models, chat_dialect, operation::chat_completions, {}, true}},
    {"/", false, {page::front_door, chat_dialect, operation::chat_completions, {}, false}},
}};

constexpr std::string_view below_models = "/v1/models/";
constexpr std::string_view below_responses = "/v1/responses/";

bool fits(std::string_view method, bool post) { return post ? method == "POST" : method == "GET" || method == "HEAD"; }

failure wrong_method(std::string_view path, bool post) {
  return fail_with(failure_kind::method_not_allowed, "Use " + std::string(post ? "POST" : "GET") + " for " + std::string(path) + ".");
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 > text.size() - 1) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
    if (error != std::errc{} || end != text.data() + i + 3) return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

}  // namespace

dialect_id dialect_at(std::string_view path) {
  if (path.starts_with("/v1/messages")) return dialect_id::anthropic_messages;
  return path.starts_with("/v1/responses") ? dialect_id::openai_responses : chat_dialect;
}

result<endpoint> find_endpoint(std::string_view method, std::string_view path) {
  for (const auto& known : table) {
    if (known.path != path) continue;
    if (!fits(method, known.post)) return wrong_method(path, known.post);
    return known.leads_to;
  }
  if (path.starts_with(below_models) && path.size() > below_models.size()) {
    auto model = percent_decoded(path.substr(below_models.size()));
    if (!model) return fail(failure_kind::unknown_path);
    if (!fits(method, false)) return wrong_method("/v1/models/MODEL", false);
    return endpoint{page::one_model, chat_dialect, operation::chat_completions, std::move(*model), true};
  }
  if (path.starts_with(below_responses))
    return fail_with(failure_kind::unknown_path, "This gateway keeps no responses: POST /v1/responses creates one, and what a provider holds of it is asked for there.");
  return fail(failure_kind::unknown_path);
}

}  // namespace sallyport::stages

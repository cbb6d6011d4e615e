#include "adapters/provider_error.hpp"

#include "adapters/json_write.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sallyport {
namespace {

constexpr std::size_t message_bytes_max = 8 * 1024;
constexpr std::size_t word_bytes_max = 256;

std::string cut(std::string_view text, std::size_t length_max) { return std::string(cut_text(text, length_max)); }

std::string word_of(json_value value) {
  if (const auto number = value.integer()) return std::to_string(*number);
  return cut(value.text(), word_bytes_max);
}

void take_word(json_value value, std::string& into) {
  if (into.empty()) into = word_of(value);
}

// A message may be a list of problems with places (FastAPI's 422) or an object of its own; then its JSON is the message.
void take_message(json_value value, std::string& into) {
  if (!into.empty() || !value.is_given() || value.is(json_kind::boolean)) return;
  into = cut(value.is(json_kind::string) ? std::string(value.text()) : value.written(), message_bytes_max);
}

bool is_http_error(std::int64_t code) { return code >= 400 && code <= 599; }

void take_status(json_value value, int& into) {
  std::int64_t code = value.integer().value_or(0);
  if (const auto text = value.string()) std::from_chars(text->data(), text->data() + text->size(), code);
  if (into == 0 && is_http_error(code)) into = static_cast<int>(code);
}

// "48s" or "1.5s".
std::optional<std::chrono::milliseconds> duration_of(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || std::string_view(end, text.data() + text.size()) != "s") return std::nullopt;
  if (!(seconds >= 0) || seconds > 1e9) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

void read_google_detail(json_value detail, provider_error& into) {
  take_word(detail["reason"], into.reason);
  if (!into.delay) into.delay = duration_of(detail["retryDelay"].text());
}

// One object, wherever the shape puts it.
void read_fields(json_value error, provider_error& into) {
  take_message(error["message"], into.message);
  take_message(error["Message"], into.message);
  take_word(error["type"], into.type);
  take_word(error["error_type"], into.type);
  take_word(error["code"], into.code);
  take_word(error["param"], into.param);
  take_word(error["innererror"]["code"], into.reason);
  error["details"].each_item([&](json_value detail) { read_google_detail(detail, into); });
  take_word(error["status"], into.reason);
  for (const char* name : {"code", "status_code", "status"}) take_status(error[name], into.status);
  take_message(error["metadata"]["raw"], into.quoted);
}

std::string title_of_page(std::string_view page) {
  const std::size_t from = page.find("<title>");
  const std::size_t to = page.find("</title>", from == std::string_view::npos ? page.size() : from);
  return to == std::string_view::npos ? std::string{} : cut(page.substr(from + 7, to - from - 7), word_bytes_max);
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == std::string_view::npos ? std::string_view{} : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

// ---- whose failure ----

/// All that was said, in lower case, to be searched for phrases.
struct said_words {
  explicit said_words(const provider_error& said)
      : codes(said.type + " " + said.code + " " + said.reason), message(said.message + " " + said.quoted) {
    for (std::string* text : {&codes, &message})
      std::transform(text->begin(), text->end(), text->begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  }
  bool code_has(std::initializer_list<std::string_view> words) const { return has(codes, words); }
  bool message_has(std::initializer_list<std::string_view> phrases) const { return has(message, phrases); }

  std::string codes;
  std::string message;

 private:
  static bool has(const std::string& text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string::npos; });
  }
};

bool is_context_length(const said_words& said) {
  return said.code_has({"context_length_exceeded", "exceed_context_size", "prompt_too_long", "context_window_exceeded"}) ||
         said.message_has({"maximum context length", "max context length", "prompt is too long", "prompt too long",
                           "context length exceeded", "exceeds the context",
                           "exceeds the available context size", "exceed context window", "exceeds the model's context",
                           "exceeds the model's maximum context", "maximum prompt length", "input is too long for requested model",
                           "reduce the length of the messages", "context window exceeded"});
}

bool is_content_filter(const said_words& said) {
  return said.code_has({"content_policy_violation", "content_filter", "responsibleaipolicyviolation", "data_inspection_failed",
                        "moderation_blocked", "content_moderation"}) ||
         said.message_has({"content management policy", "content policy", "content filtering policy", "flagged by moderation", "requires moderation",
                           "rejected by the safety system", "rejected as a result of our safety system", "violates our usage polic",
                           "inappropriate content"});
}

bool is_bad_key(const said_words& said) {
  return said.code_has({"invalid_api_key", "api_key_invalid", "authentication_error", "unauthenticated"}) ||
         said.message_has({"incorrect api key", "invalid api key", "api key not valid", "api key expired", "api key not found"});
}

bool is_no_money(const said_words& said) {
  return said.code_has({"insufficient_quota", "billing", "insufficient_balance", "insufficient_credits", "payment_required",
                        "credit_limit", "spend_limit"}) ||
         said.message_has({"insufficient balance", "insufficient credits", "credit balance is too low", "spend limit", "spending limit",
                           "specified api usage limits"});
}

bool is_unknown_model(const said_words& said) {
  return said.code_has({"model_not_found", "deploymentnotfound", "unknown_model", "model_not_exist"}) ||
         said.message_has({"unknown model", "model not found", "model does not exist", "not a valid model id", "invalid model name",
                           "model identifier is invalid"});
}

bool is_rate(const said_words& said) {
  return said.code_has({"rate_limit", "ratelimit", "too_many_requests", "throttl", "resource_exhausted"});
}

bool is_overload(const said_words& said) {
  return said.code_has({"overloaded", "unavailable", "engine_overloaded", "server_busy", "capacity_exceeded"});
}

failure_kind kind_of_refusal(const said_words& said) {
  if (is_context_length(said)) return failure_kind::context_length;
  if (is_content_filter(said)) return failure_kind::content_filter;
  if (is_bad_key(said)) return failure_kind::credential_refused;
  if (is_no_money(said)) return failure_kind::quota_exhausted;
  if (is_unknown_model(said)) return failure_kind::model_missing;
  // Groq says 413 for more tokens than a minute's allowance: no fault of the call.
  if (is_rate(said)) return failure_kind::rate_limited;
  return failure_kind::request_refused;
}

// No status to go by: an error inside a 2xx reply or a stream.
failure_kind kind_of_words(const said_words& said) {
  const failure_kind finer = kind_of_refusal(said);
  if (finer != failure_kind::request_refused) return finer;
  if (is_overload(said)) return failure_kind::provider_overloaded;
  return said.code_has({"invalid_request", "invalid_argument"}) ? failure_kind::request_refused : failure_kind::error_in_reply;
}

failure_kind kind_of_status(int status, const said_words& said) {
  switch (status) {
    case 400:
    case 413:
    case 422: return kind_of_refusal(said);
    case 401: return failure_kind::credential_refused;
    case 402: return failure_kind::quota_exhausted;
    case 403:
    case 451: return is_content_filter(said) ? failure_kind::content_filter : failure_kind::credential_refused;
    case 404:
    case 410: return failure_kind::model_missing;
    case 429: return is_no_money(said) ? failure_kind::quota_exhausted : failure_kind::rate_limited;
    case 498:
    case 503:
    case 529: return failure_kind::provider_overloaded;
    default: return is_overload(said) ? failure_kind::provider_overloaded : failure_kind::provider_error;
  }
}

}  // namespace

provider_error error_in(json_value body) {
  if (body.is(json_kind::array)) return error_in(body.first_item());
  provider_error found;
  const json_value error = body["error"];
  if (error.is(json_kind::object)) read_fields(error, found);
  take_message(error.is(json_kind::string) ? error : json_value{}, found.message);
  read_fields(body, found);
  take_message(body["detail"], found.message);
  return found;
}

provider_error error_in_text(std::string_view body) {
  body = trimmed(body);
  if (body.starts_with('{') || body.starts_with('[')) {
    json_document document;
    if (document.parse(body)) return error_in(document.root());
  }
  provider_error found;
  found.message = body.starts_with('<') ? title_of_page(body) : cut(body, message_bytes_max);
  return found;
}

failure_kind kind_of(int status, const provider_error& said) {
  const said_words words(said);
  const int told = status != 0 ? status : said.status;
  if (told == 0) return kind_of_words(words);
  const failure_kind kind = kind_of_status(told, words);
  return status == 0 && kind == failure_kind::provider_error ? failure_kind::error_in_reply : kind;
}

}  // namespace sallyport

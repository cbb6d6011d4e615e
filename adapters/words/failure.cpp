#include "adapters/words/failure.hpp"

#include "adapters/words/result.hpp"

#include <boost/throw_exception.hpp>

#include <array>
#include <stdexcept>

namespace sallyport {
namespace {

constexpr auto client = fault::client;
constexpr auto credential = fault::credential;
constexpr auto configuration = fault::configuration;
constexpr auto deployment = fault::deployment;
constexpr auto gateway = fault::gateway;

constexpr std::string_view bad = "invalid_request_error";
constexpr std::string_view server = "server_error";
constexpr std::string_view upstream = "upstream_error";

// In the order of failure_kind.
//  name, whose, elsewhere, refused, status, type, code, sentence
constexpr std::array<failure_traits, failure_kind_count> table{{
    {"malformed_http", client, false, false, 400, bad, "malformed_http",
     "The HTTP request is malformed; the connection is closed. Send one Content-Length or 'Transfer-Encoding: chunked', not both."},
    {"headers_too_large", client, false, false, 431, bad, "headers_too_large", "The request's headers are larger than this gateway accepts."},
    {"body_too_large", client, false, false, 413, bad, "body_too_large", "The request's body is larger than this gateway accepts."},
    {"client_too_slow", client, false, false, 408, bad, "request_timeout", "The request did not arrive in time. Send it again."},
    {"unknown_path", client, false, false, 404, bad, "unknown_path",
     "No such path here. This gateway serves /v1/chat/completions, /v1/responses, /v1/messages, /v1/completions, /v1/embeddings and /v1/models."},
    {"method_not_allowed", client, false, false, 405, bad, "method_not_allowed", "This path does not take that method."},
    {"unsupported_media_type", client, false, false, 415, bad, "unsupported_media_type",
     "The body must be plain JSON: Content-Type application/json, no Content-Encoding."},
    {"key_missing", client, false, false, 401, bad, "invalid_api_key",
     "No key was given. Send your team's key as 'Authorization: Bearer KEY', 'x-api-key: KEY' or 'api-key: KEY'."},
    {"key_invalid", client, false, false, 401, bad, "invalid_api_key",
     "The key is not known to this gateway. Ask the team that runs it for a valid one."},
    {"too_many_wrong_keys", client, false, false, 429, "rate_limit_error", "too_many_wrong_keys",
     "Too many unknown keys came from this address. Try again after the time in Retry-After, with a key that is valid."},
    {"too_many_connections", client, false, false, 429, "rate_limit_error", "too_many_connections",
     "Too many connections are open from your address. Close some, or send requests over those that are open."},
    {"admin_api_closed", configuration, false, false, 403, bad, "admin_api_closed",
     "The admin API is closed, since the configuration has no admin.token. Set one, as in token: \"${env:SALLYPORT_ADMIN_TOKEN}\"."},
    {"model_not_allowed", client, false, false, 403, bad, "model_not_allowed",
     "Your team may not use this model. GET /v1/models lists those it may use."},
    {"invalid_json", client, false, false, 400, bad, "invalid_json", "The body is not valid JSON."},
    {"invalid_request", client, false, false, 400, bad, "invalid_value", "A field of the request is missing or has the wrong type."},
    {"unknown_model", client, false, false, 404, bad, "model_not_found",
     "This gateway knows no such model. GET /v1/models lists those you may use."},
    {"not_supported", client, false, false, 400, bad, "not_supported", "No deployment of this model can serve this kind of request."},
    {"no_eligible_deployment", configuration, false, false, 503, server, "no_eligible_deployment",
     "No deployment may serve this request under the present policies."},
    {"policy_forbids", configuration, false, false, 403, "permission_error", "policy_forbids",
     "The policies of this gateway let no deployment of this model serve your team."},
    {"protected_content", client, false, false, 403, "permission_error", "protected_content",
     "The request holds data that this gateway may not pass on. Remove it and send the request again."},
    {"requests_limited", client, false, false, 429, "rate_limit_error", "rate_limit_exceeded", "Your team's limit of requests is reached."},
    {"tokens_limited", client, false, false, 429, "rate_limit_error", "rate_limit_exceeded", "Your team's limit of tokens is reached."},
    {"concurrency_limited", client, false, false, 429, "rate_limit_error", "concurrency_limit_exceeded",
     "Your team's limit of requests at once is reached."},
    {"call_above_limit", client, false, false, 429, "rate_limit_error", "request_above_limit",
     "This request alone is larger than your team's limit ever lets through."},
    {"budget_exhausted", client, false, false, 402, "insufficient_quota", "budget_exhausted",
     "Your team's budget has no room for this request."},
    {"overloaded", gateway, false, false, 503, server, "overloaded", "The gateway is at its limit. Try again shortly."},
    {"deployments_full", gateway, false, false, 429, "rate_limit_error", "deployments_full",
     "The deployments of this model have all the requests that they take at once. Try again after the time in Retry-After."},
    {"none_available", deployment, false, false, 503, server, "no_deployment_available",
     "No deployment of this model takes requests at the moment. Try again after the time in Retry-After."},
    {"journal_full", gateway, false, false, 503, server, "journal_full",
     "The gateway cannot record this request at present, so it does not send it. Try again shortly."},
    {"shutting_down", gateway, false, false, 503, server, "shutting_down", "The gateway is shutting down. Try again: another one takes over."},
    {"name_not_resolved", deployment, true, false, 502, upstream, "upstream_unreachable", "The model's provider could not be reached."},
    {"address_refused", configuration, true, false, 502, upstream, "upstream_address_refused",
     "The model's provider resolved to an address outside its declared networks, so nothing was sent."},
    {"connect_failed", deployment, true, false, 502, upstream, "upstream_unreachable", "The model's provider could not be reached."},
    {"connect_timed_out", deployment, true, false, 504, upstream, "upstream_timeout", "The model's provider did not accept a connection in time."},
    {"tls_failed", deployment, true, false, 502, upstream, "upstream_tls", "No trusted TLS connection to the model's provider could be made."},
    {"connection_lost", deployment, true, false, 502, upstream, "upstream_connection_lost",
     "The connection to the model's provider broke before the answer was whole."},
    {"first_token_timed_out", deployment, true, false, 504, upstream, "upstream_timeout", "The model did not start to answer in time."},
    {"idle_timed_out", deployment, true, false, 504, upstream, "upstream_timeout", "The model stopped in the middle of its answer."},
    {"attempt_timed_out", deployment, true, false, 504, upstream, "upstream_timeout", "The model did not answer in time."},
    {"total_timed_out", deployment, false, false, 504, upstream, "upstream_timeout", "The time for this request ran out before a model answered."},
    {"rate_limited", deployment, true, true, 429, "rate_limit_error", "upstream_rate_limited",
     "The model's provider limits our rate. Try again after the time in Retry-After."},
    {"quota_exhausted", credential, true, true, 502, upstream, "upstream_credentials",
     "The gateway's account at the model's provider is exhausted. Tell the team that runs this gateway."},
    {"credential_refused", credential, true, true, 502, upstream, "upstream_credentials",
     "The model's provider refused the gateway's own key. Tell the team that runs this gateway."},
    {"model_missing", configuration, true, true, 502, upstream, "upstream_model_missing",
     "The model's provider does not know the configured model. Tell the team that runs this gateway."},
    {"request_refused", client, false, true, 400, bad, "", "The model's provider refused the request."},
    {"context_length", client, false, true, 400, bad, "context_length_exceeded", "The request is longer than the model's context."},
    {"content_filter", client, false, true, 400, bad, "content_filter", "The provider's content filter refused the request."},
    {"provider_overloaded", deployment, true, true, 503, upstream, "upstream_overloaded", "The model's provider is overloaded. Try again shortly."},
    {"provider_error", deployment, true, false, 502, upstream, "upstream_error", "The model's provider failed."},
    {"error_in_reply", deployment, true, false, 502, upstream, "upstream_error", "The model's provider failed inside its answer."},
    {"empty_reply", deployment, true, false, 502, upstream, "upstream_empty_reply", "The model's provider sent an empty answer."},
    {"garbled_reply", deployment, true, false, 502, upstream, "upstream_garbled_reply", "The model's provider sent an answer that cannot be read."},
    {"reply_too_large", deployment, true, false, 502, upstream, "upstream_reply_too_large",
     "The model's provider sent more than this gateway accepts."},
    {"truncated_stream", deployment, true, false, 502, upstream, "upstream_truncated", "The answer broke off before its end."},
    {"outrun", gateway, true, false, 502, upstream, "upstream_timeout", "Another deployment began to answer first."},
    {"answer_differs", gateway, true, false, 502, upstream, "upstream_truncated", "The answer broke off before its end."},
    {"client_gone", client, false, false, 499, bad, "client_gone", "The client went away."},
    {"internal", gateway, false, false, 500, server, "internal_error", "The gateway failed. The request id finds it in the log."},
}};

}  // namespace

const failure_traits& traits(failure_kind kind) { return table[static_cast<std::size_t>(kind)]; }

failure fail(failure_kind kind, std::string detail) {
  failure made;
  made.kind = kind;
  made.detail = std::move(detail);
  return made;
}

failure fail_with(failure_kind kind, std::string sentence, std::string param) {
  failure made;
  made.kind = kind;
  made.sentence = std::move(sentence);
  made.param = std::move(param);
  return made;
}

void throw_exception_from_error(const failure& why, const boost::source_location& where) {
  boost::throw_exception(std::logic_error("value of a failed result read: " + std::string(why.name())), where);
}

}  // namespace sallyport

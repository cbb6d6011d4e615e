#include "adapters/anthropic_messages_failure.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::anthropic_messages;

namespace {

namespace json = boost::json;

json::value error_of(const failure& why) {
  const auto body = json::parse(write_failure(why));
  CHECK(body.at("type") == "error");
  return body.at("error");
}

failure_kind kind_of_reply(int status, const std::string& type, const std::string& message) {
  return read_failure(status, {}, R"({"type":"error","error":{"type":")" + type + R"(","message":")" + message + "\"}}", {}).kind;
}

}  // namespace

TEST_CASE("each status has the dialect's own type") {
  CHECK(error_of(fail(failure_kind::invalid_request)).at("type") == "invalid_request_error");
  CHECK(error_of(fail(failure_kind::key_invalid)).at("type") == "authentication_error");
  CHECK(error_of(fail(failure_kind::budget_exhausted)).at("type") == "billing_error");
  CHECK(error_of(fail(failure_kind::model_not_allowed)).at("type") == "permission_error");
  CHECK(error_of(fail(failure_kind::unknown_model)).at("type") == "not_found_error");
  CHECK(error_of(fail(failure_kind::body_too_large)).at("type") == "request_too_large");
  CHECK(error_of(fail(failure_kind::tokens_limited)).at("type") == "rate_limit_error");
  CHECK(error_of(fail(failure_kind::overloaded)).at("type") == "overloaded_error");
  CHECK(error_of(fail(failure_kind::total_timed_out)).at("type") == "timeout_error");
  CHECK(error_of(fail(failure_kind::provider_error)).at("type") == "api_error");
}

TEST_CASE("the sentence names the field at fault, and figures are members") {
  failure why = fail_with(failure_kind::invalid_request, "It is wrong.", "messages[0].role");
  why.figures.push_back({"limit", "5"});
  CHECK(error_of(why).at("message") == "It is wrong. (messages[0].role)");
  CHECK(error_of(why).at("limit") == 5);
  CHECK(error_of(fail_with(failure_kind::invalid_request, "'top_k' is wrong.", "top_k")).at("message") == "'top_k' is wrong.");
}

TEST_CASE("a provider of the dialect is quoted as it is, one of another rewritten") {
  const std::string own = R"({"type": "error", "error": {"type": "invalid_request_error", "message": "No."}, "request_id": "req_1"})";
  const failure why = read_failure(400, {}, own, {});
  REQUIRE(why.said);
  CHECK(write_failure(why) == own);
  CHECK(write_failure_event(why).find('\n', std::string("event: error\n").size()) == write_failure_event(why).size() - 2);
  failure other = why;
  other.said = std::make_shared<const provider_words>(
      provider_words{422, "application/json", R"({"error":{"message":"Bad.","type":"x","param":"n"}})", dialect_id::openai_chat});
  CHECK(write_failure(other) == R"x({"type":"error","error":{"type":"invalid_request_error","message":"Bad. (n)"}})x");
}

TEST_CASE("words of another dialect are rewritten whatever their shape") {
  failure why = fail(failure_kind::request_refused);
  const std::string body = R"({"type":"error","error":{"type":"x","message":"No."}})";
  why.said = std::make_shared<const provider_words>(provider_words{400, "application/json", body, dialect_id::openai_responses});
  CHECK(error_of(why).at("type") == "invalid_request_error");
}

TEST_CASE("what Anthropic says is understood") {
  CHECK(kind_of_reply(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum") == failure_kind::context_length);
  CHECK(kind_of_reply(400, "invalid_request_error", "Your credit balance is too low to access the API.") == failure_kind::quota_exhausted);
  CHECK(kind_of_reply(400, "invalid_request_error", "You have reached your specified API usage limits.") == failure_kind::quota_exhausted);
  CHECK(kind_of_reply(400, "invalid_request_error", "Output blocked by content filtering policy") == failure_kind::content_filter);
  CHECK(kind_of_reply(401, "authentication_error", "invalid x-api-key") == failure_kind::credential_refused);
  CHECK(kind_of_reply(402, "billing_error", "pay") == failure_kind::quota_exhausted);
  CHECK(kind_of_reply(404, "not_found_error", "model: x") == failure_kind::model_missing);
  CHECK(kind_of_reply(413, "request_too_large", "Request exceeds the maximum size") == failure_kind::request_refused);
  CHECK(kind_of_reply(429, "rate_limit_error", "slow") == failure_kind::rate_limited);
  CHECK(kind_of_reply(529, "overloaded_error", "Overloaded") == failure_kind::provider_overloaded);
}

TEST_CASE("an Anthropic provider's retry-after is kept") {
  header_list headers;
  headers.add_if_fit("retry-after", "7");
  CHECK(read_failure(429, headers, "{}", {}).retry_after == std::chrono::milliseconds(7'000));
}

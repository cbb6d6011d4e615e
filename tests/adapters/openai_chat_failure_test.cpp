#include "adapters/openai_chat_failure.hpp"

#include "adapters/failure_reading.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <map>

using namespace sallyport;
using namespace sallyport::openai_chat;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;

failure read(int status, std::string_view body, header_list headers = {}) { return read_failure(status, headers, body, {}); }

failure_kind kind(int status, std::string_view body = "") { return read(status, body).kind; }

// The members of the error; what is no string is shown as JSON.
std::map<std::string, std::string> error_of(std::string_view body) {
  std::map<std::string, std::string> made;
  const json::value whole = json::parse(body);
  for (const auto& [name, value] : whole.at("error").as_object())
    made[std::string(name)] = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  return made;
}

failure with_words(failure_kind of, std::string body) {
  failure why = fail(of);
  why.said = std::make_shared<const provider_words>(provider_words{400, "application/json", std::move(body)});
  return why;
}

}  // namespace

TEST_CASE("a status alone says whose failure it is") {
  struct row {
    int status;
    failure_kind kind;
  };
  for (const auto& [status, wanted] : std::initializer_list<row>{
           {301, failure_kind::provider_error},      {400, failure_kind::request_refused}, {401, failure_kind::credential_refused},
           {402, failure_kind::quota_exhausted},     {403, failure_kind::credential_refused}, {404, failure_kind::model_missing},
           {405, failure_kind::provider_error},      {408, failure_kind::provider_error},  {409, failure_kind::provider_error},
           {410, failure_kind::model_missing},       {413, failure_kind::request_refused}, {418, failure_kind::provider_error},
           {422, failure_kind::request_refused},     {424, failure_kind::provider_error},  {425, failure_kind::provider_error},
           {429, failure_kind::rate_limited},        {498, failure_kind::provider_overloaded}, {499, failure_kind::provider_error},
           {500, failure_kind::provider_error},      {502, failure_kind::provider_error},  {503, failure_kind::provider_overloaded},
           {504, failure_kind::provider_error},      {529, failure_kind::provider_overloaded}, {999, failure_kind::provider_error},
       }) {
    CAPTURE(status);
    for (const char* body : {"", "<html><title>x</title>", "{", "null", "{}", "oops"}) CHECK(kind(status, body) == wanted);
  }
}

TEST_CASE("what is said inside is finer than the status") {
  CHECK(kind(429, R"({"error":{"message":"x","code":"insufficient_quota"}})") == failure_kind::quota_exhausted);
  CHECK(kind(429, R"({"error":{"message":"x","code":"rate_limit_exceeded"}})") == failure_kind::rate_limited);
  CHECK(kind(400, R"({"code":"x","error":"Incorrect API key provided: a***b"})") == failure_kind::credential_refused);
  CHECK(kind(400, R"([{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}])") ==
        failure_kind::credential_refused);
  CHECK(kind(400, R"({"error":{"message":"This model's maximum context length is 8 tokens","code":null}})") ==
        failure_kind::context_length);
  CHECK(kind(400, R"({"error":{"message":"x","code":"context_length_exceeded"}})") == failure_kind::context_length);
  CHECK(kind(400, R"({"error":{"code":400,"message":"x","type":"exceed_context_size_error"}})") == failure_kind::context_length);
  CHECK(kind(413, R"({"error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}})") ==
        failure_kind::context_length);
  CHECK(kind(400, R"({"error":{"code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}})") ==
        failure_kind::content_filter);
  CHECK(kind(400, R"({"error":{"code":"content_policy_violation","message":"x"}})") == failure_kind::content_filter);
  CHECK(kind(403, R"({"error":{"code":403,"message":"Your chosen model requires moderation and your input was flagged"}})") ==
        failure_kind::content_filter);
  CHECK(kind(403, R"({"error":{"code":"unsupported_country_region_territory","message":"Country not supported"}})") ==
        failure_kind::credential_refused);
  CHECK(kind(400, R"({"error":{"code":"model_not_found","message":"x"}})") == failure_kind::model_missing);
  CHECK(kind(400, R"({"error":{"message":"Unknown model: x"}})") == failure_kind::model_missing);
  CHECK(kind(413, R"({"error":{"message":"Request too large","type":"tokens","code":"rate_limit_exceeded"}})") ==
        failure_kind::rate_limited);
  CHECK(kind(500, R"({"error":{"type":"overloaded_error","message":"x"}})") == failure_kind::provider_overloaded);
  CHECK(kind(503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})") == failure_kind::provider_overloaded);
}

TEST_CASE("every known shape of an error body is read") {
  for (const char* body : {R"({"error":{"message":"the words","type":"t","param":"p","code":"c"}})",
                           R"({"message":"the words","type":"t","param":"p","code":"c"})",
                           R"([{"error":{"message":"the words","type":"t","param":"p","code":"c"}}])",
                           R"({"object":"error","message":"the words","type":"t","param":"p","code":"c"})",
                           R"({"error":"the words","error_type":"t","code":"c","param":"p"})"}) {
    CAPTURE(body);
    const failure why = read(400, body);
    const auto error = error_of(write_failure(why));
    CHECK(error.at("message") == "the words");
    CHECK(error.at("type") == "t");
    CHECK(error.at("code") == "c");
    CHECK(error.at("param") == "p");
    CHECK(why.param == "p");
  }
  CHECK(error_of(write_failure(read(422, R"({"detail":"no"})"))).at("message") == "no");
  const std::string problems = R"([{"loc":["body","n"],"msg":"bad"}])";
  CHECK(error_of(write_failure(read(422, "{\"detail\":" + problems + "}"))).at("message") == problems);
  CHECK(error_of(write_failure(read(400, "plain words"))).at("message") == "plain words");
  CHECK(error_of(write_failure(read(400, "<html><head><title>400 Bad Request</title>"))).at("message") == "400 Bad Request");
  CHECK(error_of(write_failure(read(400, ""))).at("message") == std::string(traits(failure_kind::request_refused).sentence));
}

TEST_CASE("the client reads the provider's words only where the call was at fault") {
  const std::string body = R"( { "error" : {"message":"x","type":"invalid_request_error","param":null,"more":[1]}, "id":"a" } )";
  CHECK(write_failure(read(400, body)) == body);
  CHECK(read(400, body).said->status == 400);
  for (const int status : {401, 402, 403, 404, 429, 500, 503}) {
    CAPTURE(status);
    const failure why = read(status, R"({"error":{"message":"our key sk-secret123456 is bad"}})");
    CHECK_FALSE(why.said);
    CHECK(write_failure(why).find("secret") == std::string::npos);
    CHECK(why.detail.find("secret") == std::string::npos);
    CHECK(why.detail.starts_with("status " + std::to_string(status)));
  }
}

TEST_CASE("a giant body is written anew with the beginning of its message") {
  const failure why = read(400, R"({"error":{"message":")" + std::string(200'000, 'm') + R"("}})");
  REQUIRE(why.said);
  CHECK(why.said->body.size() <= said_bytes_max);
  CHECK(error_of(write_failure(why)).at("message").size() == 8 * 1024);
  CHECK(why.detail.size() < 400);
}

TEST_CASE("a Retry-After is honoured wherever it stands") {
  header_list headers;
  headers.add_if_fit("retry-after", "20");
  CHECK(read(429, "", headers).retry_after == 20s);
  const char* google = R"([{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48s"}]}}])";
  CHECK(read(429, google, headers).retry_after == 48s);
  CHECK_FALSE(read(503, "").retry_after);
}

TEST_CASE("our own failures have the dialect's shape, whatever their words") {
  failure why = fail_with(failure_kind::invalid_request, "'n' must be\n\"one\" \xff", "n");
  const auto error = error_of(write_failure(why));
  CHECK(error.at("message") == "'n' must be\n\"one\" \xef\xbf\xbd");
  CHECK(error.at("type") == "invalid_request_error");
  CHECK(error.at("param") == "n");
  CHECK(error.at("code") == "invalid_value");
  CHECK(error_of(write_failure(fail(failure_kind::request_refused))).at("code") == "null");
  CHECK(error_of(write_failure(fail(failure_kind::request_refused))).at("param") == "null");
}

TEST_CASE("an event of failure is one line of data") {
  CHECK(write_failure_event(fail(failure_kind::truncated_stream)) ==
        "data: " + write_failure(fail(failure_kind::truncated_stream)) + "\n\n");
  const std::string event = write_failure_event(with_words(failure_kind::content_filter, "{\n \"error\": {\r\n\"message\":\"a\\nb\"}}"));
  CHECK(event == "data: {\"error\":{\"message\":\"a\\nb\"}}\n\n");
  const std::string text = write_failure_event(with_words(failure_kind::content_filter, "a\n\nb"));
  CHECK(text.find('\n') == text.size() - 2);
}

TEST_CASE("naughty strings come through a failure and back") {
  if (!tests::corpora()) return tests::say_skipped("no corpora: naughty strings in failures");
  const json::array strings = json::parse(tests::whole_file(*tests::corpora() / "blns" / "blns.json")).as_array();
  for (const auto& each : strings) {
    const std::string text(each.as_string());
    CAPTURE(text);
    const auto said = json::serialize(json::object{{"message", text}, {"type", text}, {"code", text}});
    const auto error = error_of(write_failure(read(422, said)));
    if (!text.empty() && read(422, said).said) CHECK(error.at("message") == text);
    if (!text.empty()) CHECK(error_of(write_failure(fail_with(failure_kind::invalid_request, text, text))).at("message") == text);
  }
}

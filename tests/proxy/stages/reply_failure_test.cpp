#include "proxy/stages/reply_failure.hpp"
#include "proxy/stages/outcome.hpp"
#include "proxy/stages/pass_headers.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

#include <set>

using namespace sallyport;
using namespace sallyport::stages;
using namespace std::chrono_literals;

namespace {
failure_reply reply_to(failure why) { return reply_failure(why, dialect_id::openai_chat, "req_1"); }
}  // namespace

TEST_CASE("every failure is a reply in the client's dialect with our request id") {
  for (std::size_t i = 0; i < failure_kind_count; ++i) {
    const auto kind = static_cast<failure_kind>(i);
    const auto reply = reply_to(fail(kind));
    CAPTURE(traits(kind).name);
    CHECK(reply.start.status == traits(kind).status);
    CHECK(reply.start.headers.get("x-request-id") == "req_1");
    CHECK(reply.start.headers.get("content-type") == "application/json");
    CHECK(reply.body.starts_with("{\"error\":{"));
  }
}

TEST_CASE("every 429 and 503 says when to come back") {
  for (std::size_t i = 0; i < failure_kind_count; ++i) {
    const auto kind = static_cast<failure_kind>(i);
    const auto reply = reply_to(fail(kind));
    CHECK(reply.start.headers.has("retry-after") == (reply.start.status == 429 || reply.start.status == 503));
  }
  auto limited = fail(failure_kind::rate_limited);
  limited.retry_after = 2100ms;
  CHECK(reply_to(limited).start.headers.get("retry-after") == "3");
}

TEST_CASE("after our own failover the SDKs are told not to multiply it; our own overload may be retried") {
  CHECK(reply_to(fail(failure_kind::connect_failed)).start.headers.get("x-should-retry") == "false");
  CHECK(reply_to(fail(failure_kind::rate_limited)).start.headers.get("x-should-retry") == "false");
  CHECK(reply_to(fail(failure_kind::no_eligible_deployment)).start.headers.get("x-should-retry") == "false");
  CHECK_FALSE(reply_to(fail(failure_kind::overloaded)).start.headers.has("x-should-retry"));
  CHECK_FALSE(reply_to(fail(failure_kind::shutting_down)).start.headers.has("x-should-retry"));
}

TEST_CASE("where the provider's own words are for the client, they are passed on with its status") {
  auto why = fail(failure_kind::request_refused);
  why.said = std::make_shared<provider_words>(provider_words{422, "application/json", R"({"error":{"message":"bad tool","type":"x","param":"tools","code":null}})"});
  const auto reply = reply_to(why);
  CHECK(reply.start.status == 422);
  CHECK(reply.body.find("bad tool") != std::string::npos);
}

TEST_CASE("an outcome is one of seven words") {
  CHECK(outcome_of(std::nullopt) == "ok");
  const std::set<std::string_view> words{"client_error", "refused", "upstream_error", "timeout", "client_gone", "gateway_error"};
  for (std::size_t i = 0; i < failure_kind_count; ++i) CHECK(words.count(outcome_of(fail(static_cast<failure_kind>(i)))) == 1);
  CHECK(outcome_of(fail(failure_kind::key_invalid)) == "refused");
  CHECK(outcome_of(fail(failure_kind::request_refused)) == "client_error");
  CHECK(outcome_of(fail(failure_kind::idle_timed_out)) == "timeout");
}

TEST_CASE("credentials, cookies, framing and hop-by-hop headers pass neither way") {
  header_list headers;
  for (const char* name : {"authorization", "x-api-key", "api-key", "cookie", "set-cookie", "host", "connection", "transfer-encoding", "content-length",
                           "content-encoding", "x-forwarded-for", "x-sallyport-data-class", "x-sallyport-tags", "proxy-authorization", "te", "upgrade"})
    headers.add_if_fit(name, "v");
  CHECK(to_provider(headers, {}).empty());
  CHECK(to_client(headers).empty());
  headers.add_if_fit("OpenAI-Beta", "x");
  headers.add_if_fit("Content-Type", "text/event-stream");
  constexpr std::array<std::string_view, 1> own{"openai-beta"};
  CHECK(to_provider(headers, own).get("openai-beta") == "x");
  CHECK(to_provider(headers, {}).empty());
  CHECK(to_client(headers).get("content-type") == "text/event-stream");
  CHECK(to_client(headers).size() == 1);
}

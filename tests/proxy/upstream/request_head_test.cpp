#include "proxy/upstream/request_head.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sallyport;

namespace {

config::provider provider() {
  config::provider made;
  made.name = "p";
  made.base.text = "https://api.example/v1";
  made.key = secret("sk-1");
  return made;
}

auto count(const header_list& headers, std::string_view name) {
  return std::count_if(headers.begin(), headers.end(), [name](const auto& field) { return same_name(field.first, name); });
}

}  // namespace

TEST_CASE("the path goes behind the base address and cannot change it") {
  CHECK(*upstream::request_url(provider(), "/chat?alt=sse") == "https://api.example/v1/chat?alt=sse");
  auto slashed = provider();
  slashed.base.text += "/";
  CHECK(*upstream::request_url(slashed, "/chat") == "https://api.example/v1/chat");
  for (const char* path : {"", "chat", "@evil", ".evil", "/a b", "/a\r\nb", "/a#b", "/a\\b", "/\xc3\xa9"})
    CHECK_MESSAGE(upstream::request_url(provider(), path).has_error(), path);
}

TEST_CASE("every field stands once, and the provider's wins over the client's") {
  auto to = provider();
  to.headers = {{"X-Title", "ours"}, {"Content-Length", "7"}, {"User-Agent", "ours/1"}};
  header_list passed;
  for (const char* name : {"authorization", "x-api-key", "cookie", "x-title", "user-agent", "host", "te", "accept-encoding", "x-free"})
    passed.add_if_fit(name, "client");
  const auto headers = *upstream::request_headers(to, passed);
  for (const char* once : {"authorization", "content-type", "accept-encoding", "x-title", "user-agent", "x-free"})
    CHECK(count(headers, once) == 1);
  for (const char* never : {"x-api-key", "cookie", "host", "te", "content-length"}) CHECK_FALSE(headers.has(never));
  CHECK(headers.get("authorization") == "Bearer sk-1");
  CHECK(headers.get("x-title") == "ours");
  CHECK(headers.get("user-agent") == "ours/1");
  CHECK(headers.get("x-free") == "client");
}

TEST_CASE("a custom credential header cannot be overridden by the client's") {
  auto to = provider();
  to.auth = config::auth_scheme::header;
  to.auth_header = "X-Own-Key";
  header_list passed;
  passed.add_if_fit("x-own-key", "client");
  const auto headers = *upstream::request_headers(to, passed);
  CHECK(count(headers, "x-own-key") == 1);
  CHECK(headers.get("x-own-key") == "sk-1");
  CHECK_FALSE(headers.has("authorization"));
}

TEST_CASE("an unfit key fails without being told") {
  auto to = provider();
  to.key = secret("sk-\nsecret");
  const auto headers = upstream::request_headers(to, {});
  REQUIRE(headers.has_error());
  CHECK(headers.error().detail.find("secret") == std::string::npos);
}

TEST_CASE("of several credentials the one that was chosen goes out, and no other") {
  config::provider to;
  to.key = secret("sk-one");
  to.more_keys = {secret("sk-two")};
  CHECK((*upstream::request_headers(to, {}, 1)).get("authorization") == "Bearer sk-two");
  CHECK((*upstream::request_headers(to, {})).get("authorization") == "Bearer sk-one");
}

TEST_CASE("the head of a request as it goes out") {
  auto to = provider();
  to.base.host = "api.example";
  to.base.port = 443;
  to.base.tls = true;
  to.base.path = "/v1";
  to.headers = {{"X-Empty", " "}};
  const auto text = *upstream::request_text(to, "/chat", {}, 0, 12);
  CHECK(text.starts_with("POST /v1/chat HTTP/1.1\r\nHost: api.example\r\n"));
  CHECK(text.find("\r\nAuthorization: Bearer sk-1\r\n") != std::string::npos);
  CHECK(text.find("\r\nX-Empty:\r\n") != std::string::npos);
  CHECK(text.ends_with("\r\nContent-Length: 12\r\n\r\n"));
  CHECK(upstream::request_text(to, "/a b", {}, 0, 0).has_error());
}

TEST_CASE("Host names the port where it is not the scheme's, and puts IPv6 in brackets") {
  const auto host_of = [](bool tls, std::uint16_t port, const std::string& host) {
    auto to = provider();
    to.base.tls = tls;
    to.base.port = port;
    to.base.host = host;
    const auto text = *upstream::request_text(to, "/", {}, 0, 0);
    const auto begin = text.find("Host: ") + 6;
    return text.substr(begin, text.find("\r\n", begin) - begin);
  };
  CHECK(host_of(true, 443, "a.example") == "a.example");
  CHECK(host_of(false, 80, "a.example") == "a.example");
  CHECK(host_of(false, 443, "a.example") == "a.example:443");
  CHECK(host_of(false, 8000, "10.0.0.5") == "10.0.0.5:8000");
  CHECK(host_of(true, 443, "::1") == "[::1]");
  CHECK(host_of(false, 8000, "::1") == "[::1]:8000");
}

TEST_CASE("a request in HTTP/2 has the same fields, their names in lower case, and knows which are credentials") {
  auto to = provider();
  to.base.host = "api.example";
  to.base.port = 443;
  to.base.path = "/v1/";
  to.base.tls = true;
  to.headers = {{"X-Title", "ours"}};
  header_list passed;
  for (const char* name : {"Connection", "TE", "X-Free"}) passed.add_if_fit(name, "client");
  const auto made = *upstream::request_fields_of(to, "/chat?a=b", passed, 0, 12);
  CHECK(made.authority == "api.example");
  CHECK(made.path == "/v1/chat?a=b");
  CHECK(made.headers.size() == 7);
  for (const auto& [name, value] : made.headers)
    CHECK_MESSAGE(std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }), name);
  CHECK(made.headers.get("authorization") == "Bearer sk-1");
  CHECK(made.headers.get("content-length") == "12");
  CHECK(made.headers.get("x-free") == "client");
  CHECK_FALSE(made.headers.has("connection"));
  CHECK(upstream::request_fields_of(to, "/a b", passed, 0, 12).has_error());

  CHECK(upstream::is_credential(to, "authorization"));
  CHECK(upstream::is_credential(to, "x-goog-api-key"));
  CHECK_FALSE(upstream::is_credential(to, "x-vendor-key"));
  to.auth = config::auth_scheme::header;
  to.auth_header = "X-Vendor-Key";
  CHECK(upstream::is_credential(to, "x-vendor-key"));
}

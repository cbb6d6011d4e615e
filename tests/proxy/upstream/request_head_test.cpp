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

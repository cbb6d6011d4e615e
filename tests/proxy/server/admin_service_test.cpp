#include "proxy/server/admin_service.hpp"

#include "tests/proxy/server/front_door.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

seen_reply asked(front_door& door, const std::string& line, const std::string& fields = {}) {
  raw_client client(door.port());
  client.send(line + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
  return client.reply(line.starts_with("HEAD"));
}

server::admin_pages pages_of(std::optional<std::string>& not_ready, std::string token = {}) {
  server::admin_pages pages;
  pages.metrics = [] { return std::string("a_total 1\n"); };
  pages.not_ready_because = [&not_ready] { return not_ready; };
  pages.token = secret(std::move(token));
  return pages;
}

}  // namespace

TEST_CASE("the admin side shows metrics and health") {
  std::optional<std::string> not_ready;
  server::admin_service admin(pages_of(not_ready));
  front_door door(loopback(), nullptr, &admin);
  door.start();

  const auto metrics = asked(door, "GET /metrics");
  CHECK(metrics.body == "a_total 1\n");
  CHECK(metrics.has("content-type: text/plain; version=0.0.4"));
  CHECK(asked(door, "GET /healthz").body == "ok\n");
  CHECK(asked(door, "GET /readyz?verbose").status == 200);
  const auto head = asked(door, "HEAD /metrics");
  CHECK(head.status == 200);
  CHECK(head.has("content-length: 10"));
}

TEST_CASE("readiness says why not") {
  std::optional<std::string> not_ready = "draining";
  server::admin_service admin(pages_of(not_ready));
  front_door door(loopback(), nullptr, &admin);
  door.start();

  const auto reply = asked(door, "GET /readyz");

  CHECK(reply.status == 503);
  CHECK(reply.body == "draining\n");
  CHECK(asked(door, "GET /healthz").status == 200);
}

TEST_CASE("other paths and methods are refused as JSON") {
  std::optional<std::string> not_ready;
  server::admin_service admin(pages_of(not_ready));
  front_door door(loopback(), nullptr, &admin);
  door.start();

  const auto unknown = asked(door, "GET /metrics/");

  CHECK(unknown.status == 404);
  CHECK(unknown.has("content-type: application/json"));
  CHECK(asked(door, "POST /metrics", "Content-Length: 0\r\n").status == 405);
}

TEST_CASE("metrics want the token when there is one, health does not") {
  std::optional<std::string> not_ready;
  server::admin_service admin(pages_of(not_ready, "letmein"));
  front_door door(loopback(), nullptr, &admin);
  door.start();

  CHECK(asked(door, "GET /metrics").status == 401);
  for (const char* wrong : {"Bearer letmeix", "Bearer letmei", "Bearer letmeinn", "letmein", "Basic letmein", "Bearer "})
    CHECK_MESSAGE(asked(door, "GET /metrics", "Authorization: " + std::string(wrong) + "\r\n").status == 401, wrong);
  CHECK(asked(door, "GET /metrics", "Authorization: bearer letmein\r\n").status == 200);
  CHECK(asked(door, "GET /healthz").status == 200);
  CHECK(asked(door, "GET /readyz").status == 200);
}

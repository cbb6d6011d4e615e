#include <doctest/doctest.h>

#include "tests/proxy/server/front_door.hpp"

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::string_view path, std::string_view body, std::string_view fields = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

task<void> stream_three(const seen_request&, reply_sink& sink) {
  reply_start start;
  start.headers.add_if_fit("content-type", "text/event-stream");
  co_await sink.open(std::move(start));
  co_await sink.write("one ");
  co_await sink.write("two ");
  co_await sink.close("three");
}

}  // namespace

TEST_CASE("a whole reply carries its length and a date, and the connection is kept") {
  front_door door;
  door.start();
  raw_client client(door.port());

  client.send(get);
  const auto first = client.reply();
  client.send(post("/b", "hello"));
  const auto second = client.reply();

  CHECK(first.status == 200);
  CHECK(first.body == "GET /a ");
  CHECK(first.has("\r\ndate: "));
  CHECK(first.has(" GMT\r\n"));
  CHECK_FALSE(first.has("connection:"));
  CHECK(second.body == "POST /b hello");
  CHECK(door.service.served.now() == 2);
}

TEST_CASE("a stream goes out in chunks and ends properly") {
  front_door door;
  door.service.scripts["/s"] = stream_three;
  door.start();
  raw_client client(door.port());

  client.send(post("/s", "{}"));
  const auto reply = client.reply();
  client.send(get);

  CHECK(reply.has("transfer-encoding: chunked"));
  CHECK(reply.body == "one two three");
  CHECK(reply.whole);
  CHECK(client.reply().status == 200);
}

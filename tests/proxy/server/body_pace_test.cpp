#include "proxy/server/body_pace.hpp"

#include "tests/proxy/server/front_door.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const instant began{1h};

config::listen_settings terms() {
  config::listen_settings made;
  made.header_timeout = 10s;
  made.body_timeout = 60s;
  made.min_body_rate = 1000;
  return made;
}

/// Over sockets: a short beginning and much time, so that only the rate can end a body.
config::listen_settings strict_about_pace() {
  auto made = loopback();
  made.header_timeout = 150ms;
  made.body_timeout = 10min;
  made.min_body_rate = 1;
  return made;
}

const std::string head = "POST /b HTTP/1.1\r\nHost: x\r\n";

}  // namespace

TEST_CASE("a body has as long as a head to begin, and a second more for each second's worth that has come") {
  CHECK(server::body_deadline(terms(), began, 0) == began + 10s);
  CHECK(server::body_deadline(terms(), began, 500) == began + 10s + 500ms);
  CHECK(server::body_deadline(terms(), began, 20'000) == began + 30s);
}

TEST_CASE("body_timeout is the most, whatever comes") {
  CHECK(server::body_deadline(terms(), began, 50'000) == began + 60s);
  CHECK(server::body_deadline(terms(), began, std::uint64_t{1} << 30) == began + 60s);
  auto hasty = terms();
  hasty.body_timeout = 2s;
  CHECK(server::body_deadline(hasty, began, 0) == began + 2s);
}

TEST_CASE("without a rate body_timeout is the only limit") {
  auto patient = terms();
  patient.min_body_rate = 0;
  CHECK(server::body_deadline(patient, began, 0) == began + 60s);
}

TEST_CASE("a body that comes too slowly gets 408 and a close long before body_timeout; one that is ahead of the rate is waited for") {
  front_door door(strict_about_pace());
  door.start();
  raw_client ahead(door.port()), declared(door.port()), chunked(door.port());

  ahead.send(head + "Content-Length: 1001\r\n\r\n" + std::string(1000, 'a'));   // a thousand seconds' worth
  declared.send(head + "Content-Length: 10\r\n\r\n");
  chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n");

  for (auto* slow : {&declared, &chunked}) {
    const auto refused = slow->reply();
    CHECK(refused.status == 408);
    CHECK(refused.has("connection: close"));
    CHECK(slow->is_closed());
    CHECK(door.service.last_reason().detail == "body slower than min_body_rate");
  }
  ahead.send("b");
  CHECK(ahead.reply().status == 200);
  CHECK(door.service.served.now() == 1);
}

TEST_CASE("what frames a chunked body is no body: chunk extensions without end do not keep it alive") {
  auto settings = strict_about_pace();
  settings.min_body_rate = 1024;
  front_door door(settings);
  door.start();
  raw_client client(door.port());

  client.send(head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(2000, 'e') + "\r\n");

  CHECK(client.reply().status == 408);
}

#include "proxy/server/tls_context.hpp"

#include "tests/proxy/server/front_door.hpp"
#include "tests/proxy/server/tls_client.hpp"
#include "tests/support/self_signed.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

task<void> stream_much(const seen_request&, reply_sink& sink) {
  const std::string piece(100'000, 't');
  co_await sink.open({});
  for (int count = 0; count < 50; ++count) co_await sink.write(piece);
  co_await sink.close("end");
}

}  // namespace

TEST_CASE("whole replies and streams go through TLS, on a kept connection") {
  self_signed identity;
  front_door door(loopback(), server::make_tls_context(identity.files).value());
  door.service.scripts["/s"] = stream_much;
  door.start();
  tls_client client(door.port());
  REQUIRE_MESSAGE(!client.error, client.error.message());

  client.send(get);
  CHECK(client.read_until("GET /a ").starts_with("HTTP/1.1 200 OK\r\n"));
  client.send("GET /s HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_until("\r\n0\r\n\r\n").size() > 5'000'000);
  client.send(get + "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(client.read_until({}).find("GET /b ") != std::string::npos);

  CHECK(client.protocol() == "http/1.1");
  CHECK(client.error == boost::asio::error::eof);  // close_notify came: not a truncation
}

TEST_CASE("old versions, other protocols and plain bytes get no session") {
  self_signed identity;
  front_door door(loopback(), server::make_tls_context(identity.files).value());
  door.start();

  CHECK(tls_client(door.port(), {.version_max = TLS1_1_VERSION}).error);
  CHECK_FALSE(tls_client(door.port(), {.version_max = TLS1_2_VERSION}).error);
  CHECK(tls_client(door.port(), {.offered = "\x02h2"}).error);
  raw_client plain(door.port());
  plain.send(get);
  CHECK(plain.rest().find("HTTP/") == std::string::npos);
  CHECK(door.service.admitted.now() == 0);
}

TEST_CASE("a handshake has a deadline") {
  self_signed identity;
  auto settings = loopback();
  settings.header_timeout = 100ms;
  front_door door(settings, server::make_tls_context(identity.files).value());
  door.start();

  raw_client silent(door.port());

  CHECK(silent.rest().empty());
}

TEST_CASE("a TLS client that leaves is noticed while it is served") {
  self_signed identity;
  tally left;
  front_door door(loopback(), server::make_tls_context(identity.files).value());
  door.service.scripts["/hold"] = [&](const seen_request&, reply_sink& sink) -> task<void> {
    return [](tally& count, sallyport::clock& time, reply_sink& to) -> task<void> {
      const auto wait = time.make_wait();
      to.when_client_leaves([&count, raw = wait.get()] {
        count.add();
        raw->cancel();
      });
      co_await wait->until(time.now() + patience);
    }(left, door.time(), sink);
  };
  door.start();
  tls_client client(door.port());
  client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(door.service.served.reaches(1));

  client.reset();

  CHECK(left.reaches(1));
}

#include "proxy/server/session.hpp"

#include "tests/proxy/server/front_door.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string garbage = "GET /smuggled HTTP/1.1\nHost: x\n\n";

std::string post(std::string_view path, std::string_view body, std::string_view fields = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

task<void> stream_three(const seen_request&, reply_sink& sink) {
  reply_start start;
  start.headers.add_if_fit("content-type", "text/event-stream");
  co_await sink.open(std::move(start));
  co_await sink.write("one ");
  co_await sink.write("");  // must not end the message
  co_await sink.write("two ");
  co_await sink.close("three");
}

task<void> break_off_midway(const seen_request&, reply_sink& sink) {
  co_await sink.open({});
  co_await sink.write("half");
  sink.break_off();
}

task<void> say_nothing(const seen_request&, reply_sink&) { co_return; }

task<void> throw_up(const seen_request&, reply_sink&) {
  throw std::runtime_error("a defect");
  co_return;
}

config::listen_settings impatient() {
  auto settings = loopback();
  settings.header_timeout = settings.body_timeout = settings.idle_timeout = 120ms;
  return settings;
}

/// What the server's coroutines refer to stands before the door, which ends them.
/// Holds a request until the client leaves (or the test gives up), and notes what the sink said.
struct holder {
  tally left;
  std::atomic<bool> write_failed{false};
  bool streams = false;

  scripted_service::script script(sallyport::clock& time) {
    return [this, &time](const seen_request&, reply_sink& sink) -> task<void> { return hold(*this, time, sink); };
  }
  static task<void> hold(holder& self, sallyport::clock& time, reply_sink& sink) {
    const auto wait = time.make_wait();
    if (self.streams) {
      co_await sink.open({});
      co_await sink.write("first");
    }
    sink.when_client_leaves([&self, raw = wait.get()] {
      self.left.add();
      raw->cancel();
    });
    co_await wait->until(time.now() + patience);
    sink.when_client_leaves(nullptr);
    const bool sent = self.streams ? co_await sink.write("more") : co_await sink.send_whole({}, "late");
    self.write_failed = !sent && sink.client_is_gone();
  }
};

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

TEST_CASE("the service sees the request as it was sent") {
  front_door door;
  door.start();
  raw_client client(door.port());

  client.send(post("/v1/x?a=b", "{}", "X-Label: restricted\r\nConnection: close\r\n"));
  const auto reply = client.reply();

  const auto seen = door.service.last_seen();
  CHECK(reply.has("connection: close"));
  CHECK(seen.head.method == "POST");
  CHECK(seen.head.path == "/v1/x");
  CHECK(seen.head.query == "a=b");
  CHECK(seen.head.client == "127.0.0.1");
  CHECK(seen.head.body_bytes == 2);
  CHECK(seen.head.request_id.starts_with("req_"));
  CHECK(seen.head.headers.get("x-label") == "restricted");
  CHECK_FALSE(seen.head.headers.has("connection"));
  CHECK_FALSE(seen.head.headers.has("content-length"));
  CHECK(seen.body == "{}");
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

TEST_CASE("pipelined requests are served in their order") {
  front_door door;
  door.service.scripts["/s"] = stream_three;
  door.start();
  raw_client client(door.port());

  client.send(post("/1", "one") + post("/s", "") + "\r\n" + post("/3", "three") + get);

  CHECK(client.reply().body == "POST /1 one");
  CHECK(client.reply().body == "one two three");
  CHECK(client.reply().body == "POST /3 three");
  CHECK(client.reply().body == "GET /a ");
}

TEST_CASE("bytes that come one by one make the same requests") {
  front_door door;
  door.start();
  raw_client client(door.port());

  client.trickle("\r\n" + post("/1", "one") +
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n" + get);

  CHECK(client.reply().body == "POST /1 one");
  CHECK(client.reply().body == "POST /c hello!");
  CHECK(client.reply().body == "GET /a ");
}

TEST_CASE("a large body arrives whole, with a length and in chunks") {
  auto settings = loopback();
  settings.max_body = 8u << 20;
  front_door door(settings);
  door.start();
  std::string body(5'000'000, '\0');
  for (std::size_t at = 0; at < body.size(); ++at) body[at] = static_cast<char>('a' + at % 23);
  raw_client client(door.port());

  client.send(post("/l", body));
  CHECK(client.reply().body == "POST /l " + body);
  std::string chunks = "POST /l HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 100'000) chunks += "186a0\r\n" + body.substr(at, 100'000) + "\r\n";
  client.send(chunks + "0\r\n\r\n");
  CHECK(client.reply().body == "POST /l " + body);
}

TEST_CASE("HTTP/1.0 gets a stream that ends with the connection, and its kind of keep-alive") {
  front_door door;
  door.service.scripts["/s"] = stream_three;
  door.start();

  raw_client kept(door.port());
  kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.reply().has("connection: keep-alive"));
  kept.send("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto stream = kept.reply();
  CHECK(stream.body == "one two three");
  CHECK(stream.has("connection: close"));
  CHECK_FALSE(stream.has("chunked"));

  raw_client closed(door.port());
  closed.send("GET /a HTTP/1.0\r\n\r\n" + get);
  CHECK(closed.reply().body == "GET /a ");
  CHECK(closed.rest().empty());
  CHECK(door.service.served.now() == 3);
}

TEST_CASE("HEAD gets the head alone") {
  front_door door;
  door.service.scripts["/s"] = stream_three;
  door.start();
  raw_client client(door.port());

  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /s HTTP/1.1\r\nHost: x\r\n\r\n" + get);

  CHECK(client.reply(true).has("content-length: 8"));  // of what GET would bring: "HEAD /a "
  CHECK(client.reply(true).has("transfer-encoding: chunked"));
  CHECK(client.reply().body == "GET /a ");
}

TEST_CASE("the body is invited only after the service has admitted the request") {
  front_door door;
  door.service.refusals.emplace("/no", fail(failure_kind::key_missing));
  door.start();

  raw_client wanted(door.port());
  wanted.send("POST /yes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(wanted.reply().status == 100);
  wanted.send("hi");
  CHECK(wanted.reply().body == "POST /yes hi");

  raw_client unwanted(door.port());
  unwanted.send("POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const auto refused = unwanted.reply();
  CHECK(refused.status == 401);
  CHECK(refused.has("connection: close"));
  CHECK(unwanted.is_closed());
  CHECK(door.service.served.now() == 1);
}

TEST_CASE("a refusal keeps the connection when the body is here already, and closes it when it is not") {
  front_door door;
  door.service.refusals.emplace("/no", fail(failure_kind::key_invalid));
  door.start();

  raw_client here(door.port());
  here.send(post("/no", "{}") + get);
  CHECK(here.reply().status == 401);
  CHECK(here.reply().body == "GET /a ");

  raw_client missing(door.port());
  missing.send("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome");
  CHECK(missing.reply().has("connection: close"));
  missing.send(get);
  CHECK(missing.rest().empty());
  CHECK(door.service.served.now() == 1);
  CHECK(door.service.refusals_counted.now() == 2);
}

TEST_CASE("a body above the limit is refused unread, and the client can read why while it still sends") {
  front_door door;
  door.start();

  raw_client declared(door.port());
  declared.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
  declared.send(std::string(4'000'000, 'x'));
  const auto refused = declared.reply();
  CHECK(refused.status == 413);
  CHECK(refused.whole);
  declared.end_sending();
  CHECK(declared.is_closed());
  CHECK(door.service.admitted.now() == 0);

  raw_client chunked(door.port());
  chunked.send("POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n");
  CHECK(chunked.reply().status == 413);
  CHECK(door.service.served.now() == 0);
  CHECK(door.service.last_reason().name() == "body_too_large");
}

TEST_CASE("a head above the limit is refused") {
  front_door door;
  door.start();

  raw_client endless(door.port());
  endless.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(70'000, 'a'));
  CHECK(endless.reply().status == 431);

  raw_client many(door.port());
  std::string fields;
  for (int count = 0; count < 101; ++count) fields += "a: b\r\n";
  many.send("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
  CHECK(many.reply().status == 431);
  CHECK(door.service.admitted.now() == 0);
}

TEST_CASE("after a malformed request nothing further on that connection is executed") {
  front_door door;
  door.start();
  raw_client client(door.port());

  client.send(get + garbage + get + get);

  CHECK(client.reply().status == 200);
  const auto refused = client.reply();
  CHECK(refused.status == 400);
  CHECK(refused.has("connection: close"));
  CHECK(client.rest().empty());
  CHECK(door.service.admitted.now() == 1);
  CHECK(door.service.last_reason().name() == "malformed_http");
}

TEST_CASE("a chunked body that breaks the rules is refused, and what follows it is not executed") {
  front_door door;
  door.start();
  raw_client client(door.port());

  client.send("POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n" + get);

  CHECK(client.reply().status == 400);
  CHECK(client.rest().empty());
  CHECK(door.service.served.now() == 0);
}

TEST_CASE("a client that does not finish its head or its body in time gets 408") {
  front_door door(impatient());
  door.start();

  raw_client head(door.port());
  head.send("POST /b HTTP/1.1\r\nHost:");
  CHECK(head.reply().status == 408);
  CHECK(door.service.last_reason().name() == "client_too_slow");

  raw_client body(door.port());
  body.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nfour");
  const auto late = body.reply();
  CHECK(late.status == 408);
  CHECK(late.has("connection: close"));
  CHECK(door.service.served.now() == 0);
}

TEST_CASE("a connection without a request is closed without a word") {
  front_door door(impatient());
  door.start();
  raw_client fresh(door.port());
  raw_client kept(door.port());

  kept.send(get);
  CHECK(kept.reply().status == 200);

  CHECK(kept.is_closed());
  CHECK(fresh.is_closed());
  CHECK(door.service.refusals_counted.now() == 0);
}

TEST_CASE("a client that leaves before its request is whole is counted") {
  front_door door;
  door.start();
  {
    raw_client client(door.port());
    client.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nfour");
  }
  CHECK(door.service.refusals_counted.reaches(1));
  CHECK(door.service.last_reason().name() == "client_gone");
}

TEST_CASE("a client that leaves while its request is served is noticed at once") {
  for (const bool streams : {false, true}) {
    holder held;
    front_door door;
    held.streams = streams;
    door.service.scripts["/hold"] = held.script(door.time());
    door.start();
    {
      raw_client client(door.port());
      client.send(post("/hold", "{}"));
      CHECK(door.service.served.reaches(1));
      if (streams) CHECK(client.has_arrived("first"));
    }
    CHECK(held.left.reaches(1));
    CHECK(door.service.finished.reaches(1));
    CHECK(held.write_failed);
    CHECK(held.left.now() == 1);
  }
}

TEST_CASE("what a client sends ahead is bounded, and served afterwards") {
  holder held;
  front_door door;
  door.service.scripts["/hold"] = held.script(door.time());
  door.start();
  raw_client client(door.port());
  client.send(post("/hold", "{}"));
  CHECK(door.service.served.reaches(1));

  client.send(get + get);
  client.close();

  CHECK(held.left.reaches(1));
}

TEST_CASE("a reader that stops holds the writer up, and lets it go on") {
  constexpr std::size_t total = 64u << 20;
  std::atomic<std::size_t> written{0};
  std::atomic<bool> writing{false};
  front_door door;
  door.service.scripts["/flood"] = [&](const seen_request&, reply_sink& sink) -> task<void> {
    return [](std::atomic<std::size_t>& count, std::atomic<bool>& busy, reply_sink& to) -> task<void> {
      const std::string piece(64 * 1024, 'f');
      co_await to.open({});
      while (count < total) {
        busy = true;
        const bool taken = co_await to.write(piece);
        if (!taken) co_return;
        busy = false;
        count += piece.size();
      }
      co_await to.close({});
    }(written, writing, sink);
  };
  door.start();
  raw_client client(door.port());
  client.socket().set_option(boost::asio::socket_base::receive_buffer_size(64 * 1024));

  client.send(post("/flood", "{}"));

  // Seen from a message posted in between, `writing` means that the coroutine is suspended inside write.
  CHECK(door.holds_soon([&] { return writing.load(); }));
  CHECK(written < total / 2);
  const auto reply = client.reply();
  CHECK(reply.whole);
  CHECK(reply.body.size() == total);
}

TEST_CASE("a reader that stops for good is given up at the write deadline") {
  auto settings = loopback();
  settings.write_timeout = 100ms;
  std::atomic<bool> gave_up{false};
  front_door door(settings);
  door.service.scripts["/flood"] = [&](const seen_request&, reply_sink& sink) -> task<void> {
    return [](std::atomic<bool>& given_up, reply_sink& to) -> task<void> {
      const std::string piece(1u << 20, 'f');
      co_await to.open({});
      bool taken = true;
      while (taken) taken = co_await to.write(piece);
      given_up = to.client_is_gone();
    }(gave_up, sink);
  };
  door.start();
  raw_client client(door.port());

  client.send(post("/flood", "{}"));

  CHECK(door.service.finished.reaches(1));
  CHECK(gave_up);
  CHECK(client.was_reset());
}

TEST_CASE("a stream that is broken off cannot be taken for whole") {
  front_door door;
  door.service.scripts["/broken"] = break_off_midway;
  door.start();

  for (const char* version : {"1.1", "1.0"}) {
    raw_client client(door.port());
    client.send("GET /broken HTTP/" + std::string(version) + "\r\nHost: x\r\n\r\n");
    CHECK(client.was_reset());
  }
}

TEST_CASE("a service that gives no reply, or throws, costs a 500 and nothing else") {
  front_door door;
  door.service.scripts["/nothing"] = say_nothing;
  door.service.scripts["/throws"] = throw_up;
  door.start();
  raw_client client(door.port());

  client.send(post("/nothing", "{}"));
  CHECK(client.reply().status == 500);
  client.send(post("/throws", "{}"));
  CHECK(client.reply().status == 500);

  raw_client other(door.port());
  other.send(get);
  CHECK(other.reply().status == 200);
}

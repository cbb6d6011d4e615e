#include "tests/proxy/upstream/scripted_http2.hpp"
#include "tests/proxy/upstream/upstream_bench.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <algorithm>

/// What only HTTP/2 has: streams that share a connection, and what becomes of each when something happens to one of them or to all.

using namespace sallyport;
using namespace sallyport::tests;
using upstream::signal;

namespace {

using connection = std::shared_ptr<scripted_connection>;

task<void> turn() { co_await boost::asio::post(as_values); }

/// A bench in HTTP/2, and a provider that keeps the streams that were opened.
struct http2_bench : upstream_bench {
  explicit http2_bench(std::uint32_t streams_max = 1'000) : upstream_bench(over_http2), provider(upstream(script(), streams_max)) {}

  scripted_upstream::script script() {
    return [this](connection with) -> task<void> {
      const auto seen = co_await with->read_request();
      if (!seen) co_return;
      streams.push_back(with);
      requests.push_back(*seen);
      if (seen->body == "echo") co_await with->write(whole_reply(seen->body));
    };
  }

  std::unique_ptr<upstream::transfer> send(std::string body) { return post(provider.port(), std::move(body)); }
  task<void> until_arrived(std::size_t count) {
    while (streams.size() < count) co_await turn();
  }
  scripted_stream& stream(std::size_t which) { return as_stream(streams.at(which)); }

  std::vector<connection> streams;
  std::vector<request_seen> requests;
  scripted_upstream provider;
};

failure why_failed(const upstream::transfer& of) { return of.why(); }

}  // namespace

TEST_CASE("sends at once share one connection, also those that began before it was there") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    std::vector<std::unique_ptr<upstream::transfer>> sent;
    for (int i = 0; i < 50; ++i) sent.push_back(bench.send(std::to_string(i)));
    co_await bench.until_arrived(50);
    for (auto& one : bench.streams) co_await one->write(whole_reply(std::to_string(as_stream(one).id())));
    for (auto& one : sent) {
      const auto got = co_await bench.all_of(*one);
      CHECK(got.last() == signal::end);
    }
  });
  CHECK(bench.provider.connections() == 1);
}

TEST_CASE("beyond what a provider takes at once, another connection is opened, and no stream is refused") {
  http2_bench bench(10);
  bench.run([&]() -> task<void> {
    std::vector<std::unique_ptr<upstream::transfer>> sent;
    for (int i = 0; i < 25; ++i) sent.push_back(bench.send("echo"));
    for (auto& one : sent) {
      const auto got = co_await bench.all_of(*one);
      CHECK(got.last() == signal::end);
    }
  });
  CHECK(bench.provider.connections() <= 3);
  CHECK(bench.requests.size() == 25);
}

TEST_CASE("the credential is never to be indexed, and the request's own fields are in place") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto sent = bench.send("echo");
    co_await bench.all_of(*sent);
  });
  REQUIRE(bench.requests.size() == 1);
  CHECK(bench.requests[0].has_line("never-indexed: authorization"));
  CHECK(bench.requests[0].head.find("never-indexed: content-type") == std::string::npos);
  CHECK(bench.requests[0].has_line("Host: 127.0.0.1:" + std::to_string(bench.provider.port())));
}

TEST_CASE("a stream that the provider refuses was not sent, and one that it resets was") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto refused = bench.send("1");
    auto reset = bench.send("2");
    auto begun = bench.send("3");
    auto other = bench.send("4");
    co_await bench.until_arrived(4);
    co_await bench.streams[2]->write(stream_head + chunk("some"));
    bench.stream(0).reset(0x7);
    bench.stream(1).reset(0x2);
    CHECK((co_await bench.all_of(*refused)).last() == signal::failed);
    CHECK(why_failed(*refused).kind == failure_kind::connection_lost);
    CHECK_FALSE(refused->body_sent());
    CHECK((co_await bench.all_of(*reset)).last() == signal::failed);
    CHECK(why_failed(*reset).kind == failure_kind::connection_lost);
    CHECK(reset->body_sent());
    bench.stream(2).reset(0x7);
    const auto got = co_await bench.all_of(*begun);
    CHECK(got.signals == std::vector{signal::head, signal::data, signal::failed});
    CHECK(got.body == "some");
    CHECK(begun->body_sent());
    co_await bench.streams[3]->write(whole_reply("fine"));
    CHECK((co_await bench.all_of(*other)).body == "fine");
  });
  CHECK(bench.provider.connections() == 1);
}

TEST_CASE("of a provider that goes away, what it looked at goes on, the rest was not sent, and what follows connects anew") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto looked_at = bench.send("1");
    auto later = bench.send("2");
    co_await bench.until_arrived(2);
    bench.stream(0).on().go_away(bench.stream(0).id());
    CHECK((co_await bench.all_of(*later)).last() == signal::failed);
    CHECK(why_failed(*later).kind == failure_kind::connection_lost);
    CHECK_FALSE(later->body_sent());
    auto anew = bench.send("echo");
    CHECK((co_await bench.all_of(*anew)).body == "echo");
    CHECK(bench.provider.connections() == 2);
    co_await bench.streams[0]->write(whole_reply("still"));
    CHECK((co_await bench.all_of(*looked_at)).body == "still");
  });
}

TEST_CASE("a connection that ends takes all its streams with it, each with what had come") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    std::vector<std::unique_ptr<upstream::transfer>> sent;
    for (int i = 0; i < 5; ++i) sent.push_back(bench.send("x"));
    co_await bench.until_arrived(5);
    for (auto& one : bench.streams) co_await one->write(stream_head + chunk("abc"));
    bench.stream(0).on().cut();
    for (auto& one : sent) {
      const auto got = co_await bench.all_of(*one);
      CHECK(got.signals == std::vector{signal::head, signal::data, signal::failed});
      CHECK(why_failed(*one).kind == failure_kind::connection_lost);
      CHECK(one->body_sent());
    }
    auto anew = bench.send("echo");
    CHECK((co_await bench.all_of(*anew)).last() == signal::end);
  });
  CHECK(bench.provider.connections() == 2);
}

TEST_CASE("a transfer that is destroyed resets its stream, and the connection serves the others and the next") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto gone = bench.send("1");
    auto stays = bench.send("2");
    co_await bench.until_arrived(2);
    co_await bench.streams[0]->write(stream_head + chunk("abc"));
    CHECK(co_await gone->next(bench.soon()) == signal::head);
    gone.reset();
    CHECK(co_await bench.streams[0]->sees_close());
    CHECK(bench.stream(0).code == 0x8u);
    co_await bench.streams[1]->write(whole_reply("fine"));
    CHECK((co_await bench.all_of(*stays)).body == "fine");
    auto next = bench.send("echo");
    CHECK((co_await bench.all_of(*next)).last() == signal::end);
  });
  CHECK(bench.provider.connections() == 1);
}

TEST_CASE("a stream that nobody reads holds 64 KiB and none of the others back") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto waits = bench.send("1");
    auto flows = bench.send("2");
    co_await bench.until_arrived(2);
    bool done = false;
    const auto fill = [&]() -> task<void> {
      co_await bench.streams[0]->write("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + std::string(10'000'000, 'x'));
      done = true;
    };
    boost::asio::co_spawn(bench.io.get_executor(), fill(), boost::asio::detached);
    CHECK(co_await waits->next(bench.soon()) == signal::head);
    co_await bench.until_still(bench.streams[0]->written);
    CHECK(bench.streams[0]->written <= 64 * 1024);
    const auto flood = [&]() -> task<void> { co_await bench.streams[1]->write(whole_reply(std::string(8'000'000, 'y'))); };
    boost::asio::co_spawn(bench.io.get_executor(), flood(), boost::asio::detached);
    CHECK((co_await bench.all_of(*flows)).body.size() == 8'000'000);
    CHECK(bench.streams[0]->written <= 64 * 1024);
    CHECK((co_await bench.all_of(*waits)).body.size() == 10'000'000);
    while (!done) co_await turn();
  });
  CHECK(bench.provider.connections() == 1);
}

TEST_CASE("a body larger than every window arrives whole, and no more of it leaves than the provider lets") {
  http2_bench bench;
  const std::string body(6'000'000, 'b');
  bench.run([&]() -> task<void> {
    auto sent = bench.send(body);
    co_await bench.until_arrived(1);
    co_await bench.streams[0]->write(whole_reply("{}"));
    CHECK((co_await bench.all_of(*sent)).last() == signal::end);
    CHECK(sent->body_sent());
  });
  REQUIRE(bench.requests.size() == 1);
  CHECK(bench.requests[0].body == body);
}

TEST_CASE("a reply that HTTP/2 does not allow, or that nobody can read safely, is garbled_reply and costs the others nothing") {
  http2_bench bench;
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  std::string many = ok;
  while (many.size() < 70 * 1024) many += "X-Filler: " + std::string(1'000, 'x') + "\r\n";
  bench.run([&]() -> task<void> {
    auto other = bench.send("other");
    co_await bench.until_arrived(1);
    std::size_t count = 1;
    for (const std::string& reply : {many + "Content-Length: 2\r\n\r\n{}", ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                                     ok + "Connection: close\r\nContent-Length: 2\r\n\r\n{}", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                                     ok + "X: " + std::string(20'000, 'x') + "\r\nContent-Length: 2\r\n\r\n{}",
                                     std::string("HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\n{}"),
                                     std::string("HTTP/1.1 101 Switching\r\n\r\n") + whole_reply("{}")}) {
      CAPTURE(reply.substr(0, 100));
      auto sent = bench.send("x");
      co_await bench.until_arrived(++count);
      co_await bench.streams.back()->write(reply);
      CHECK((co_await bench.all_of(*sent)).last() == signal::failed);
      CHECK(why_failed(*sent).kind == failure_kind::garbled_reply);
      CHECK(sent->body_sent());
    }
    co_await bench.streams[0]->write(whole_reply("fine"));
    CHECK((co_await bench.all_of(*other)).body == "fine");
  });
  CHECK(bench.provider.connections() == 1);
}

TEST_CASE("interim heads are no part of the reply") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto sent = bench.send("x");
    co_await bench.until_arrived(1);
    co_await bench.streams[0]->write("HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\n" + whole_reply("{}"));
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::head, signal::data, signal::end});
    CHECK(got.status == 200);
    CHECK_FALSE(sent->head().headers.has("x-hint"));
  });
}

TEST_CASE("trailers end a reply and are no part of it") {
  const std::string trailer("\0\0\5\1\5\0\0\0\1" "\0\1a\1b", 14);   // HEADERS that end the first stream: a: b, never indexed
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto sent = bench.send("x");
    co_await bench.until_arrived(1);
    co_await bench.streams[0]->write(stream_head + chunk("abc"));
    bench.stream(0).on().write_raw(trailer);
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::head, signal::data, signal::end});
    CHECK(got.body == "abc");
    CHECK_FALSE(sent->head().headers.has("a"));
  });
}

TEST_CASE("bytes that are no frames, and frames without end that bring nothing, end the connection as garbled_reply") {
  const std::string garbage = std::string("\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00", 13);   // a window of zero more
  std::string pings;
  for (int i = 0; i < 5'000; ++i) pings += std::string("\x00\x00\x00\x04\x00\x00\x00\x00\x00", 9);           // settings
  for (const std::string& bytes : {garbage, pings, std::string(1'000, '\xff')}) {
    http2_bench bench;
    bench.run([&]() -> task<void> {
      auto sent = bench.send("x");
      co_await bench.until_arrived(1);
      bench.stream(0).on().write_raw(bytes);
      CHECK((co_await bench.all_of(*sent)).last() == signal::failed);
      CHECK(why_failed(*sent).kind == failure_kind::garbled_reply);
    });
  }
}

TEST_CASE("a reply of which only the end is missing is waited for, and its stream not reset") {
  http2_bench bench;
  bench.run([&]() -> task<void> {
    auto sent = bench.send("x");
    co_await bench.until_arrived(1);
    co_await bench.streams[0]->write(stream_head + chunk("all of it"));
    CHECK(co_await sent->next(bench.soon()) == signal::head);
    CHECK(co_await sent->next(bench.soon()) == signal::data);
    sent->let_end();
    sent.reset();
    for (int i = 0; i < 20; ++i) co_await turn();
    co_await bench.streams[0]->write(last_chunk);
    CHECK(co_await bench.streams[0]->sees_close());
    CHECK_FALSE(bench.stream(0).code);

    auto endless = bench.send("x");
    co_await bench.until_arrived(2);
    co_await bench.streams[1]->write(stream_head + chunk("all of it"));
    CHECK(co_await endless->next(bench.soon()) == signal::head);
    CHECK(co_await endless->next(bench.soon()) == signal::data);
    endless->let_end();
    endless.reset();
    CHECK(co_await bench.streams[1]->sees_close());
    CHECK(bench.stream(1).code == 0x8u);
  });
  CHECK(bench.provider.connections() == 1);
}

TEST_CASE("a server that chooses HTTP/1.1 is spoken to in it, each send on its own connection") {
  upstream_bench bench(over_native);
  tls_identity identity("IP:127.0.0.1");
  scripted_upstream provider(bench.io, echo, &identity.server());
  auto at = bench.provider_at(provider.port(), "127.0.0.1", true);
  at.ca_file = identity.ca_file();
  bench.run([&]() -> task<void> {
    for (int round = 0; round < 2; ++round) {
      std::vector<std::unique_ptr<upstream::transfer>> sent;
      for (int i = 0; i < 10; ++i) sent.push_back(bench.post(at, std::to_string(i)));
      for (std::size_t i = 0; i < 10; ++i) CHECK((co_await bench.all_of(*sent[i])).body == std::to_string(i));
    }
  });
  CHECK(provider.connections() == 10);
}

TEST_CASE("when the connection that all wait for is not made, each is told") {
  upstream_bench bench(over_native);
  tls_identity identity("IP:127.0.0.1");
  scripted_upstream provider(bench.io, echo, &identity.server());
  const auto untrusted = bench.provider_at(provider.port(), "127.0.0.1", true);
  bench.run([&]() -> task<void> {
    std::vector<std::unique_ptr<upstream::transfer>> sent;
    for (int i = 0; i < 10; ++i) sent.push_back(bench.post(untrusted, "x"));
    sent.erase(sent.begin());
    for (auto& one : sent) {
      CHECK((co_await bench.all_of(*one)).last() == signal::failed);
      CHECK(why_failed(*one).kind == failure_kind::tls_failed);
      CHECK_FALSE(one->body_sent());
    }
  });
  CHECK(provider.connections() == 1);
}

TEST_CASE("of 300 sends at once, every fifth ended early, none gets stuck and each other one gets its own answer: 5 times") {
  for (int round = 0; round < 5; ++round) {
    http2_bench bench(128);
    bench.streams.reserve(300);
    bench.connect_timeout = std::chrono::seconds(25);   // whoever is last waits for two other connections
    scripted_upstream provider = bench.upstream(
        [](connection with) -> task<void> {
          const auto seen = co_await with->read_request();
          if (!seen) co_return;
          co_await with->write(stream_head);
          for (int i = 0; i < 20; ++i) co_await with->write(chunk(seen->body + std::string(1'000, 'x')));
          co_await with->write(last_chunk);
        },
        128);
    int ended = 0;
    int right = 0;
    const auto one = [&](int number) -> task<void> {
      const std::string body = std::to_string(number);
      auto sent = bench.post(provider.port(), body);
      std::size_t bytes = 0;
      for (int signals = 0;; ++signals) {
        const auto got = co_await sent->next(bench.soon());
        if (got == signal::data) bytes += sent->data().size();
        if (number % 5 == 0 && signals == number / 5 % 4) break;
        if (got == signal::end && bytes == 20 * (body.size() + 1'000)) ++right;
        if (got != signal::head && got != signal::data) break;
      }
      sent.reset();
      ++ended;
    };
    bench.run([&]() -> task<void> {
      for (int i = 0; i < 300; ++i) boost::asio::co_spawn(bench.io.get_executor(), one(i), boost::asio::detached);
      while (ended < 300) co_await turn();
    });
    CHECK(right == 240);
    CHECK(provider.connections() <= 4);
  }
}

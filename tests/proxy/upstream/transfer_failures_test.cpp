#include "tests/proxy/upstream/upstream_bench.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

/// Sends that come to nothing: each as the kind of failure that it is, and with the truth about the body.

using namespace sallyport;
using namespace sallyport::tests;
using upstream::signal;

namespace {

using connection = std::shared_ptr<scripted_connection>;

failure_kind kind_after(upstream_bench::maker over, const std::string& reply) {
  upstream_bench bench(over);
  auto provider = bench.upstream(answers(reply));
  failure_kind kind = failure_kind::client_gone;
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    const auto got = co_await bench.all_of(*sent);
    REQUIRE(got.last() == signal::failed);
    kind = sent->why().kind;
  });
  return kind;
}

}  // namespace

OVER_BOTH("nobody listening is connect_failed, and the body was not sent") {
  upstream_bench bench(over);
  scripted_upstream provider(bench.io, echo);
  const int port = provider.port();
  provider.stop();
  bench.run([&]() -> task<void> {
    auto sent = bench.post(port, "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::failed);
    CHECK(sent->why().kind == failure_kind::connect_failed);
    CHECK_FALSE(sent->body_sent());
    CHECK(sent->peer().empty());
  });
}

OVER_BOTH("without a descriptor left the failure is the gateway's own, and judges nobody") {
  upstream_bench bench(over);
  scripted_upstream provider(bench.io, echo);
  const int next_free = ::dup(0);
  REQUIRE(next_free >= 0);
  ::close(next_free);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  bench.run([&]() -> task<void> {
    const rlimit none_left{static_cast<rlim_t>(next_free), before.rlim_max};
    CHECK(::setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    auto sent = bench.post(provider.port(), "{}");
    const auto came = co_await sent->next(bench.soon());
    CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(came == signal::failed);
    CHECK(sent->why().kind == failure_kind::overloaded);
    CHECK(sent->why().whose() == fault::gateway);
    CHECK_FALSE(sent->body_sent());
    auto again = bench.post(provider.port(), "{}");
    CHECK((co_await bench.all_of(*again)).last() == signal::end);
  });
}

OVER_BOTH("a name that does not exist is name_not_resolved") {
  upstream_bench bench(over);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(bench.provider_at(80, "no-such-host.invalid"), "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::failed);
    CHECK(sent->why().kind == failure_kind::name_not_resolved);
    CHECK_FALSE(sent->body_sent());
  });
}

OVER_BOTH("a connection that is not taken in time is connect_timed_out") {
  upstream_bench bench(over);
  // With a backlog of none and nobody accepting, the kernel lets one in and drops what else knocks.
  boost::asio::ip::tcp::acceptor full(bench.io);
  full.open(boost::asio::ip::tcp::v4());
  full.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
  full.listen(0);
  std::vector<boost::asio::ip::tcp::socket> taken;
  for (int i = 0; i < 3; ++i) {
    taken.emplace_back(bench.io);
    taken.back().async_connect(full.local_endpoint(), [](boost::system::error_code) {});
  }
  bench.run([&]() -> task<void> {
    std::size_t nothing = 0;
    co_await bench.until_still(nothing);
    upstream::outgoing what;
    what.path = "/x";
    what.connect_timeout = std::chrono::milliseconds(30);
    auto sent = bench.wire->send(bench.to(bench.provider_at(full.local_endpoint().port())), what);
    CHECK(co_await sent->next(bench.soon()) == signal::failed);
    CHECK(sent->why().kind == failure_kind::connect_timed_out);
    CHECK_FALSE(sent->body_sent());
  });
}

OVER_ALL("a reset before the head is connection_lost with the body sent") {
  upstream_bench bench(over);
  auto provider = bench.upstream([](connection with) -> task<void> {
    co_await with->read_request();
    with->reset();
  });
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::failed});
    CHECK(sent->why().kind == failure_kind::connection_lost);
    CHECK(sent->body_sent());
  });
  CHECK(provider.connections() == 1);
}

OVER_BOTH("what came before a break is told first") {
  for (const std::string& reply : {stream_head + chunk("abc"), stream_head + "a\r\nabc",
                                   std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")}) {
    CAPTURE(reply);
    upstream_bench bench(over);
    scripted_upstream provider(bench.io, answers(reply));
    bench.run([&]() -> task<void> {
      auto sent = bench.post(provider.port(), "{}");
      const auto got = co_await bench.all_of(*sent);
      CHECK(got.signals == std::vector{signal::head, signal::data, signal::failed});
      CHECK(got.body == "abc");
      CHECK(sent->why().kind == failure_kind::connection_lost);
    });
  }
}

OVER_BOTH("a reply that nobody can read safely is garbled_reply") {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const std::string& reply :
       {ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", ok + "Content-Length: 2, 2\r\n\r\n{}",
        ok + "Content-Length: +2\r\n\r\n{}",
        ok + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: xchunked\r\n\r\n{}", std::string("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", ok + "Content-Type: a\r\n folded\r\nContent-Length: 2\r\n\r\n{}",
        ok + "Bad Name: x\r\nContent-Length: 2\r\n\r\n{}", ok + "X: " + std::string(20'000, 'x') + "\r\n\r\n{}",
        ok + "no colon here\r\n\r\n", std::string("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), std::string("{\"HTTP\":0.9}\n"),
        std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string("HTTP/1.1 20 OK\r\n\r\n"),
        std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
        stream_head + "zz\r\n{}\r\n0\r\n\r\n"}) {
    CAPTURE(reply.substr(0, 200));
    CHECK(kind_after(over, reply) == failure_kind::garbled_reply);
  }
}

OVER_BOTH("a head over 64 KiB is garbled_reply, in many lines and in one") {
  std::string many = "HTTP/1.1 200 OK\r\n";
  while (many.size() < 70 * 1024) many += "X-Filler: " + std::string(1000, 'x') + "\r\n";
  CHECK(kind_after(over, many + "\r\n") == failure_kind::garbled_reply);
  CHECK(kind_after(over, "HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'x') + "\r\n\r\n") == failure_kind::garbled_reply);
}

OVER_BOTH("interim heads alone are no reply, and before one they are skipped") {
  CHECK(kind_after(over, "HTTP/1.1 100 Continue\r\n\r\n") == failure_kind::connection_lost);
  CHECK(kind_after(over, "") == failure_kind::connection_lost);
  CHECK(kind_after(over, "HTTP/1.1 200 OK\r\nContent-Type: a") == failure_kind::connection_lost);

  upstream_bench bench(over);
  scripted_upstream provider(bench.io, answers("HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\n" + whole_reply("{}")));
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::head, signal::data, signal::end});
    CHECK(got.status == 200);
    CHECK_FALSE(sent->head().headers.has("x-hint"));
  });
}

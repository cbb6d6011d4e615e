#include "tests/proxy/upstream/upstream_bench.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <algorithm>

#include <cstdlib>

using namespace sallyport;
using namespace sallyport::tests;
using upstream::signal;

namespace {

using connection = std::shared_ptr<scripted_connection>;

}  // namespace

OVER_ALL("a whole reply comes as head, data, end") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), R"({"a":1})");
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::head, signal::data, signal::end});
    CHECK(got.status == 200);
    CHECK(got.body == R"({"a":1})");
    CHECK(sent->head().headers.get("content-type") == "application/json");
    CHECK(sent->body_sent());
    CHECK(sent->peer() == "127.0.0.1:" + std::to_string(provider.port()));
    CHECK(co_await sent->next(bench.soon()) == signal::end);
  });
}

OVER_ALL("a request carries its framing, credential and fields, and the client's cannot override them") {
  upstream_bench bench(over);
  std::optional<request_seen> seen;
  auto provider = bench.upstream([&](connection with) -> task<void> {
    seen = co_await with->read_request();
    co_await with->write(whole_reply("{}"));
  });
  auto at = bench.provider_at(provider.port());
  at.headers = {{"X-Title", "ours"}};
  header_list passed;
  for (auto [name, value] : {std::pair{"Authorization", "Bearer client"}, {"Host", "evil.example"}, {"Content-Length", "99"},
                             {"Transfer-Encoding", "chunked"}, {"Connection", "upgrade"}, {"Content-Type", "text/plain"},
                             {"X-Title", "theirs"}, {"X-Request-Id", "r-1"}, {"X-Empty", ""}})
    passed.add_if_fit(name, value);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(at, R"({"q":"\u0000"})", passed);
    CHECK((co_await bench.all_of(*sent)).last() == signal::end);
  });
  REQUIRE(seen);
  CHECK(seen->head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  CHECK(seen->body == R"({"q":"\u0000"})");
  for (const char* line : {"Authorization: Bearer sk-of-the-provider", "Content-Type: application/json", "Accept-Encoding: identity",
                           "X-Title: ours", "X-Request-Id: r-1", "X-Empty:", "Content-Length: 14"})
    CHECK_MESSAGE(seen->has_line(line), line << " in " << seen->head);
  for (const char* never : {"Expect", "client", "evil", "Length: 99", "chunked", "upgrade", "text/plain", "theirs"})
    CHECK_MESSAGE(seen->head.find(never) == std::string::npos, never << " in " << seen->head);
}

OVER_ALL("a credential may stand in a header of its own, and none is sent where none is set") {
  upstream_bench bench(over);
  std::vector<request_seen> seen;
  auto provider = bench.upstream([&](connection with) -> task<void> {
    while (auto one = co_await with->read_request()) {
      seen.push_back(*one);
      co_await with->write(whole_reply("{}"));
    }
  });
  auto own = bench.provider_at(provider.port());
  own.auth = config::auth_scheme::header;
  own.auth_header = "api-key";
  auto none = bench.provider_at(provider.port());
  none.auth = config::auth_scheme::none;
  bench.run([&]() -> task<void> {
    for (const auto& at : {own, none}) {
      auto sent = bench.post(at, "{}");
      co_await bench.all_of(*sent);
    }
  });
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].has_line("api-key: sk-of-the-provider"));
  CHECK(seen[0].head.find("Authorization") == std::string::npos);
  // The handle is used again: nothing of the first request may be left on it.
  CHECK(seen[1].head.find("sk-of-the-provider") == std::string::npos);
  CHECK(seen[1].head.find("Authorization") == std::string::npos);
}

OVER_ALL("a line break in a key, a provider's field or the path sends nothing") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  auto key = bench.provider_at(provider.port());
  key.key = secret("sk\r\nX-Evil: 1");
  auto field = bench.provider_at(provider.port());
  field.headers = {{"X-Model", "gpt\r\nX-Evil: 1"}};
  auto name = bench.provider_at(provider.port());
  name.headers = {{"X-Evil: 1\r\nX-Model", "gpt"}};
  bench.run([&]() -> task<void> {
    for (const auto& at : {key, field, name}) {
      auto sent = bench.post(at, "{}");
      CHECK(co_await sent->next(bench.soon()) == signal::failed);
      CHECK(sent->why().kind == failure_kind::internal);
      CHECK(sent->why().detail.find("sk\r") == std::string::npos);
      CHECK_FALSE(sent->body_sent());
    }
    for (const char* path : {"@evil.example/x", "/x HTTP/1.1\r\nX-Evil: 1", "/x y", "/x#y", "x", ""}) {
      upstream::outgoing what;
      what.path = path;
      auto sent = bench.wire->send(bench.to(bench.provider_at(provider.port())), what);
      CHECK(co_await sent->next(bench.soon()) == signal::failed);
      CHECK(sent->why().kind == failure_kind::internal);
    }
  });
  CHECK(provider.connections() == 0);
}

OVER_ALL("a stream's pieces come as they arrive, the head before any of them") {
  upstream_bench bench(over);
  scripted_upstream::script script = [](connection with) -> task<void> {
    co_await with->read_request();
    co_await with->write(stream_head);
    for (int i = 0; i < 3; ++i)

      co_await with->write(chunk("data: " + std::to_string(i) + "\n\n"));
    co_await with->write(last_chunk);
  };
  auto provider = bench.upstream(script);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::head);
    CHECK(sent->head().status == 200);
    const auto rest = co_await bench.all_of(*sent);
    CHECK(rest.body == "data: 0\n\ndata: 1\n\ndata: 2\n\n");
    CHECK(rest.last() == signal::end);
  });
}

OVER_ALL("a piece is told before the next one is written") {
  upstream_bench bench(over);
  connection held;
  auto provider = bench.upstream([&](connection with) -> task<void> {
    co_await with->read_request();
    co_await with->write(stream_head + chunk("one"));
    held = with;
  });
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::head);
    CHECK(co_await sent->next(bench.soon()) == signal::data);
    CHECK(sent->data() == "one");
    co_await held->write(chunk("two"));
    CHECK(co_await sent->next(bench.soon()) == signal::data);
    CHECK(sent->data() == "two");
    co_await held->write(last_chunk);
    CHECK(co_await sent->next(bench.soon()) == signal::end);
  });
}

OVER_ALL("while nobody reads, at most 64 KiB are taken off the wire, and nothing is lost") {
  upstream_bench bench(over);
  constexpr std::size_t total = 32u << 20;
  connection held;
  std::size_t progress = 0;
  auto provider = bench.upstream([&](connection with) -> task<void> {
    held = with;
    co_await with->read_request();
    co_await with->write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n");
    std::string piece(64 * 1024, 'x');
    for (std::size_t at = 0; at < total; at += piece.size()) {
      piece[0] = static_cast<char>('a' + (at / piece.size()) % 26);
      if (!co_await with->write(piece)) co_return;
      progress = with->written;
    }
  });
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::head);
    co_await bench.until_still(progress);
    CHECK(progress < total / 2);
    std::size_t read = 0;
    std::size_t largest = 0;
    bool in_order = true;
    signal last;
    while ((last = co_await sent->next(bench.soon())) == signal::data) {
      for (std::size_t at = 0; at < sent->data().size(); ++at)
        if ((read + at) % (64 * 1024) == 0 && sent->data()[at] != static_cast<char>('a' + (read + at) / (64 * 1024) % 26)) in_order = false;
      read += sent->data().size();
      largest = std::max(largest, sent->data().size());
    }
    CHECK(last == signal::end);
    CHECK(read == total);
    CHECK(in_order);
    CHECK(largest <= 64 * 1024);
  });
}

OVER_ALL("the deadline is told and the transfer goes on") {
  upstream_bench bench(over);
  connection held;
  auto provider = bench.upstream([&](connection with) -> task<void> {
    held = with;
    co_await with->read_request();
  });
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    CHECK(co_await sent->next(instant::min()) == signal::late);
    while (co_await sent->next(bench.time.now() + std::chrono::milliseconds(5)) == signal::late && !held) {}
    CHECK(co_await sent->next(bench.time.now() + std::chrono::milliseconds(5)) == signal::late);
    co_await held->write(whole_reply("{}"));
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::head, signal::data, signal::end});
  });
}

OVER_ALL("a wait without a deadline is woken by what comes") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    CHECK(co_await sent->next(instant::max()) == signal::head);
  });
}

OVER_ALL("two requests one after the other share a connection, also when their answers are errors") {
  upstream_bench bench(over);
  auto provider = bench.upstream([](connection with) -> task<void> {
    while (co_await with->read_request()) co_await with->write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}");
  });
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 2; ++i) {
      auto sent = bench.post(provider.port(), "{}");
      const auto got = co_await bench.all_of(*sent);
      CHECK(got.last() == signal::end);
      CHECK(got.status == 503);
      CHECK(sent->peer() == "127.0.0.1:" + std::to_string(provider.port()));
    }
  });
  CHECK(provider.connections() == 1);
}

OVER_BOTH("no more connections are kept than were asked for: of two that were in use one serves again") {
  upstream_bench bench(over);
  bench.keep_at_most(1);
  scripted_upstream provider(bench.io, echo);
  bench.run([&]() -> task<void> {
    for (const int connections : {2, 3}) {
      auto one = bench.post(provider.port(), "1");
      auto other = bench.post(provider.port(), "2");
      CHECK((co_await bench.all_of(*one)).body == "1");
      CHECK((co_await bench.all_of(*other)).body == "2");
      CHECK(provider.connections() == connections);
    }
  });
}

OVER_ALL("deployment classes never share a connection") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  bench.run([&]() -> task<void> {
    for (auto runs_as : {deployment_class::in_house, deployment_class::hosted, deployment_class::managed, deployment_class::in_house}) {
      auto at = bench.provider_at(provider.port());
      at.runs_as = runs_as;
      auto sent = bench.post(at, "{}");
      co_await bench.all_of(*sent);
    }
  });
  CHECK(provider.connections() == 3);
}

OVER_BOTH("a kept connection that dies under a POST does not send it again: 200 times") {
  upstream_bench bench(over);
  std::vector<std::string> bodies;
  scripted_upstream provider(bench.io, [&](connection with) -> task<void> {
    auto first = co_await with->read_request();
    if (!first) co_return;
    bodies.push_back(first->body);
    co_await with->write(whole_reply("{}"));
    if (auto second = co_await with->read_request()) bodies.push_back(second->body);
    with->close();
  });
  constexpr int rounds = 200;
  bench.run([&]() -> task<void> {
    for (int i = 0; i < rounds; ++i) {
      auto first = bench.post(provider.port(), "first " + std::to_string(i));
      CHECK((co_await bench.all_of(*first)).last() == signal::end);
      auto second = bench.post(provider.port(), "second " + std::to_string(i));
      CHECK((co_await bench.all_of(*second)).last() == signal::failed);
      CHECK(second->why().kind == failure_kind::connection_lost);
      CHECK(second->body_sent());
    }
  });
  CHECK(bodies.size() == 2 * rounds);
  std::sort(bodies.begin(), bodies.end());
  CHECK(std::adjacent_find(bodies.begin(), bodies.end()) == bodies.end());
}

OVER_BOTH("a kept connection that was closed while idle costs nothing") {
  upstream_bench bench(over);
  std::size_t closed = 0;
  scripted_upstream provider(bench.io, [&](connection with) -> task<void> {
    co_await with->read_request();
    co_await with->write(whole_reply("{}"));
    with->close();
    ++closed;
  });
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 20; ++i) {
      auto sent = bench.post(provider.port(), "{}");
      CHECK((co_await bench.all_of(*sent)).last() == signal::end);
      co_await bench.until_still(closed);
    }
  });
  CHECK(provider.connections() == 20);
}

OVER_BOTH("what follows a reply on a kept connection is never taken for the next reply") {
  upstream_bench bench(over);
  int seen = 0;
  scripted_upstream provider(bench.io, [&](connection with) -> task<void> {
    while (auto request = co_await with->read_request()) {
      ++seen;
      co_await with->write(whole_reply(request->body) + whole_reply("smuggled"));
    }
  });
  bench.run([&]() -> task<void> {
    for (const std::string body : {"first", "second", "third"}) {
      auto sent = bench.post(provider.port(), body);
      CHECK((co_await bench.all_of(*sent)).body == body);
      sent.reset();
      std::size_t nothing = 0;
      co_await bench.until_still(nothing);
    }
  });
  CHECK(seen == 3);
}

OVER_ALL("a redirect is told, not followed") {
  upstream_bench bench(over);
  auto other = bench.upstream(echo);
  const std::string elsewhere = "http://127.0.0.1:" + std::to_string(other.port()) + "/";
  auto provider = bench.upstream(answers("HTTP/1.1 302 Found\r\nLocation: " + elsewhere + "\r\nContent-Length: 0\r\n\r\n"));
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    const auto got = co_await bench.all_of(*sent);
    CHECK(got.signals == std::vector{signal::head, signal::end});
    CHECK(got.status == 302);
  });
  CHECK(other.connections() == 0);
}

OVER_ALL("a proxy in the environment is not used") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  auto proxy = bench.upstream(echo);
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::setenv(name, address.c_str(), 1);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    CHECK((co_await bench.all_of(*sent)).last() == signal::end);
  });
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  CHECK(provider.connections() == 1);
  CHECK(proxy.connections() == 0);
}

OVER_ALL("an address outside the provider's networks is refused before anything is sent, on a kept connection too") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  config::network ten{"10.0.0.0/8", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10}, 104};
  config::network loopback{"127.0.0.0/8", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127}, 104};
  auto outside = bench.provider_at(provider.port());
  outside.networks = {ten};
  auto inside = bench.provider_at(provider.port());
  inside.networks = {ten, loopback};
  bench.run([&]() -> task<void> {
    auto refused = bench.post(outside, "{}");
    CHECK(co_await refused->next(bench.soon()) == signal::failed);
    CHECK(refused->why().kind == failure_kind::address_refused);
    CHECK_FALSE(refused->body_sent());
    CHECK(provider.connections() == 0);

    auto sent = bench.post(inside, "{}");
    CHECK((co_await bench.all_of(*sent)).last() == signal::end);
    auto kept = bench.post(outside, "{}");
    CHECK(co_await kept->next(bench.soon()) == signal::failed);
    CHECK(kept->why().kind == failure_kind::address_refused);
    CHECK_FALSE(kept->body_sent());
  });
  CHECK(provider.connections() == 1);
}

OVER_ALL("a link-local address is refused although no networks are declared") {
  upstream_bench bench(over);
  bench.run([&]() -> task<void> {
    auto sent = bench.post(bench.provider_at(80, "169.254.169.254"), "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::failed);
    CHECK(sent->why().kind == failure_kind::address_refused);
  });
}

OVER_ALL("a thousand requests one after the other use one connection") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 1'000; ++i) {
      const std::string body = "request " + std::to_string(i);
      auto sent = bench.post(provider.port(), body);
      const auto got = co_await bench.all_of(*sent);
      REQUIRE(got.last() == signal::end);
      REQUIRE(got.body == body);
    }
  });
  CHECK(provider.connections() == 1);
}

OVER_ALL("two hundred requests at once each get their own answer") {
  upstream_bench bench(over);
  auto provider = bench.upstream(echo);
  int right = 0;
  int ended = 0;
  const auto one = [&](int number) -> task<void> {
    const std::string body = std::to_string(number) + std::string(static_cast<std::size_t>(number) * 700, 'x');
    auto sent = bench.post(provider.port(), body);
    const auto got = co_await bench.all_of(*sent);
    if (got.last() == signal::end && got.body == body) ++right;
    ++ended;
  };
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 200; ++i) boost::asio::co_spawn(bench.io.get_executor(), one(i), boost::asio::detached);
    while (ended < 200) co_await boost::asio::post(as_values);
  });
  CHECK(right == 200);
}

#include "tests/proxy/upstream/tls_identity.hpp"
#include "tests/proxy/upstream/upstream_bench.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using upstream::signal;

namespace {

using connection = std::shared_ptr<scripted_connection>;

// What one POST over TLS comes to.
struct outcome {
  signal last = signal::late;
  std::string body;
  failure_kind kind = failure_kind::client_gone;
  bool body_sent = false;
};

struct tls_bench : upstream_bench {
  tls_bench(maker of_transport, const std::string& name)
      : upstream_bench(of_transport), identity(name), provider(io, script(), &identity.server()) {}

  scripted_upstream::script script() {
    return [this](connection with) -> task<void> {
      while (auto seen = co_await with->read_request()) {
        ++requests;
        co_await with->write(whole_reply(seen->body));
      }
    };
  }

  outcome post_to(config::provider at) {
    outcome came;
    run([&]() -> task<void> {
      auto sent = post(at, "{}");
      const auto got = co_await all_of(*sent);
      came.last = got.last();
      came.body = got.body;
      if (came.last == signal::failed) came.kind = sent->why().kind;
      came.body_sent = sent->body_sent();
    });
    return came;
  }

  tls_identity identity;
  scripted_upstream provider;
  int requests = 0;
};

void check_refused(const outcome& came) {
  CHECK(came.last == signal::failed);
  CHECK(came.kind == failure_kind::tls_failed);
  CHECK_FALSE(came.body_sent);
}

}  // namespace

OVER_BOTH("an authority named by the provider's ca_file is trusted, and the connection kept") {
  tls_bench bench(over, "IP:127.0.0.1");
  auto at = bench.provider_at(bench.provider.port(), "127.0.0.1", true);
  at.ca_file = bench.identity.ca_file();
  for (int i = 0; i < 3; ++i) {
    const auto came = bench.post_to(at);
    CHECK(came.last == signal::end);
    CHECK(came.body == "{}");
  }
  CHECK(bench.provider.connections() == 1);
}

OVER_BOTH("an authority that nobody named is not trusted, not even after it was trusted for another provider") {
  tls_bench bench(over, "IP:127.0.0.1");
  auto trusting = bench.provider_at(bench.provider.port(), "127.0.0.1", true);
  trusting.ca_file = bench.identity.ca_file();
  auto plain = bench.provider_at(bench.provider.port(), "127.0.0.1", true);
  check_refused(bench.post_to(plain));
  CHECK(bench.post_to(trusting).last == signal::end);
  check_refused(bench.post_to(plain));
  CHECK(bench.requests == 1);
}

OVER_BOTH("another authority's certificate, one for another name, and an unreadable ca_file are tls_failed") {
  tls_bench bench(over, "DNS:somewhere.else");
  tls_identity other("IP:127.0.0.1");
  for (const std::string& file : {bench.identity.ca_file(), other.ca_file(), std::string("/nonexistent/ca.pem")}) {
    auto at = bench.provider_at(bench.provider.port(), "127.0.0.1", true);
    at.ca_file = file;
    check_refused(bench.post_to(at));
  }
  CHECK(bench.requests == 0);
}

OVER_BOTH("HTTP/2 is offered by the native transport, and HTTP/1.1 behind it, which is spoken where nothing is chosen") {
  tls_bench bench(over, "IP:127.0.0.1");
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      bench.identity.server().native_handle(),
      [](SSL*, const unsigned char**, unsigned char*, const unsigned char* in, unsigned int size, void* into) {
        static_cast<std::string*>(into)->assign(reinterpret_cast<const char*>(in), size);
        return SSL_TLSEXT_ERR_NOACK;
      },
      &offered);
  auto at = bench.provider_at(bench.provider.port(), "127.0.0.1", true);
  at.ca_file = bench.identity.ca_file();
  CHECK(bench.post_to(at).last == signal::end);
  const bool is_native = over.make == over_native.make;
  CHECK(offered == (is_native ? "\x02h2\x08http/1.1" : "\x08http/1.1"));
}

OVER_BOTH("TLS below 1.2 is refused") {
  tls_bench bench(over, "IP:127.0.0.1");
  SSL_CTX_set_security_level(bench.identity.server().native_handle(), 0);
  SSL_CTX_set_min_proto_version(bench.identity.server().native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(bench.identity.server().native_handle(), TLS1_1_VERSION);
  auto at = bench.provider_at(bench.provider.port(), "127.0.0.1", true);
  at.ca_file = bench.identity.ca_file();
  check_refused(bench.post_to(at));
}

OVER_BOTH("a server that speaks no TLS where it is expected is tls_failed") {
  upstream_bench bench(over);
  scripted_upstream provider(bench.io, [](connection with) -> task<void> {
    co_await with->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    co_await with->sees_close();
  });
  bench.run([&]() -> task<void> {
    auto sent = bench.post(bench.provider_at(provider.port(), "127.0.0.1", true), "{}");
    CHECK(co_await sent->next(bench.soon()) == signal::failed);
    CHECK(sent->why().kind == failure_kind::tls_failed);
    CHECK_FALSE(sent->body_sent());
  });
}

OVER_BOTH("what follows a reply within the same TLS record is never taken for the next reply, wherever the reply ends") {
  for (const std::size_t size : {300u, 1'024u, 4'096u, 8'192u, 16'000u}) {
    CAPTURE(size);
    int smuggled = 0;
    tls_bench bench(over, "IP:127.0.0.1");
    scripted_upstream provider(
        bench.io,
        [&, size](connection with) -> task<void> {
          while (auto seen = co_await with->read_request()) {
            std::string reply = whole_reply(std::string(size, 'x'));
            reply = whole_reply(std::string(size - (reply.size() - size), 'x'));   // together so many bytes, where it has as many digits
            reply += whole_reply("smuggled");
            co_await with->write(reply);
          }
        },
        &bench.identity.server());
    auto at = bench.provider_at(provider.port(), "127.0.0.1", true);
    at.ca_file = bench.identity.ca_file();
    for (int i = 0; i < 4; ++i)
      if (bench.post_to(at).body.find("smuggled") != std::string::npos) ++smuggled;
    CHECK(smuggled == 0);
  }
}

#include "proxy/server/tls_context.hpp"

#include "tests/proxy/server/front_door.hpp"
#include "tests/proxy/server/tls_client.hpp"
#include "tests/support/self_signed.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

/// A door with that identity, and what a client gets there.
struct tls_door {
  explicit tls_door(const config::tls_files& files) : context(server::make_tls_context(files).value()), door(loopback(), context) {
    door.start();
  }
  /// The status line, or nothing where there was no session.
  std::string ask(tls_client& client) {
    if (client.error) return {};
    client.send(get);
    return client.read_until("GET /a ").substr(0, 15);
  }
  std::string ask(const tls_client_words& words) {
    tls_client client(door.port(), words);
    return ask(client);
  }

  std::shared_ptr<server::tls_context> context;
  front_door door;
};

void overwrite(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("ciphers without forward secrecy or authentication and small curves get no session") {
  self_signed identity;
  tls_door at(identity.files);
  const auto with = [&](const char* ciphers) { return at.ask({.version_max = TLS1_2_VERSION, .ciphers = ciphers}); };

  CHECK(with("ECDHE-ECDSA-AES128-GCM-SHA256") == "HTTP/1.1 200 OK");
  CHECK(with("ECDHE-ECDSA-CHACHA20-POLY1305") == "HTTP/1.1 200 OK");
  CHECK(with("ECDHE-ECDSA-AES128-SHA256").empty());   // CBC
  CHECK(with("ECDHE-ECDSA-AES128-SHA").empty());
  CHECK(with("AES128-GCM-SHA256:AES128-SHA").empty());
  CHECK(at.ask({.curves = "X25519"}) == "HTTP/1.1 200 OK");
  CHECK(at.ask({.curves = "secp224r1"}).empty());
}

TEST_CASE("a session is resumed by its ticket, until the files are read again") {
  self_signed identity;
  tls_door at(identity.files);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    tls_client first(at.door.port(), {.version_max = version});
    CHECK(at.ask(first) == "HTTP/1.1 200 OK");
    CHECK_FALSE(first.was_resumed());
    const auto kept = first.session();

    tls_client second(at.door.port(), {.version_max = version, .session = kept.get()});
    CHECK(second.was_resumed());
    CHECK(at.ask(second) == "HTTP/1.1 200 OK");

    REQUIRE(at.context->read_again(identity.files).has_value());
    tls_client third(at.door.port(), {.version_max = version, .session = kept.get()});
    CHECK_FALSE(third.was_resumed());
    CHECK(at.ask(third) == "HTTP/1.1 200 OK");
  }
}

TEST_CASE("files that were replaced serve the next connection; those that are open go on, and broken files change nothing") {
  self_signed identity(1);
  tls_door at(identity.files);
  tls_client before(at.door.port());
  CHECK(at.ask(before) == "HTTP/1.1 200 OK");

  identity.renew(2);
  REQUIRE(at.context->read_again(identity.files).has_value());
  tls_client after(at.door.port());
  CHECK(at.ask(after) == "HTTP/1.1 200 OK");
  CHECK(at.ask(before) == "HTTP/1.1 200 OK");
  CHECK(before.serial() == 1);
  CHECK(after.serial() == 2);

  overwrite(identity.files.cert, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
  CHECK(at.context->read_again(identity.files).error().detail.find(identity.files.cert) != std::string::npos);
  tls_client still(at.door.port());
  CHECK(at.ask(still) == "HTTP/1.1 200 OK");
  CHECK(still.serial() == 2);
}

TEST_CASE("the end of a certificate is known") {
  const auto ends = std::chrono::sys_days(std::chrono::year(2031) / 2 / 3) + 4h + 5min + 6s;
  self_signed identity(1, ends);
  const auto context = server::make_tls_context(identity.files).value();
  CHECK(context->current()->expires == ends);
}

TEST_CASE("with client_ca a client needs a certificate of that authority; where it is only asked for, none will do, and a wrong one will not") {
  self_signed identity, known, stranger;
  auto files = identity.files;
  files.client_ca = known.files.cert;
  for (const bool required : {true, false}) {
    CAPTURE(required);
    files.needs_client_cert = required;
    tls_door at(files);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      CAPTURE(version);
      CHECK(at.ask({.version_max = version, .identity = &known.files}) == "HTTP/1.1 200 OK");
      CHECK(at.ask({.version_max = version, .identity = &stranger.files}).empty());
      CHECK(at.ask({.version_max = version}).empty() == required);

      tls_client first(at.door.port(), {.version_max = version, .identity = &known.files});
      CHECK(at.ask(first) == "HTTP/1.1 200 OK");
      const auto kept = first.session();
      tls_client again(at.door.port(), {.version_max = version, .identity = &known.files, .session = kept.get()});
      CHECK(again.was_resumed());
      CHECK(at.ask(again) == "HTTP/1.1 200 OK");
    }
    CHECK(at.door.service.served.now() == (required ? 6 : 8));
  }
}

TEST_CASE("files that cannot be used are named") {
  self_signed identity, other;
  const auto refusal = [](const config::tls_files& files) { return server::make_tls_context(files).error().detail; };

  CHECK(refusal({"/no/such/cert.pem", identity.files.key}).find("/no/such/cert.pem") != std::string::npos);
  CHECK(refusal({identity.files.cert, "/no/such/key.pem"}).find("/no/such/key.pem") != std::string::npos);
  CHECK(refusal({identity.files.cert, other.files.key}).find(other.files.key) != std::string::npos);
  CHECK(refusal({identity.files.cert, identity.files.key, "/no/such/ca.pem"}).find("/no/such/ca.pem") != std::string::npos);
  CHECK(refusal({identity.files.cert, identity.files.key, identity.files.key}).find("client CA") != std::string::npos);
}

#include "proxy/server/tls_context.hpp"

#include "tests/proxy/server/front_door.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <doctest/doctest.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

namespace ssl = boost::asio::ssl;

/// A key and a certificate signed with it, in a folder that goes with the object.
class self_signed {
 public:
  self_signed() {
    std::string name = (std::filesystem::temp_directory_path() / "front_door_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    files = {(folder_ / "cert.pem").string(), (folder_ / "key.pem").string()};
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* cert = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME* subject = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(cert, subject);
    X509_sign(cert, key, EVP_sha256());
    std::FILE* out = std::fopen(files.cert.c_str(), "w");
    PEM_write_X509(out, cert);
    std::fclose(out);
    out = std::fopen(files.key.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_free(cert);
    EVP_PKEY_free(key);
  }
  ~self_signed() { std::filesystem::remove_all(folder_); }
  self_signed(const self_signed&) = delete;
  self_signed& operator=(const self_signed&) = delete;

  config::tls_files files;

 private:
  std::filesystem::path folder_;
};

/// A blocking TLS client.
class tls_client {
 public:
  explicit tls_client(std::uint16_t port, int version_max = TLS1_3_VERSION, std::string_view offered = "\x08http/1.1")
      : rules_(ssl::context::tls_client), stream_(context_, prepared(rules_, version_max, offered)) {
    stream_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    stream_.handshake(ssl::stream_base::client, error);
  }
  void send(std::string_view bytes) { boost::asio::write(stream_, boost::asio::buffer(bytes.data(), bytes.size()), error); }
  /// Reads until `text` has come, or the end.
  std::string read_until(std::string_view text) {
    std::string got;
    std::array<char, 65536> bytes{};
    while (text.empty() || got.find(text) == std::string::npos) {
      const auto count = stream_.read_some(boost::asio::buffer(bytes), error);
      got.append(bytes.data(), count);
      if (error) break;
    }
    return got;
  }
  std::string protocol() {
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &chosen, &length);
    return {reinterpret_cast<const char*>(chosen), length};
  }
  void reset() {
    stream_.next_layer().set_option(boost::asio::socket_base::linger(true, 0));
    stream_.next_layer().close();
  }

  boost::system::error_code error;

 private:
  static ssl::context& prepared(ssl::context& rules, int version_max, std::string_view offered) {
    SSL_CTX_set_security_level(rules.native_handle(), 0);  // else the library itself would not speak old versions
    SSL_CTX_set_max_proto_version(rules.native_handle(), version_max);
    SSL_CTX_set_alpn_protos(rules.native_handle(), reinterpret_cast<const unsigned char*>(offered.data()),
        static_cast<unsigned>(offered.size()));
    return rules;
  }

  boost::asio::io_context context_;
  ssl::context rules_;
  ssl::stream<boost::asio::ip::tcp::socket> stream_;
};

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

  CHECK(tls_client(door.port(), TLS1_1_VERSION).error);
  CHECK_FALSE(tls_client(door.port(), TLS1_2_VERSION).error);
  CHECK(tls_client(door.port(), TLS1_3_VERSION, "\x02h2").error);
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

TEST_CASE("files that cannot be used are named") {
  self_signed identity;
  self_signed other;
  const auto refusal = [](const config::tls_files& files) { return server::make_tls_context(files).error().detail; };

  CHECK(refusal({"/no/such/cert.pem", identity.files.key}).find("/no/such/cert.pem") != std::string::npos);
  CHECK(refusal({identity.files.cert, "/no/such/key.pem"}).find("/no/such/key.pem") != std::string::npos);
  CHECK(refusal({identity.files.cert, other.files.key}).find(other.files.key) != std::string::npos);
}

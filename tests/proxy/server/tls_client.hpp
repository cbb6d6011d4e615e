#pragma once
/// A blocking TLS client on loopback. It believes every certificate: what it is shown is the test's business.

#include "config/settings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::tests {

struct tls_client_words {
  int version_max = TLS1_3_VERSION;
  std::string_view offered = "\x08http/1.1";        ///< ALPN
  const char* ciphers = nullptr;                    ///< of TLS 1.2
  const char* curves = nullptr;
  const config::tls_files* identity = nullptr;      ///< its own certificate and key
  SSL_SESSION* session = nullptr;                   ///< to be resumed
};

class tls_client {
  using ssl_context = boost::asio::ssl::context;

 public:
  explicit tls_client(std::uint16_t port, const tls_client_words& words = {})
      : rules_(ssl_context::tls_client), stream_(context_, prepared(rules_, words)) {
    if (words.session) SSL_set_session(stream_.native_handle(), words.session);
    stream_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    stream_.handshake(boost::asio::ssl::stream_base::client, error);
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
  /// Of the certificate that it was shown.
  long serial() {
    const X509* shown = SSL_get0_peer_certificate(stream_.native_handle());
    return shown ? ASN1_INTEGER_get(X509_get0_serialNumber(shown)) : -1;
  }
  bool was_resumed() { return SSL_session_reused(stream_.native_handle()) == 1; }
  /// What a later client resumes; with TLS 1.3 it is there once something was read.
  std::shared_ptr<SSL_SESSION> session() { return {SSL_get1_session(stream_.native_handle()), SSL_SESSION_free}; }
  void reset() {
    stream_.next_layer().set_option(boost::asio::socket_base::linger(true, 0));
    stream_.next_layer().close();
  }

  boost::system::error_code error;

 private:
  static ssl_context& prepared(ssl_context& rules, const tls_client_words& words) {
    SSL_CTX* const native = rules.native_handle();
    SSL_CTX_set_security_level(native, 0);  // else the library itself would not speak old versions
    SSL_CTX_set_max_proto_version(native, words.version_max);
    SSL_CTX_set_alpn_protos(native, reinterpret_cast<const unsigned char*>(words.offered.data()), static_cast<unsigned>(words.offered.size()));
    if (words.ciphers) SSL_CTX_set_cipher_list(native, words.ciphers);
    if (words.curves) SSL_CTX_set1_groups_list(native, words.curves);
    if (words.identity) {
      rules.use_certificate_chain_file(words.identity->cert);
      rules.use_private_key_file(words.identity->key, ssl_context::pem);
    }
    return rules;
  }

  boost::asio::io_context context_;
  ssl_context rules_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
};

}  // namespace sallyport::tests

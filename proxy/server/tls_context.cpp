#include "proxy/server/tls_context.hpp"

#include <openssl/ssl.h>

#include <string>
#include <utility>

namespace sallyport::server {
namespace {

namespace ssl = boost::asio::ssl;

/// Picks http/1.1 out of what the client offers; a client that offers others only cannot be served.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char* offered, unsigned offered_bytes,
                    void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* picked = nullptr;
  const int outcome = SSL_select_next_proto(&picked, chosen_bytes, ours, sizeof ours - 1, offered, offered_bytes);
  *chosen = picked;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

failure unusable(std::string_view what, const std::string& path, const boost::system::error_code& why) {
  return fail(failure_kind::internal, std::string(what) + " '" + path + "' cannot be used: " + why.message());
}

}  // namespace

result<std::shared_ptr<tls_context>> make_tls_context(const config::tls_files& files) {
  ssl::context made(ssl::context::tls_server);
  boost::system::error_code refused;
  made.set_options(ssl::context::default_workarounds | ssl::context::no_compression | SSL_OP_NO_RENEGOTIATION, refused);
  if (refused) return unusable("TLS library", "options", refused);
  if (SSL_CTX_set_min_proto_version(made.native_handle(), TLS1_2_VERSION) != 1)
    return fail(failure_kind::internal, "the TLS library does not offer TLS 1.2");
  if (made.use_certificate_chain_file(files.cert, refused); refused) return unusable("certificate chain (PEM)", files.cert, refused);
  if (made.use_private_key_file(files.key, ssl::context::pem, refused); refused) return unusable("private key (PEM)", files.key, refused);
  if (SSL_CTX_check_private_key(made.native_handle()) != 1)
    return fail(failure_kind::internal, "the private key '" + files.key + "' does not belong to the certificate '" + files.cert + "'");
  SSL_CTX_set_alpn_select_cb(made.native_handle(), choose_protocol, nullptr);
  SSL_CTX_set_mode(made.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // gives 32 KiB back while a connection is idle
  return std::make_shared<tls_context>(std::move(made));
}

}  // namespace sallyport::server

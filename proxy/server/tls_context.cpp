#include "proxy/server/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>
#include <utility>

namespace sallyport::server {
namespace {

namespace ssl = boost::asio::ssl;

/// Of TLS 1.2: what Mozilla calls intermediate, without finite-field Diffie-Hellman. TLS 1.3 has no bad ones.
constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* curves = "X25519:P-256:P-384";
/// 112 bits: RSA keys of 2,048 bits and more, no SHA-1. The distribution's default may be lower.
constexpr int security_level = 2;
constexpr std::chrono::seconds ticket_life = std::chrono::hours(2);

/// Picks http/1.1 out of what the client offers; a client that offers others only cannot be served.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char* offered, unsigned offered_bytes,
                    void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* picked = nullptr;
  const int outcome = SSL_select_next_proto(&picked, chosen_bytes, ours, sizeof ours - 1, offered, offered_bytes);
  *chosen = picked;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

failure unusable(std::string_view what, const std::string& path, const std::string& why) {
  return fail(failure_kind::internal, std::string(what) + " '" + path + "' cannot be used: " + why);
}

/// The library's last complaint on this thread, which is taken from it.
std::string complaint_of_library() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason ? reason : "unknown reason";
}

result<void> set_rules(SSL_CTX* rules) {
  SSL_CTX_set_security_level(rules, security_level);
  SSL_CTX_set_options(rules, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  const bool fits = SSL_CTX_set_min_proto_version(rules, TLS1_2_VERSION) == 1 && SSL_CTX_set_cipher_list(rules, ciphers) == 1 &&
                    SSL_CTX_set1_groups_list(rules, curves) == 1;
  if (!fits) return fail(failure_kind::internal, "the TLS library lacks what is asked of it: " + complaint_of_library());
  SSL_CTX_set_session_cache_mode(rules, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(rules, ticket_life.count());
  static constexpr unsigned char name[] = "sallyport";   // a resumed session with a client certificate asks for one
  SSL_CTX_set_session_id_context(rules, name, sizeof name - 1);
  SSL_CTX_set_alpn_select_cb(rules, choose_protocol, nullptr);
  SSL_CTX_set_mode(rules, SSL_MODE_RELEASE_BUFFERS);  // gives 32 KiB back while a connection is idle
  return {};
}

result<void> ask_clients(SSL_CTX* rules, const config::tls_files& files) {
  if (files.client_ca.empty()) return {};
  auto* const names = SSL_load_client_CA_file(files.client_ca.c_str());
  if (names) SSL_CTX_set_client_CA_list(rules, names);
  if (!names || SSL_CTX_load_verify_file(rules, files.client_ca.c_str()) != 1)
    return unusable("client CA (PEM)", files.client_ca, complaint_of_library());
  SSL_CTX_set_verify(rules, SSL_VERIFY_PEER | (files.needs_client_cert ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return {};
}

wall_time end_of(const X509* certificate) {
  std::tm at{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &at);
  return std::chrono::system_clock::from_time_t(::timegm(&at));
}

/// An intermediate certificate that has ended makes the chain as worthless as the leaf's end does.
wall_time first_end(SSL_CTX* rules) {
  auto first = end_of(SSL_CTX_get0_certificate(rules));
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(rules, &chain);
  for (int i = 0; i < sk_X509_num(chain); ++i) first = std::min(first, end_of(sk_X509_value(chain, i)));
  return first;
}

result<std::shared_ptr<tls_context::identity>> read_identity(const config::tls_files& files) {
  ssl::context made(ssl::context::tls_server);
  SSL_CTX* const rules = made.native_handle();
  boost::system::error_code refused;
  if (auto set = set_rules(rules); set.has_error()) return std::move(set).error();
  if (made.use_certificate_chain_file(files.cert, refused); refused)
    return unusable("certificate chain (PEM)", files.cert, refused.message());
  if (made.use_private_key_file(files.key, ssl::context::pem, refused); refused)
    return unusable("private key (PEM)", files.key, refused.message());
  if (SSL_CTX_check_private_key(rules) != 1) {
    ERR_clear_error();
    return fail(failure_kind::internal, "the private key '" + files.key + "' does not belong to the certificate '" + files.cert + "'");
  }
  if (auto asked = ask_clients(rules, files); asked.has_error()) return std::move(asked).error();
  auto read = std::make_shared<tls_context::identity>(std::move(made));
  read->expires = first_end(rules);
  return read;
}

}  // namespace

std::shared_ptr<tls_context::identity> tls_context::current() const {
  const std::lock_guard held(mutex_);
  return current_;
}

result<void> tls_context::read_again(const config::tls_files& files) {
  auto read = read_identity(files);
  if (read.has_error()) return std::move(read).error();
  const std::lock_guard held(mutex_);
  current_ = std::move(*read);
  return {};
}

result<std::shared_ptr<tls_context>> make_tls_context(const config::tls_files& files) {
  auto read = read_identity(files);
  if (read.has_error()) return std::move(read).error();
  return std::make_shared<tls_context>(std::move(*read));
}

}  // namespace sallyport::server

#include "tls_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

tls_side::tls_side(SSL_CTX* made) : made_(made, SSL_CTX_free) {}

tls_side tls_side::client() { return tls_side(SSL_CTX_new(TLS_client_method())); }

tls_side tls_side::server(const char* certificate, const char* key) {
  auto* made = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(made, certificate) == 1 && SSL_CTX_use_PrivateKey_file(made, key, SSL_FILETYPE_PEM) == 1)
    return tls_side(made);
  SSL_CTX_free(made);
  return tls_side(nullptr);
}

tls_socket tls_socket::connect(std::uint16_t port, const tls_side* under) {
  tls_socket made;
  made.descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(made.descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  const int on = 1;
  ::setsockopt(made.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (under != nullptr && !made.shake_hands(*under, true)) return {};
  return made;
}

tls_socket tls_socket::accepted(int descriptor, const tls_side* under) {
  tls_socket made;
  made.descriptor_ = descriptor;
  if (descriptor < 0) return made;
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (under != nullptr && !made.shake_hands(*under, false)) return {};
  return made;
}

bool tls_socket::shake_hands(const tls_side& under, bool as_client) {
  tls_ = SSL_new(under.made_.get());
  SSL_set_fd(tls_, descriptor_);
  if ((as_client ? SSL_connect(tls_) : SSL_accept(tls_)) != 1) return false;
  return ::fcntl(descriptor_, F_SETFL, O_NONBLOCK) == 0;
}

tls_socket::~tls_socket() {
  SSL_free(tls_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

tls_socket::tls_socket(tls_socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), tls_(std::exchange(other.tls_, nullptr)) {}

tls_socket& tls_socket::operator=(tls_socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(tls_, other.tls_);
  return *this;
}

ssize_t tls_socket::receive(char* into, std::size_t room) {
  if (tls_ == nullptr) return ::recv(descriptor_, into, room, 0);
  const int got = SSL_read(tls_, into, int(room));
  if (got > 0) return got;
  return SSL_get_error(tls_, got) == SSL_ERROR_WANT_READ ? nothing_yet : 0;
}

bool tls_socket::send(std::string_view bytes) {
  if (tls_ == nullptr) return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == ssize_t(bytes.size());
  return SSL_write(tls_, bytes.data(), int(bytes.size())) == int(bytes.size());
}

bool receive_all(tls_socket& from, std::string& received) {
  char bytes[65536];
  for (;;) {
    const auto got = from.receive(bytes, sizeof bytes);
    if (got == tls_socket::nothing_yet) return true;
    if (got <= 0) return false;
    received.append(bytes, std::size_t(got));
    if (!from.is_tls()) return true;
  }
}

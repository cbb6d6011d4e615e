#pragma once
/// A connected TCP socket of the benchmarks' two ends, plain or under TLS. Errors are return values; no certificate is checked, since both
/// ends are ours.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

/// What the TLS sockets of one end share. Not made: plain sockets.
class tls_side {
 public:
  /// Of an end that connects.
  static tls_side client();
  /// Of an end that accepts, with PEM files.
  static tls_side server(const char* certificate, const char* key);
  /// Whether the files could be read.
  bool is_usable() const { return made_ != nullptr; }

 private:
  friend class tls_socket;
  explicit tls_side(ssl_ctx_st* made);
  std::shared_ptr<ssl_ctx_st> made_;
};

/// Owns the descriptor. Plain it blocks, so read only what epoll announced; under TLS it doesn't, once the handshake is over.
class tls_socket {
 public:
  static constexpr ssize_t nothing_yet = -2;

  tls_socket() = default;
  /// To 127.0.0.1. A socket without descriptor when it cannot.
  static tls_socket connect(std::uint16_t port, const tls_side* under = nullptr);
  /// Takes over an accepted descriptor; waits for the handshake. A socket without descriptor when there is none to be had.
  static tls_socket accepted(int descriptor, const tls_side* under = nullptr);
  ~tls_socket();
  tls_socket(tls_socket&& other) noexcept;
  tls_socket& operator=(tls_socket&& other) noexcept;

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  /// Bytes read; 0 or -1: the peer has ended; nothing_yet: what came held no bytes of the message. Under TLS to be called until it says so.
  ssize_t receive(char* into, std::size_t room);
  /// Whether all of it was taken at once.
  bool send(std::string_view bytes);
  bool is_tls() const { return tls_ != nullptr; }

 private:
  bool shake_hands(const tls_side& under, bool as_client);

  int descriptor_ = -1;
  ssl_st* tls_ = nullptr;
};

/// Appends to `received` all that is there. False when the peer has ended.
bool receive_all(tls_socket& from, std::string& received);

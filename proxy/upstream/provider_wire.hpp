#pragma once
/// A connection to a provider's address, plain or through TLS: bytes, and nothing of what they mean. One read and one write may be under way
/// at a time. Kept alive by what is under way; one thread.
///
/// Memory: a buffer of its own, a very small one from the third read of a reply on; a large one is borrowed while reads come back full, and given
/// back when they no longer do. So an open stream on which little happens holds little.

#include "proxy/upstream/address_rule.hpp"
#include "proxy/words/clock.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::upstream {

using socket_type = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

/// The large buffers of a worker that nobody uses at the moment.
class read_buffers {
 public:
  static constexpr std::size_t bytes = 64 * 1024;
  std::unique_ptr<char[]> take();
  void give(std::unique_ptr<char[]> one);

 private:
  static constexpr std::size_t spare_max = 16;
  std::vector<std::unique_ptr<char[]>> spare_;
};

/// Whom a connection serves. Is told from the event loop, never from within a call of its own.
class wire_user {
 public:
  /// `bytes` stay valid until the next start_read() or close(). Without an error there is at least one.
  virtual void on_read(boost::system::error_code error, std::string_view bytes) = 0;
  virtual void on_written(boost::system::error_code error, std::size_t count) = 0;

 protected:
  ~wire_user() = default;
};

class provider_wire : public std::enable_shared_from_this<provider_wire> {
 public:
  /// What goes out in one write: a head and a body, or what is left of them.
  using pieces = std::array<boost::asio::const_buffer, 2>;

  virtual ~provider_wire() = default;

  /// TLS: begins the handshake. `done` is told from the event loop, with no error where there is nothing to shake.
  virtual void handshake(std::function<void(boost::system::error_code)> done) = 0;
  virtual void start_read() = 0;
  /// Writes what can be written without waiting, if that can be known. A would_block is no error.
  virtual std::size_t write_now(const pieces& what, boost::system::error_code& error) = 0;
  /// Writes some of it, waiting for room; what it points to stays until on_written().
  virtual void start_write(const pieces& what) = 0;
  /// Open at the other end, as far as is known, and nothing has arrived that nobody asked for.
  virtual bool is_quiet() = 0;
  /// TLS: pieces are not gathered by the socket below.
  virtual bool is_secured() const = 0;
  /// TLS, shaken: the other end chose HTTP/2 (ALPN).
  virtual bool has_chosen_http2() const { return false; }
  /// Ends it at once; what is under way is told to nobody.
  virtual void close() = 0;

  /// Null: nobody. Whoever was told before is told nothing more.
  void serve(wire_user* whom) {
    user_ = whom;
    reads_ = 0;
  }
  bool is_reading() const { return reading_; }

  std::string peer;         ///< as 10.0.0.5:8000
  address_bytes address{};
  instant opened{};
  instant idle_since{};

 protected:
  wire_user* user_ = nullptr;
  bool reading_ = false;
  int reads_ = 0;   ///< for the present user
};

std::shared_ptr<provider_wire> make_plain_wire(socket_type socket, std::shared_ptr<read_buffers> buffers);
/// `host` is what the certificate must be for, and what is asked for (SNI) where it is a name.
std::shared_ptr<provider_wire> make_tls_wire(socket_type socket, std::shared_ptr<read_buffers> buffers,
                                             std::shared_ptr<boost::asio::ssl::context> trust, const std::string& host);

}  // namespace sallyport::upstream

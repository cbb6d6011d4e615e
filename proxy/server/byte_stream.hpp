#pragma once
/// A connection's bytes, plain or through TLS: what lets the session be written, and compiled, once.
/// Owned by its connection; one thread; at most one read and one write under way at a time.

#include "proxy/words/task.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace sallyport::server {

class tls_context;

using socket_type = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

/// Pieces of one gather write. Whoever writes takes what was written off the front.
using pieces = std::span<boost::asio::const_buffer>;
/// Takes `count` bytes off the front.
void drop_front(pieces& from, std::size_t count);

class byte_stream {
 public:
  /// Is told how a read ended. Kept alive by the read.
  class reader {
   public:
    /// Zero bytes come with an error only.
    virtual void on_read(boost::system::error_code error, std::size_t count) = 0;
    /// The read was thrown away with its io_context; nothing may be awaited any more.
    virtual void on_read_lost() = 0;

   protected:
    ~reader() = default;
  };

  virtual ~byte_stream() = default;

  virtual task<bool> handshake() = 0;
  /// `into` must stay valid until `whom` was told. Never tells from within this call.
  virtual void start_read(boost::asio::mutable_buffer into, std::shared_ptr<reader> whom) = 0;
  /// Writes without waiting what can be written so. False: the connection is broken.
  virtual bool write_now(pieces& what) = 0;
  /// Writes some, waiting for room. Zero: the connection is broken.
  virtual task<std::size_t> write_some(pieces what) = 0;
  /// Says that nothing more will be written; the other direction stays open.
  virtual task<void> end_writing() = 0;
  /// Ends waits under way with operation_aborted; the connection stays usable.
  virtual void cancel() = 0;
  /// Closes at once with a reset, so that the client cannot take what it has for whole.
  virtual void reset() = 0;
  /// Closes; what was written still goes out.
  virtual void close() = 0;
};

std::unique_ptr<byte_stream> make_plain_stream(socket_type socket);
/// With the certificate that `context` has now.
std::unique_ptr<byte_stream> make_tls_stream(socket_type socket, const std::shared_ptr<tls_context>& context);

/// What both variants do to the socket below.
void reset_socket(socket_type& socket);
void close_socket(socket_type& socket);

/// Carries a read's end to its reader, or the news that it has none.
class read_ticket {
 public:
  explicit read_ticket(std::shared_ptr<byte_stream::reader> whom) : whom_(std::move(whom)) {}
  read_ticket(read_ticket&&) noexcept = default;
  read_ticket& operator=(read_ticket&&) = delete;
  ~read_ticket() {
    if (whom_) whom_->on_read_lost();
  }
  void operator()(boost::system::error_code error, std::size_t count) {
    const auto whom = std::move(whom_);  // lives until on_read has returned
    whom->on_read(error, count);
  }

 private:
  std::shared_ptr<byte_stream::reader> whom_;
};

}  // namespace sallyport::server

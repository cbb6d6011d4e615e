#include "proxy/server/byte_stream.hpp"
#include "proxy/server/tls_context.hpp"

#include <boost/asio/ssl/stream.hpp>

#include <utility>

namespace sallyport::server {
namespace {

class tls_stream final : public byte_stream {
 public:
  tls_stream(socket_type socket, const std::shared_ptr<tls_context>& context)
      : identity_(context->current()), stream_(std::move(socket), identity_->rules) {}

  task<bool> handshake() override {
    auto [error] = co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, as_values);
    co_return !error;
  }

  void start_read(boost::asio::mutable_buffer into, std::shared_ptr<reader> whom) override {
    stream_.async_read_some(boost::asio::mutable_buffer(into), read_ticket(std::move(whom)));
  }

  /// Takes nothing: Asio's synchronous TLS write loses the rest of a record when the socket is full.
  bool write_now(pieces&) override { return true; }

  task<std::size_t> write_some(pieces what) override {
    auto [error, written] = co_await stream_.async_write_some(what, as_values);
    co_return error ? 0 : written;
  }

  /// Sends close_notify, and waits for the client's: whoever calls sets a deadline.
  task<void> end_writing() override {
    co_await stream_.async_shutdown(as_values);
    boost::system::error_code ignored;
    stream_.lowest_layer().shutdown(boost::asio::socket_base::shutdown_send, ignored);
  }

  void cancel() override {
    boost::system::error_code ignored;
    stream_.next_layer().cancel(ignored);
  }
  void reset() override { reset_socket(stream_.next_layer()); }
  void close() override { close_socket(stream_.next_layer()); }

 private:
  std::shared_ptr<tls_context::identity> identity_;
  boost::asio::ssl::stream<socket_type> stream_;
};

}  // namespace

std::unique_ptr<byte_stream> make_tls_stream(socket_type socket, const std::shared_ptr<tls_context>& context) {
  return std::make_unique<tls_stream>(std::move(socket), context);
}

}  // namespace sallyport::server

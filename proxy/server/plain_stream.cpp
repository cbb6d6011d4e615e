#include "proxy/server/byte_stream.hpp"

#include <boost/asio/socket_base.hpp>

#include <utility>

namespace sallyport::server {
namespace {

class plain_stream final : public byte_stream {
 public:
  explicit plain_stream(socket_type socket) : socket_(std::move(socket)) {}

  task<bool> handshake() override { co_return true; }

  void start_read(boost::asio::mutable_buffer into, std::shared_ptr<reader> whom) override {
    socket_.async_read_some(boost::asio::buffer(into), read_ticket(std::move(whom)));
  }

  bool write_now(pieces& what) override {
    boost::system::error_code refused;
    const auto written = socket_.write_some(what, refused);
    drop_front(what, written);
    return !refused || refused == boost::asio::error::would_block || refused == boost::asio::error::try_again;
  }

  task<std::size_t> write_some(pieces what) override {
    auto [error, written] = co_await socket_.async_write_some(what, as_values);
    co_return error ? 0 : written;
  }

  task<void> end_writing() override {
    boost::system::error_code ignored;
    socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
    co_return;
  }

  void cancel() override {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }
  void reset() override { reset_socket(socket_); }
  void close() override { close_socket(socket_); }

 private:
  socket_type socket_;
};

}  // namespace

void drop_front(pieces& from, std::size_t count) {
  while (!from.empty() && count >= from.front().size()) {
    count -= from.front().size();
    from = from.subspan(1);
  }
  if (!from.empty()) from.front() += count;
}

void reset_socket(socket_type& socket) {
  boost::system::error_code ignored;
  socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

void close_socket(socket_type& socket) {
  boost::system::error_code ignored;
  socket.close(ignored);
}

std::unique_ptr<byte_stream> make_plain_stream(socket_type socket) { return std::make_unique<plain_stream>(std::move(socket)); }

}  // namespace sallyport::server

#pragma once
/// An upstream that answers every request with the same raw bytes, well formed or not, and then closes. Keeps the last request. One
/// connection at a time.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <charconv>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace sallyport::tests {

class raw_upstream {
 public:
  raw_upstream() : acceptor_(on_, {boost::asio::ip::make_address("127.0.0.1"), 0}), thread_([this] { accept(); }) {}
  ~raw_upstream() {
    stopping_ = true;
    boost::asio::io_context on{1};
    socket_type wake(on);
    boost::system::error_code error;
    wake.connect(acceptor_.local_endpoint(), error);
    wake.close(error);
    thread_.join();
  }
  raw_upstream(const raw_upstream&) = delete;
  raw_upstream& operator=(const raw_upstream&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int requests() const { return requests_; }
  /// What comes next is answered so.
  void answers(std::string reply) {
    const std::lock_guard hold(mutex_);
    reply_ = std::move(reply);
  }
  /// Head and body of the last request, as they came.
  std::pair<std::string, std::string> last_request() const {
    const std::lock_guard hold(mutex_);
    return {head_, body_};
  }

 private:
  using socket_type = boost::asio::ip::tcp::socket;

  void accept() {
    while (!stopping_) {
      socket_type socket(on_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (!error && !stopping_) serve(socket);
    }
  }

  void serve(socket_type& socket) {
    std::string in;
    std::size_t end_of_head = std::string::npos, length = 0;
    while (end_of_head == std::string::npos || in.size() < end_of_head + 4 + length) {
      char piece[65536];
      boost::system::error_code error;
      in.append(piece, socket.read_some(boost::asio::buffer(piece), error));
      if (error) return;
      if (end_of_head != std::string::npos || (end_of_head = in.find("\r\n\r\n")) == std::string::npos) continue;
      const auto at = in.find("Content-Length: ");
      if (at < end_of_head) std::from_chars(in.data() + at + 16, in.data() + end_of_head, length);
    }
    std::string reply;
    {
      const std::lock_guard hold(mutex_);
      head_ = in.substr(0, end_of_head + 2);
      body_ = in.substr(end_of_head + 4);
      reply = reply_;
    }
    ++requests_;
    boost::system::error_code ignored;
    boost::asio::write(socket, boost::asio::buffer(reply), ignored);
    socket.shutdown(socket_type::shutdown_both, ignored);
  }

  boost::asio::io_context on_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> requests_{0};
  mutable std::mutex mutex_;
  std::string reply_, head_, body_;
  std::thread thread_;
};

}  // namespace sallyport::tests

#pragma once
/// An upstream that answers with recorded bytes: which recording is named by the model of the request. One thread a connection.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <charconv>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sallyport::tests {

struct canned_reply {
  int status = 200;
  std::string content_type;
  std::string body;
};

class canned_upstream {
 public:
  explicit canned_upstream(std::map<std::string, canned_reply> replies)
      : replies_(std::move(replies)), acceptor_(on_, {boost::asio::ip::make_address("127.0.0.1"), 0}), thread_([this] { accept(); }) {}

  ~canned_upstream() {
    stopping_ = true;
    boost::asio::io_context on{1};
    boost::asio::ip::tcp::socket wake(on);
    boost::system::error_code error;
    wake.connect(acceptor_.local_endpoint(), error);
    thread_.join();
    {
      const std::lock_guard hold(mutex_);
      for (auto& socket : sockets_) socket->shutdown(boost::asio::ip::tcp::socket::shutdown_both, error);
    }
    for (auto& one : serving_) one.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  using socket_type = boost::asio::ip::tcp::socket;

  void accept() {
    while (!stopping_) {
      auto socket = std::make_shared<socket_type>(on_);
      boost::system::error_code error;
      acceptor_.accept(*socket, error);
      if (error || stopping_) continue;
      const std::lock_guard hold(mutex_);
      sockets_.push_back(socket);
      serving_.emplace_back([this, socket] { serve(*socket); });
    }
  }

  static bool read_more(socket_type& socket, std::string& into) {
    char piece[65536];
    boost::system::error_code error;
    const auto got = socket.read_some(boost::asio::buffer(piece), error);
    into.append(piece, got);
    return !error;
  }

  void serve(socket_type& socket) {
    std::string in;
    for (;;) {
      std::size_t end_of_head = 0;
      while ((end_of_head = in.find("\r\n\r\n")) == std::string::npos)
        if (!read_more(socket, in)) return;
      std::size_t length = 0;
      const auto at = in.find("Content-Length: ");
      if (at < end_of_head) std::from_chars(in.data() + at + 16, in.data() + end_of_head, length);
      while (in.size() < end_of_head + 4 + length)
        if (!read_more(socket, in)) return;
      const std::string body = in.substr(end_of_head + 4, length);
      in.erase(0, end_of_head + 4 + length);
      answer(socket, body);
    }
  }

  void answer(socket_type& socket, const std::string& body) {
    const auto from = body.find("\"model\":\"") + 9;
    const auto reply = replies_.find(body.substr(from, body.find('"', from) - from));
    const canned_reply none{500, "text/plain", "no such recording"};
    const auto& said = reply == replies_.end() ? none : reply->second;
    std::string out = "HTTP/1.1 " + std::to_string(said.status) + " Recorded\r\n";
    if (!said.content_type.empty()) out += "Content-Type: " + said.content_type + "\r\n";
    out += "Content-Length: " + std::to_string(said.body.size()) + "\r\n\r\n" + said.body;
    boost::system::error_code error;
    boost::asio::write(socket, boost::asio::buffer(out), error);
  }

  std::map<std::string, canned_reply> replies_;
  boost::asio::io_context on_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<std::shared_ptr<socket_type>> sockets_;
  std::vector<std::thread> serving_;
  std::thread thread_;
};

}  // namespace sallyport::tests

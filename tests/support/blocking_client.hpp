#pragma once
/// A client for tests that talks to a running gateway from the test's own thread: one request, one connection, read to its end.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::tests {

struct answer_seen {
  int status = 0;
  std::string head;
  std::string body;       ///< de-chunked
  bool whole = false;     ///< the message's framing says that nothing is missing

  /// The value of a header, which our gateway writes in lower case.
  std::string header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

class blocking_client {
 public:
  explicit blocking_client(std::uint16_t port) : socket_(on_) {
    boost::system::error_code error;
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port}, error);
  }

  void send(std::string_view bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), error);
  }

  /// Reads until `text` has been seen or the connection ends; what was read so far.
  std::string read_until(std::string_view text) {
    std::string got;
    char piece[4096];
    boost::system::error_code error;
    while (!error && got.find(text) == std::string::npos) got.append(piece, socket_.read_some(boost::asio::buffer(piece), error));
    return got;
  }

  std::string read_all() {
    std::string got;
    char piece[16384];
    boost::system::error_code error;
    while (!error) got.append(piece, socket_.read_some(boost::asio::buffer(piece), error));
    return got;
  }

  void close() {
    boost::system::error_code error;
    socket_.close(error);
  }

 private:
  boost::asio::io_context on_{1};
  boost::asio::ip::tcp::socket socket_;
};

inline answer_seen answer_in(const std::string& bytes) {
  answer_seen seen;
  const auto end_of_head = bytes.find("\r\n\r\n");
  if (end_of_head == std::string::npos) return seen;
  seen.head = bytes.substr(0, end_of_head + 2);
  std::from_chars(bytes.data() + 9, bytes.data() + 12, seen.status);
  std::string_view rest = std::string_view(bytes).substr(end_of_head + 4);
  if (seen.header("transfer-encoding").empty()) {
    seen.body = rest;
    seen.whole = seen.header("content-length") == std::to_string(rest.size());
    return seen;
  }
  for (;;) {
    std::size_t size = 0;
    const auto [after, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size, 16);
    const auto from = static_cast<std::size_t>(after - rest.data()) + 2;
    if (error != std::errc{} || from + size + 2 > rest.size()) return seen;
    seen.body.append(rest.substr(from, size));
    rest.remove_prefix(from + size + 2);
    if (size == 0) {
      seen.whole = true;
      return seen;
    }
  }
}

inline std::string post(const std::string& path, const std::string& key, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer " + key +
         "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline answer_seen ask(std::uint16_t port, const std::string& request) {
  blocking_client client(port);
  client.send(request);
  return answer_in(client.read_all());
}

inline answer_seen chat(std::uint16_t port, const std::string& key, const std::string& model, bool stream = false) {
  return ask(port, post("/v1/chat/completions", key,
                        R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hello"}],"stream":)" + (stream ? "true}" : "false}")));
}

}  // namespace sallyport::tests

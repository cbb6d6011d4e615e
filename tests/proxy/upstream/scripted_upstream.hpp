#pragma once
/// A provider that does exactly what its test says: raw bytes over TCP or TLS, on the test's own io_context, port 0. Scripts are
/// coroutines kept in the upstream; the upstream must outlive the run. In HTTP/2 (scripted_http2.hpp) each stream is a connection to its script.

#include "proxy/words/task.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::tests {

struct request_seen {
  std::string head;  ///< with its empty line
  std::string body;
  /// Whatever the case of its letters: HTTP/2 has small ones only.
  bool has_line(const std::string& line) const;
};

/// What a script speaks through.
class scripted_connection {
 public:
  virtual ~scripted_connection() = default;
  /// A whole request, framed by its Content-Length; nothing when the peer closed before.
  virtual task<std::optional<request_seen>> read_request() = 0;
  /// False: the peer is gone.
  virtual task<bool> write(std::string bytes) = 0;
  /// Reads until the peer is gone; true if it went within two seconds.
  virtual task<bool> sees_close() = 0;
  virtual void close() = 0;
  /// RST instead of FIN.
  virtual void reset() = 0;

  std::size_t written = 0;
};

class scripted_bytes final : public scripted_connection {
 public:
  scripted_bytes(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

  /// False: the handshake failed.
  task<bool> begin();
  task<std::optional<request_seen>> read_request() override;
  task<bool> write(std::string bytes) override;
  task<bool> sees_close() override;
  void close() override;
  void reset() override;

 private:
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  std::string unread_;
};

class scripted_upstream {
 public:
  using script = std::function<task<void>(std::shared_ptr<scripted_connection>)>;

  scripted_upstream(boost::asio::io_context& on, script of_each_connection, boost::asio::ssl::context* tls = nullptr);
  /// In HTTP/2 through TLS: the script is that of each stream.
  struct http2 {
    boost::asio::ssl::context& tls;
    std::uint32_t streams_max = 1'000;
  };
  scripted_upstream(boost::asio::io_context& on, script of_each_stream, http2 how);

  int port() const { return acceptor_.local_endpoint().port(); }
  int connections() const { return connections_; }
  void stop() { acceptor_.close(); }

 private:
  static task<void> accept(scripted_upstream& self);
  static task<void> play(scripted_upstream& self, std::shared_ptr<scripted_bytes> with);

  boost::asio::io_context& on_;
  script script_;
  boost::asio::ssl::context* tls_;
  std::uint32_t streams_max_ = 0;   ///< 0: not in HTTP/2
  boost::asio::ip::tcp::acceptor acceptor_;
  int connections_ = 0;
};

/// A script that reads one request and answers with these bytes, then closes.
scripted_upstream::script answers(std::string bytes);
/// A script that keeps the connection: any number of requests, each echoed.
task<void> echo(std::shared_ptr<scripted_connection> with);

/// 200 with a JSON body and a Content-Length; the connection stays open.
std::string whole_reply(const std::string& body);
std::string chunk(const std::string& bytes);
inline const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
inline const std::string last_chunk = "0\r\n\r\n";

}  // namespace sallyport::tests

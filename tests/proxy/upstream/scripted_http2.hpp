#pragma once
/// The provider's end of an HTTP/2 connection, by nghttp2's server side. Each stream is told to a script as a connection of its own: its request
/// reads as one of HTTP/1.1, and a reply that is written in HTTP/1.1 goes out as frames.

#include "tests/proxy/upstream/scripted_upstream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <map>

struct nghttp2_session;

namespace sallyport::tests {

/// A server of this context takes HTTP/2 where it is offered.
void choose_http2(boost::asio::ssl::context& of);

class scripted_http2;

class scripted_stream final : public scripted_connection, public std::enable_shared_from_this<scripted_stream> {
 public:
  scripted_stream(std::shared_ptr<scripted_http2> on, std::int32_t id) : on_(std::move(on)), id_(id) {}

  /// The stream's one request; asked again, nothing when the stream is over.
  task<std::optional<request_seen>> read_request() override;
  task<bool> write(std::string bytes) override;
  task<bool> sees_close() override;
  /// Resets it where its reply is not whole.
  void close() override;
  void reset() override { reset(0x8); }
  void reset(std::uint32_t code);

  scripted_http2& on() { return *on_; }
  std::int32_t id() const { return id_; }
  /// The code with which the other end reset the stream, if it has.
  std::optional<std::uint32_t> code;

 private:
  friend class scripted_http2;
  friend struct scripted_callbacks;
  void take_reply();
  void take_head(const std::string& head);

  std::shared_ptr<scripted_http2> on_;
  std::int32_t id_;
  request_seen seen_;
  bool arrived_ = false;
  bool read_ = false;
  bool over_ = false;
  std::string reply_;           ///< in HTTP/1.1, not looked at yet
  std::string body_;            ///< not sent yet
  bool head_sent_ = false;
  bool chunked_ = false;
  std::size_t left_ = 0;        ///< of a body of known length
  bool whole_ = false;
};

/// Streams of one that is the other end of `stream`.
inline scripted_stream& as_stream(const std::shared_ptr<scripted_connection>& stream) { return dynamic_cast<scripted_stream&>(*stream); }

class scripted_http2 : public std::enable_shared_from_this<scripted_http2> {
 public:
  using script = std::function<task<void>(std::shared_ptr<scripted_connection>)>;
  scripted_http2(boost::asio::io_context& on, boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls, script of_each_stream,
                 std::uint32_t streams_max);
  scripted_http2(const scripted_http2&) = delete;
  scripted_http2& operator=(const scripted_http2&) = delete;
  ~scripted_http2();

  /// Serves until the other end is gone.
  static task<void> play(std::shared_ptr<scripted_http2> self);

  /// What comes with a higher number was not looked at.
  void go_away(std::int32_t last_id);
  /// Ends the TCP connection.
  void cut();
  /// Neither reads nor answers any more.
  void fall_silent() { silent_ = true; }
  /// Goes out as it is.
  void write_raw(std::string bytes);
  void flush();

  std::size_t pings = 0;
  std::size_t open = 0;       ///< streams
  std::size_t open_most = 0;

 private:
  friend class scripted_stream;
  friend struct scripted_callbacks;
  static task<void> write_out(std::shared_ptr<scripted_http2> self);

  boost::asio::io_context& on_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket&> tls_;
  script script_;
  std::uint32_t streams_max_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::shared_ptr<scripted_stream>> streams_;
  std::string out_;
  boost::asio::steady_timer changed_;   ///< cancelled whenever something has happened
  bool writing_ = false;
  bool silent_ = false;
};

}  // namespace sallyport::tests

#pragma once
/// The reply_sink of one request: puts a reply on the connection, whole or as a stream. Made by the session, lives while it serves the
/// request.

#include "proxy/server/connection.hpp"
#include "proxy/server/reply_head.hpp"
#include "proxy/words/reply_sink.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sallyport::server {

/// What the request's head decides about its reply.
struct reply_manner {
  bool head_only = false;      ///< HEAD
  bool http_1_0 = false;       ///< a stream ends with the connection
  bool keep_alive = true;      ///< the client allows it and the session goes on
};

class client_sink final : public reply_sink {
 public:
  /// All three must outlive the sink.
  client_sink(connection& wire, date_text& date, clock& time, reply_manner manner)
      : wire_(wire), date_(date), time_(time), manner_(manner) {}

  task<bool> send_whole(reply_start start, std::string_view body) override;
  /// Keeps the head until the first write, so that both leave in one segment.
  task<bool> open(reply_start start) override;
  bool write_now(std::string_view bytes) override;
  task<bool> write(std::string_view bytes) override;
  task<bool> close(std::string_view last_bytes) override;
  void break_off() override;
  bool is_open() const override { return at_ != stage::fresh; }
  bool client_is_gone() const override { return wire_.is_gone(); }
  void when_client_leaves(std::function<void()> gone) override;

  bool is_ended() const { return at_ == stage::ended; }
  /// The reply was ended properly and its head promised another request on this connection.
  bool may_keep_alive() const { return at_ == stage::ended && manner_.keep_alive && !wire_.is_gone(); }

 private:
  enum class stage : std::uint8_t { fresh, open, ended };

  void write_head(const reply_start& start, reply_framing framing, std::size_t length);
  /// The kept head, if there is one, and `bytes` as a chunk; `last` ends the message.
  struct chunk {
    chunk(const client_sink& of, std::string_view bytes, bool last);
    std::array<char, 20> size{};   ///< 16 hex digits, CR LF
    std::array<boost::asio::const_buffer, 4> parts;
  };
  task<bool> send(std::string_view bytes, bool last);

  connection& wire_;
  date_text& date_;
  clock& time_;
  reply_manner manner_;
  stage at_ = stage::fresh;
  reply_framing framing_ = reply_framing::length;
  std::string head_;
  std::size_t begun_ = 0;   ///< bytes of the next chunk that write_now() has written
};

}  // namespace sallyport::server

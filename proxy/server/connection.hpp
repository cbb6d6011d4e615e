#pragma once
/// One client connection: arriving bytes, blocking writes with their deadline, and the news that the client has left.
///
/// There is at most one read under way, and it is kept from one request to the next: while a request is served it serves as the watch for
/// the client's leaving (and collects what is pipelined, up to a bound), afterwards it is the read of the next request. So the watch costs
/// no system call of its own. A client that half-closes is taken as gone: a close and a half-close look alike until we write.
///
/// Owned by its session, and by the read under way. One thread. Deadlines are checked by check_deadlines(), called by the listener's tick.

#include "config/settings.hpp"
#include "proxy/server/byte_stream.hpp"
#include "proxy/server/input_buffer.hpp"
#include "proxy/words/suspension.hpp"
#include "proxy/words/clock.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::server {

/// How a wait for bytes ended.
enum class arrival : std::uint8_t {
  bytes,
  ended,   ///< the client sends no more, or the connection broke
  late,    ///< the deadline passed, or interrupt() was called
};

class connection final : public byte_stream::reader, public std::enable_shared_from_this<connection> {
 public:
  /// What a client may send ahead while its request is served; beyond it nothing is read, and its leaving is seen by writing only.
  static constexpr std::size_t sent_ahead_max = 64 * 1024;
  /// Capacity that a body has behind its end: simdjson reads up to 64 bytes there.
  static constexpr std::size_t spare_bytes = 64;

  connection(std::unique_ptr<byte_stream> stream, const config::listen_settings& terms, clock& time);

  task<bool> handshake();

  std::string_view buffered() const { return input_.view(); }
  void consume(std::size_t count) { input_.consume(count); }
  /// Waits until bytes were added to buffered().
  task<arrival> more();
  /// Waits for bytes and appends them to `into`, past `filled` bytes, at most `wanted`; without a copy where it can. `into` grows with what
  /// has arrived, never to what was declared; it is longer than `filled` meanwhile, and has spare_bytes of capacity behind.
  task<arrival> more_into(std::string& into, std::size_t& filled, std::size_t wanted);

  /// Deadline of more() and handshake(); passing it ends them with `late`. Setting it forgets an earlier interrupt.
  void wait_until(instant deadline);
  /// Ends the wait for bytes under way, or the next one.
  void interrupt();

  /// From now on reads ahead and looks out for the client's leaving; until stop_watching().
  void start_watching();
  void stop_watching();
  void when_client_leaves(std::function<void()> gone) { when_gone_ = std::move(gone); }
  bool is_gone() const { return gone_; }

  /// Writes all. False: the client is gone (also when it took nothing for write_timeout).
  task<bool> write(pieces what);
  /// As write, but without waiting: true when all was taken; otherwise `what` is what is left, for write().
  bool write_now(pieces& what);

  /// Ends the connection so that the client can still read what was written: no more writing, then reads and throws away, within bounds.
  task<void> finish();
  /// Ends the connection at once with a reset.
  void reset();
  /// Ends the connection at once where no reply is on its way.
  void close();
  /// Waits until no operation is under way; the connection was ended before.
  task<void> settled();

  void check_deadlines(instant now);

  void on_read(boost::system::error_code error, std::size_t count) override;
  void on_read_lost() override { waiting_.drop(); }

 private:
  static constexpr instant never = instant::max();

  bool start_reading();
  task<arrival> await_read();
  void leave();
  void give_memory_back();

  std::unique_ptr<byte_stream> stream_;
  const config::listen_settings& terms_;
  clock& time_;
  input_buffer input_;
  suspension waiting_;
  std::function<void()> when_gone_;
  std::size_t direct_bytes_ = 0;   ///< what a direct read brought
  instant read_deadline_ = never;
  instant write_deadline_ = never;
  arrival last_ = arrival::bytes;
  bool reading_ = false;
  bool direct_ = false;            ///< the read under way fills someone's string
  bool interrupted_ = false;
  bool ended_ = false;
  bool watching_ = false;
  bool watched_a_tick_ = false;
  bool slims_ = false;             ///< the read under way is ended only to be begun anew with less memory
  bool gone_ = false;
};

}  // namespace sallyport::server

#pragma once
/// One send of the native transport, from the request's first byte to the reply's last: what its connection is told is kept here, and the
/// transfer's next() takes it out. Nothing is read that nobody asked for, so a reader who waits holds the provider back.
/// Shared by the transfer, whoever waits in its next(), and what is under way; one thread.

#include "proxy/upstream/kept_connections.hpp"
#include "proxy/upstream/provider_connect.hpp"
#include "proxy/upstream/reply_head.hpp"
#include "proxy/upstream/transport.hpp"
#include "proxy/words/chunk_decoder.hpp"
#include "proxy/words/suspension.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::upstream {

class native_send final : public std::enable_shared_from_this<native_send>, private deadline_wheel::entry, private wire_user {
 public:
  /// `kept` are the connections of the target's class.
  native_send(boost::asio::io_context& on, const cleared& target, outgoing what, std::shared_ptr<deadlines> alarms,
              std::shared_ptr<kept_connections> kept);
  native_send(const native_send&) = delete;
  native_send& operator=(const native_send&) = delete;
  ~native_send();

  void start(const connect_tools& with);

  /// Gives back what data() showed; then what is there to be told, if anything.
  std::optional<signal> take_signal();
  /// Sleeps until something may be there to tell, or `deadline`. May come back early. One sleeper at a time.
  task<void> sleep(instant deadline);
  void cancel();
  /// What is still to come is the reply's end alone.
  void let_end() { lingers_ = true; }
  /// The transfer's owner is gone: whoever still waits comes back as cancelled, and the connection is kept or closed.
  void abandon();

  const incoming_head& head() const { return head_.head(); }
  std::string_view data() const { return shown_; }
  const failure& why() const { return why_ ? *why_ : no_failure_; }
  bool body_sent() const { return body_sent_; }
  const std::string& peer() const { return peer_; }

 private:
  void connected(std::shared_ptr<provider_wire> made, std::optional<failure> why);
  void serve_on(std::shared_ptr<provider_wire> wire);
  void write();
  void note_written(std::size_t count);
  provider_wire::pieces unwritten() const;
  void on_read(boost::system::error_code error, std::string_view bytes) override;
  void on_written(boost::system::error_code error, std::size_t count) override;
  void on_deadline() override;
  void on_time_lost() override;

  void read_some();
  void parse();
  void parse_head();
  void parse_body();
  void parse_chunks();
  void end_of_input();
  void finish();
  void refuse(failure why);
  bool begin_to_linger();
  void linger();
  void let_go();
  void wake();
  void wake_later();

  boost::asio::io_context& on_;
  std::shared_ptr<const config::deployment> to_;
  outgoing what_;
  std::shared_ptr<deadlines> alarms_;
  std::shared_ptr<kept_connections> kept_;
  std::shared_ptr<provider_connect> connecting_;
  std::shared_ptr<provider_wire> wire_;

  std::string head_text_;          ///< of the request
  std::size_t written_ = 0;        ///< of head and body together
  reply_head head_;
  std::string line_;               ///< the beginning of a line of the reply's head, where its end has not come
  chunk_decoder chunks_{UINT64_MAX};
  std::uint64_t left_ = 0;         ///< of a body whose length is known
  std::string_view arrived_;       ///< off the wire, not looked at yet; lies in the connection's buffer
  std::string content_;            ///< what chunks held
  std::string_view shown_;         ///< what data() shows
  std::optional<boost::system::error_code> ended_;   ///< how the connection ended
  std::optional<failure> why_;
  failure no_failure_;
  std::string peer_;
  suspension sleeper_;
  std::shared_ptr<native_send> lingering_;   ///< itself, while it waits for the end of the reply with no transfer any more
  std::size_t lingered_bytes_ = 0;
  bool reused_ = false;            ///< the connection was kept from another send
  bool body_sent_ = false;
  bool head_given_ = false;
  bool whole_ = false;             ///< the reply is, up to its last byte
  bool over_ = false;
  bool cancelled_ = false;
  bool abandoned_ = false;
  bool lingers_ = false;           ///< once abandoned, for the end of the reply
};

}  // namespace sallyport::upstream

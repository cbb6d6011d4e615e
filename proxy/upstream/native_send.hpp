#pragma once
/// One send of the native transport: gets a connection, has the round trip done on it, and tells the transfer's next() what comes of it, with
/// deadlines, cancelling and ending. Shared by the transfer, whoever waits in its next(), and what is under way; one thread.

#include "proxy/upstream/http1_round_trip.hpp"
#include "proxy/upstream/http2_connections.hpp"
#include "proxy/upstream/http2_round_trip.hpp"
#include "proxy/upstream/kept_connections.hpp"
#include "proxy/upstream/no_round_trip.hpp"
#include "proxy/upstream/provider_connect.hpp"
#include "proxy/upstream/transport.hpp"
#include "proxy/words/suspension.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sallyport::upstream {

class native_send final : public std::enable_shared_from_this<native_send>, private deadline_wheel::entry, private round_trip_owner {
 public:
  /// `kept` and `shared` are the connections of the target's class, in HTTP/1.1 and in HTTP/2.
  native_send(boost::asio::io_context& on, const cleared& target, outgoing what, std::shared_ptr<deadlines> alarms,
              std::shared_ptr<kept_connections> kept, std::shared_ptr<http2_connections> shared);
  native_send(const native_send&) = delete;
  native_send& operator=(const native_send&) = delete;

  void start(const connect_tools& with);

  /// Gives back what data() showed; then what is there to be told, if anything.
  std::optional<signal> take_signal();
  /// Sleeps until something may be there to tell, or `deadline`. May come back early. One sleeper at a time.
  task<void> sleep(instant deadline);
  void cancel();
  /// What is still to come is the reply's end alone.
  void let_end() { lingers_ = true; }
  /// The transfer's owner is gone: whoever still waits comes back as cancelled, and the round trip ends.
  void abandon();

  const incoming_head& head() const { return spoken().head(); }
  std::string_view data() const { return spoken().data(); }
  const failure& why() const;
  bool body_sent() const { return spoken().body_sent(); }
  const std::string& peer() const { return peer_; }

 private:
  round_trip& spoken();
  const round_trip& spoken() const;

  void connect(const connect_tools& with);
  void find_way(const connect_tools& with);
  void take(found_way found);
  void share(std::shared_ptr<http2_connection> on);
  void serve_on(std::shared_ptr<provider_wire> wire, bool reused);
  void refuse(failure why);
  void let_go();
  void wake();
  void wake_later();
  void woken() override;
  void lingered() override;
  void keep(std::shared_ptr<provider_wire> one) override;
  void on_deadline() override;
  void on_time_lost() override;

  boost::asio::io_context& on_;
  std::shared_ptr<const config::deployment> to_;
  outgoing what_;           ///< until there is a connection
  std::shared_ptr<deadlines> alarms_;
  std::shared_ptr<kept_connections> kept_;
  std::shared_ptr<http2_connections> shared_;
  std::shared_ptr<provider_connect> connecting_;   ///< without TLS, so to HTTP/1.1
  std::shared_ptr<way_request> asking_;            ///< with TLS, when the provider chooses
  std::string head_text_;   ///< of the request, until there is a connection
  std::string peer_;
  suspension sleeper_;
  std::shared_ptr<native_send> lingering_;   ///< itself, while it waits for the end of the reply with no transfer any more
  bool cancelled_ = false;
  bool abandoned_ = false;
  bool lingers_ = false;    ///< once abandoned, for the end of the reply
  std::variant<no_round_trip, http1_round_trip, http2_round_trip> spoken_;
};

}  // namespace sallyport::upstream

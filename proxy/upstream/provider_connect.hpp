#pragma once
/// One attempt to get a connection to a provider: its name's addresses, those of them where the provider may be, each connected to until one
/// answers, and TLS. A second address is tried beside one that has not answered within a quarter of a second (RFC 8305).
/// Owned jointly by whoever waits for it and by what is under way; one thread.

#include "adapters/words/failure.hpp"
#include "config/settings.hpp"
#include "proxy/upstream/client_trust.hpp"
#include "proxy/upstream/deadlines.hpp"
#include "proxy/upstream/provider_names.hpp"
#include "proxy/upstream/provider_wire.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::upstream {

/// What all connections of a worker are made with. The names are their maker's: they hold whoever waits for an address, and must not be held by
/// it in turn.
struct connect_tools {
  boost::asio::io_context& on;
  const clock& time;
  std::shared_ptr<deadlines> alarms;
  std::weak_ptr<provider_names> names;
  std::shared_ptr<client_trust> trust;
  std::shared_ptr<read_buffers> buffers;
};

class provider_connect final : public std::enable_shared_from_this<provider_connect>, private deadline_wheel::entry {
 public:
  /// A connection, or why there is none.
  using taker = std::function<void(std::shared_ptr<provider_wire>, maybe_failure)>;

  provider_connect(connect_tools with, std::shared_ptr<const config::deployment> to, instant until, taker whom);

  /// `whom` may be told from within.
  void start();
  /// Tells nobody any more.
  void stop();

 private:
  struct knock;

  void take(const found_addresses& found);
  void knock_at_next();
  void stop_knocking();
  void answered(knock& at, boost::system::error_code error);
  void lost(knock& at, boost::system::error_code error);
  void secure(knock& at);
  void shaken(const std::shared_ptr<provider_wire>& wire, boost::system::error_code error);
  void give(std::shared_ptr<provider_wire> made, maybe_failure why);
  failure not_reached() const;
  void set_alarm();
  void on_deadline() override;
  void on_time_lost() override {}

  connect_tools with_;
  std::shared_ptr<const config::deployment> to_;
  instant until_;
  instant next_knock_ = instant::max();
  taker whom_;
  std::vector<address_bytes> left_;   ///< addresses not tried yet, the next one last
  std::vector<std::shared_ptr<knock>> knocking_;
  std::shared_ptr<provider_wire> shaking_;
  boost::system::error_code refused_;   ///< how the last address refused
  bool no_descriptor_ = false;
};

}  // namespace sallyport::upstream

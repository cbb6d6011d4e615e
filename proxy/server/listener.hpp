#pragma once
/// The listening sockets of one worker, and the sessions that it has accepted. It is one socket, or several that a predecessor lent which
/// had more workers: each of them has a queue of its own in the kernel, so somebody has to accept from each.
///
/// Belongs to the worker; every function but port() is called on the io_context's thread. Before it is destroyed it should be idle(), or
/// its io_context must not run any more.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/server/address_counts.hpp"
#include "proxy/server/tls_context.hpp"
#include "proxy/stages/service.hpp"
#include "proxy/succession/note_socket.hpp"
#include "proxy/words/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sallyport::server {

/// Client connections over all workers. One object a process; outlives the listeners.
struct connection_count {
  std::atomic<std::size_t> open{0};
  std::size_t max;
  address_counts by_address{};
};

/// How a listener ends.
struct drain_manner {
  /// A connection that waits for a request is not closed under its client's hands: its next request is answered, with `Connection: close`,
  /// or its idle time ends it. For a hand-over, at which no client is to notice anything.
  bool serves_waiting = false;
  /// Others accept from the same sockets: what waits in their queues is left to them.
  bool leaves_queue = false;
};

class listener {
 public:
  /// Binds and listens (SO_REUSEPORT, so that each worker has its own socket on the port; port 0 lets the system choose). Nothing is
  /// accepted before start(). `tls` null: plain. All references must outlive the listener. The failure's detail names address and reason.
  static result<std::unique_ptr<listener>> open(boost::asio::io_context& context, const config::listen_settings& settings,
                                                connection_count& count, stages::service& service, clock& time,
                                                std::shared_ptr<tls_context> tls);
  /// The same on sockets that listen already, at least one; they are the listener's from here on, also when it fails.
  static result<std::unique_ptr<listener>> adopt(boost::asio::io_context& context, const config::listen_settings& settings,
                                                 connection_count& count, stages::service& service, clock& time,
                                                 std::shared_ptr<tls_context> tls, std::vector<succession::owned_descriptor> sockets);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// The bound port; from any thread.
  std::uint16_t port() const;
  void start();
  /// The sockets, to be lent; they stay this listener's. Empty once it drains.
  std::vector<int> sockets();
  /// Stops accepting. Connections that wait for a request close; the others close after the reply under way. A second call may be less
  /// patient than the first.
  void drain(drain_manner how = {});
  /// Requests being served now.
  std::size_t open_requests() const;
  /// Nothing is accepted any more and every session has ended.
  bool idle() const;
  /// Ends all sessions now; streams under way are broken off, so that no client takes them for whole. idle() follows soon.
  void close_all();

 private:
  class impl;
  explicit listener(std::shared_ptr<impl> made);
  std::shared_ptr<impl> impl_;
};

}  // namespace sallyport::server

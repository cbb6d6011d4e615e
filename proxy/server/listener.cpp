#include "proxy/server/listener.hpp"

#include "proxy/server/byte_stream.hpp"
#include "proxy/server/session.hpp"
#include "proxy/stages/reply_failure.hpp"
#include "proxy/words/request_id.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::server {
namespace {

using namespace std::chrono_literals;
using tcp = boost::asio::ip::tcp;
using acceptor_type = boost::asio::basic_socket_acceptor<tcp, executor>;
using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using boost::system::error_code;

/// Pause after the system had no descriptor or memory for us: re-arming at once would spin, giving up would be an outage.
constexpr auto starved_pause = 100ms;

/// One tick checks the deadlines of all sessions: cheaper by far than a timer an operation, and exact enough.
constexpr auto tick_min = 10ms;
constexpr auto tick_max = 500ms;

failure cannot_listen(const config::socket_address& address, const std::string& why) {
  return fail(failure_kind::internal, "cannot listen on " + address.host + ":" + std::to_string(address.port) + ": " + why);
}

/// Numeric addresses, and names by the system's resolver: this is start-up, where waiting for it is right.
result<tcp::endpoint> endpoint_of(boost::asio::io_context& context, const config::socket_address& address) {
  error_code refused;
  const auto numeric = boost::asio::ip::make_address(address.host, refused);
  if (!refused) return tcp::endpoint(numeric, address.port);
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, refused);
  if (refused || found.empty()) return cannot_listen(address, refused ? refused.message() : "name has no address");
  return found.begin()->endpoint();
}

error_code listen_on(acceptor_type& acceptor, const tcp::endpoint& endpoint) {
  error_code refused;
  if (acceptor.open(endpoint.protocol(), refused); refused) return refused;
  acceptor.set_option(boost::asio::socket_base::reuse_address(true), refused);
  if (acceptor.set_option(reuse_port(true), refused); refused) return refused;
  if (acceptor.bind(endpoint, refused); refused) return refused;
  if (acceptor.listen(boost::asio::socket_base::max_listen_connections, refused); refused) return refused;
  acceptor.non_blocking(true, refused);
  return refused;
}

result<acceptor_type> adopted(boost::asio::io_context& context, succession::owned_descriptor lent) {
  const int descriptor = lent.get();
  sockaddr_storage at{};
  socklen_t length = sizeof at;
  int listens = 0;
  socklen_t size = sizeof listens;
  const bool fits = ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&at), &length) == 0 &&
                    ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
  acceptor_type acceptor(context.get_executor());
  error_code refused = boost::asio::error::invalid_argument;
  if (fits) acceptor.assign(at.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), descriptor, refused);
  if (refused) return fail(failure_kind::internal, "a socket that was lent does not listen: " + refused.message());
  lent.release();
  acceptor.non_blocking(true, refused);
  return acceptor;
}

/// Others may have the same socket: closing alone would leave it in our epoll set, which would then wake us for what they accept.
void let_go_of(acceptor_type& acceptor) {
  error_code ignored;
  if (!acceptor.is_open()) return;
  const int descriptor = acceptor.release(ignored);
  if (!ignored) ::close(descriptor);
}

std::string text_of(const boost::asio::ip::address& peer) {
  if (peer.is_v6() && peer.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, peer.to_v6()).to_string();
  return peer.to_string();
}

address_counts::address bytes_of(const boost::asio::ip::address& peer) {
  if (peer.is_v4()) return boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, peer.to_v4()).to_bytes();
  return peer.to_v6().to_bytes();
}

duration tick_of(const config::listen_settings& settings) {
  const auto shortest = std::min({settings.header_timeout, settings.body_timeout, settings.idle_timeout, settings.write_timeout});
  return std::clamp<duration>(shortest / 8, tick_min, tick_max);
}

/// Kept open to be given up when there are no descriptors left: then one connection can still be taken and told.
class reserve_descriptor {
 public:
  reserve_descriptor() { take(); }
  ~reserve_descriptor() { give(); }
  reserve_descriptor(const reserve_descriptor&) = delete;
  reserve_descriptor& operator=(const reserve_descriptor&) = delete;
  void take() {
    if (descriptor_ < 0) descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  void give() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

}  // namespace

class listener::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(boost::asio::io_context& context, std::vector<acceptor_type> acceptors, const config::listen_settings& settings,
       connection_count& count, stages::service& service, clock& time, std::shared_ptr<tls_context> tls)
      : on_(context.get_executor()),
        acceptors_(std::move(acceptors)),
        tls_(std::move(tls)),
        count_(count),
        time_(time),
        terms_(std::make_shared<session_terms>(session_terms{settings, service, time, {}})),
        pause_(time.make_wait()),
        tick_wait_(time.make_wait()) {
    error_code ignored;
    port_ = acceptors_.front().local_endpoint(ignored).port();
  }

  std::uint16_t port() const { return port_; }
  bool idle() const { return accepting_ == 0 && sessions_.empty(); }
  std::size_t open_requests() const {
    return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [](const auto& one) { return one->is_serving(); }));
  }

  void start() {
    for (auto& one : acceptors_) {
      ++accepting_;
      boost::asio::co_spawn(on_, accept_loop(shared_from_this(), one),
                            [self = shared_from_this()](std::exception_ptr) { --self->accepting_; });
    }
    boost::asio::co_spawn(on_, tick_loop(shared_from_this()), [](std::exception_ptr) {});
  }

  std::vector<int> sockets() {
    std::vector<int> open;
    for (auto& one : acceptors_)
      if (one.is_open()) open.push_back(one.native_handle());
    return open;
  }

  void drain(drain_manner how) {
    const bool first = !std::exchange(draining_, true);
    if (!first && !(manner_.serves_waiting && !how.serves_waiting)) return;
    manner_ = how;
    for (const auto& one : sessions_) one->drain(how.serves_waiting);
    if (!first) return;
    for (auto& one : acceptors_) {
      if (!how.leaves_queue) take_queue(one);
      let_go_of(one);
    }
    pause_->cancel();
    if (sessions_.empty()) tick_wait_->cancel();
  }

  void close_all() {
    drain({});
    // A reset may end a session before this loop does: walk over a copy.
    const auto now_open = sessions_;
    for (const auto& one : now_open) one->reset();
  }

 private:
  task<void> accept_loop(std::shared_ptr<impl> /*keeps us*/, acceptor_type& from) {
    while (!draining_) {
      socket_type socket(on_);
      tcp::endpoint peer;
      auto [refused] = co_await from.async_accept(socket, peer, as_values);
      if (!refused) admit(std::move(socket), peer);
      else if (refused != boost::asio::error::connection_aborted && !draining_) co_await sit_out(from);
    }
  }

  task<void> tick_loop(std::shared_ptr<impl> /*keeps us*/) {
    const auto tick = tick_of(terms_->settings);
    while (!(draining_ && sessions_.empty())) {
      const bool came = co_await tick_wait_->until(time_.now() + tick);
      if (!came) break;
      const auto now = time_.now();
      const std::vector<std::shared_ptr<session>> now_open(sessions_.begin(), sessions_.end());  // one may end while we walk
      for (const auto& one : now_open) one->check_deadlines(now);
    }
  }

  /// No descriptor or memory was left (or what else accept may find): turns one waiting client away with the reserve, then pauses.
  task<void> sit_out(acceptor_type& from) {
    reserve_.give();
    error_code refused;
    socket_type socket(on_);
    tcp::endpoint peer;
    from.accept(socket, peer, refused);
    if (!refused) turn_away(socket, peer, fail(failure_kind::overloaded, "no descriptor is left"));
    close_socket(socket);
    reserve_.take();
    if (!draining_) co_await pause_->until(time_.now() + starved_pause);
  }

  /// What the kernel has already accepted for us would be reset by closing the acceptor.
  void take_queue(acceptor_type& from) {
    constexpr int queue_max = 4096;
    for (int taken = 0; taken < queue_max; ++taken) {
      error_code refused;
      socket_type socket(on_);
      tcp::endpoint peer;
      from.accept(socket, peer, refused);
      if (refused) return;
      admit(std::move(socket), peer);
    }
  }

  void admit(socket_type socket, const tcp::endpoint& peer) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    if (count_.open.fetch_add(1, std::memory_order_relaxed) >= count_.max) {
      count_.open.fetch_sub(1, std::memory_order_relaxed);
      return turn_away(socket, peer, fail(failure_kind::overloaded, "max_connections"));
    }
    const auto from = bytes_of(peer.address());
    if (!count_.by_address.take(from)) {
      count_.open.fetch_sub(1, std::memory_order_relaxed);
      return turn_away(socket, peer, fail(failure_kind::too_many_connections, "max_connections_per_address"));
    }
    auto stream = tls_ ? make_tls_stream(std::move(socket), tls_) : make_plain_stream(std::move(socket));
    auto opened = std::make_shared<session>(std::move(stream), terms_, text_of(peer.address()));
    if (draining_) opened->drain(manner_.serves_waiting);
    const auto place = sessions_.insert(sessions_.end(), opened);
    boost::asio::co_spawn(on_, opened->run(opened),
                          [self = shared_from_this(), place, from](std::exception_ptr thrown) { self->ended(place, from, thrown != nullptr); });
  }

  void ended(std::list<std::shared_ptr<session>>::iterator place, const address_counts::address& from, bool threw) {
    if (threw) (*place)->reset();  // out of memory: the socket must not stay open with nobody behind it
    sessions_.erase(place);
    count_.by_address.give(from);
    count_.open.fetch_sub(1, std::memory_order_relaxed);
    if (draining_ && sessions_.empty()) tick_wait_->cancel();
  }

  /// A short answer, without waiting: this path must cost nearly nothing. Over TLS it would take a handshake: such a connection is closed.
  void turn_away(socket_type& socket, const tcp::endpoint& peer, const failure& why) {
    stages::request_head head;
    head.request_id = make_request_id(time_.wall());
    head.client = text_of(peer.address());
    terms_->service.refused(head, why);
    if (tls_) return;
    auto reply = stages::reply_failure(why, dialect_id::openai_chat, head.request_id);
    std::string text;
    reply_terms terms;
    terms.length = reply.body.size();
    terms.keep_alive = false;
    terms.date = terms_->date.at(time_.wall());
    write_reply_head(text, reply.start, terms);
    text += reply.body;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(boost::asio::buffer(text), ignored);
    socket.shutdown(boost::asio::socket_base::shutdown_send, ignored);
    // Bytes that nobody has read would turn the close into a reset, and the client would not see the answer.
    std::array<char, 4096> arrived;
    socket.read_some(boost::asio::buffer(arrived), ignored);
  }

  executor on_;
  std::vector<acceptor_type> acceptors_;
  std::shared_ptr<tls_context> tls_;
  connection_count& count_;
  clock& time_;
  std::shared_ptr<session_terms> terms_;
  std::unique_ptr<wait_handle> pause_;
  std::unique_ptr<wait_handle> tick_wait_;
  std::list<std::shared_ptr<session>> sessions_;
  reserve_descriptor reserve_;
  std::uint16_t port_ = 0;
  std::size_t accepting_ = 0;   ///< loops that accept
  bool draining_ = false;
  drain_manner manner_;
};

listener::listener(std::shared_ptr<impl> made) : impl_(std::move(made)) {}
listener::~listener() { impl_->close_all(); }

result<std::unique_ptr<listener>> listener::open(boost::asio::io_context& context, const config::listen_settings& settings,
                                                 connection_count& count, stages::service& service, clock& time,
                                                 std::shared_ptr<tls_context> tls) {
  const auto endpoint = endpoint_of(context, settings.address);
  if (!endpoint) return endpoint.error();
  acceptor_type acceptor(context.get_executor());
  if (const auto refused = listen_on(acceptor, *endpoint)) return cannot_listen(settings.address, refused.message());
  std::vector<acceptor_type> acceptors;
  acceptors.push_back(std::move(acceptor));
  return std::unique_ptr<listener>(new listener(std::make_shared<impl>(context, std::move(acceptors), settings, count, service, time,
      std::move(tls))));
}

result<std::unique_ptr<listener>> listener::adopt(boost::asio::io_context& context, const config::listen_settings& settings,
                                                  connection_count& count, stages::service& service, clock& time,
                                                  std::shared_ptr<tls_context> tls, std::vector<succession::owned_descriptor> sockets) {
  std::vector<acceptor_type> acceptors;
  for (auto& one : sockets) {
    auto acceptor = adopted(context, std::move(one));
    if (acceptor.has_error()) return std::move(acceptor).error();
    acceptors.push_back(std::move(*acceptor));
  }
  if (acceptors.empty()) return fail(failure_kind::internal, "no socket was lent to listen on");
  return std::unique_ptr<listener>(new listener(std::make_shared<impl>(context, std::move(acceptors), settings, count, service, time,
      std::move(tls))));
}

std::uint16_t listener::port() const { return impl_->port(); }
void listener::start() { impl_->start(); }
std::vector<int> listener::sockets() { return impl_->sockets(); }
void listener::drain(drain_manner how) { impl_->drain(how); }
std::size_t listener::open_requests() const { return impl_->open_requests(); }
bool listener::idle() const { return impl_->idle(); }
void listener::close_all() { impl_->close_all(); }

}  // namespace sallyport::server

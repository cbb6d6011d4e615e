#include "proxy/rehearsal/faulty_upstream.hpp"

#include "proxy/rehearsal/upstream_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace sallyport::rehearsal {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds accept_pause{100};  // out of descriptors: accepting again at once would spin

void take_in(const std::shared_ptr<upstream_house>& house, upstream_socket socket) {
  if (house->sessions.size() < house->limits.connections) return std::make_shared<upstream_session>(house, std::move(socket))->begin();
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  house->seen.connection_refused();
}

/// Owns its acceptor: a revived upstream has a new one, and this loop ends with the old.
task<void> accept_loop(std::shared_ptr<upstream_acceptor> listener, std::shared_ptr<upstream_house> house) {
  upstream_timer pause(listener->get_executor());
  while (listener->is_open()) {
    auto [error, socket] = co_await listener->async_accept(as_values);
    if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
    if (!error) {
      take_in(house, std::move(socket));
      continue;
    }
    pause.expires_after(accept_pause);
    co_await pause.async_wait(as_values);
  }
}

result<std::shared_ptr<upstream_acceptor>> listen_on(asio::io_context& io, std::uint16_t port) {
  auto listener = std::make_shared<upstream_acceptor>(io.get_executor());
  const tcp::endpoint loopback(asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  listener->open(tcp::v4(), error);
  if (!error) listener->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) listener->bind(loopback, error);
  if (!error) listener->listen(asio::socket_base::max_listen_connections, error);
  if (!error) return listener;
  return fail(failure_kind::internal, "the rehearsal upstream cannot listen on port " + std::to_string(port) + ": " + error.message());
}

}  // namespace

faulty_upstream::faulty_upstream(asio::io_context& on, character who, std::uint16_t port, upstream_limits limits)
    : house_(std::make_shared<upstream_house>(on, std::move(who), port, limits)) {}

faulty_upstream::~faulty_upstream() { kill(); }

result<void> faulty_upstream::start() {
  auto listener = listen_on(house_->io, house_->port);
  if (!listener) return listener.error();
  house_->listener = *listener;
  house_->port = house_->listener->local_endpoint().port();
  asio::co_spawn(house_->io, accept_loop(house_->listener, house_), asio::detached);
  return {};
}

std::uint16_t faulty_upstream::port() const { return house_->port; }

void faulty_upstream::kill() {
  if (house_->listener) {
    boost::system::error_code ignored;
    house_->listener->close(ignored);
    house_->listener.reset();
  }
  for (upstream_session* one : house_->sessions) one->kill();
}

result<void> faulty_upstream::revive() {
  if (is_listening()) return {};
  return start();
}

bool faulty_upstream::is_listening() const { return house_->listener != nullptr; }

reception& faulty_upstream::received() { return house_->seen; }
const reception& faulty_upstream::received() const { return house_->seen; }

}  // namespace sallyport::rehearsal

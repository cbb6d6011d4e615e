#include "proxy/upstream/provider_connect.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto patience_an_address = 250ms;
constexpr int alive_after_s = 30;
constexpr int alive_every_s = 15;

bool is_ipv4(const address_bytes& address) { return std::equal(address.begin(), address.begin() + 12, mapped({}).begin()); }

asio::ip::address as_asio(const address_bytes& address) {
  if (!is_ipv4(address)) return asio::ip::address_v6(address);
  asio::ip::address_v4::bytes_type four{};
  std::copy(address.begin() + 12, address.end(), four.begin());
  return asio::ip::address_v4(four);
}

std::string written(const tcp::endpoint& at) {
  const auto text = at.address().to_string();
  return (at.address().is_v6() ? "[" + text + "]:" : text + ":") + std::to_string(at.port());
}

void set_conduct(socket_type& socket) {
  error_code ignored;
  using alive_idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
  using alive_interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(alive_idle(alive_after_s), ignored);
  socket.set_option(alive_interval(alive_every_s), ignored);
}

}  // namespace

/// One address that is being connected to.
struct provider_connect::knock {
  knock(asio::io_context& on, const address_bytes& where) : address(where), socket(on.get_executor()) {}
  address_bytes address;
  socket_type socket;
  std::string peer;
};

provider_connect::provider_connect(connect_tools with, std::shared_ptr<const config::deployment> to, instant until, taker whom)
    : with_(std::move(with)), to_(std::move(to)), until_(until), whom_(std::move(whom)) {}

void provider_connect::start() {
  set_alarm();
  if (const auto names = with_.names.lock())
    names->find(to_->at->base.host, [self = shared_from_this()](const found_addresses& found) { self->take(found); });
}

void provider_connect::stop() {
  whom_ = nullptr;
  deadlines::end(*this);
  stop_knocking();
  if (const auto wire = std::exchange(shaking_, nullptr)) wire->close();
}

void provider_connect::stop_knocking() {
  left_.clear();
  for (const auto& one : std::exchange(knocking_, {})) {
    error_code ignored;
    one->socket.close(ignored);
  }
}

void provider_connect::give(std::shared_ptr<provider_wire> made, maybe_failure why) {
  const auto whom = std::exchange(whom_, nullptr);
  stop();
  if (whom) whom(std::move(made), std::move(why));
}

void provider_connect::take(const found_addresses& found) {
  if (!whom_) return;
  const auto& host = to_->at->base.host;
  if (found.all.empty()) return give(nullptr, fail(failure_kind::name_not_resolved, host + ": " + found.why_none));
  for (auto one = found.all.rbegin(); one != found.all.rend(); ++one)
    if (may_connect(*one, *to_->at)) left_.push_back(*one);
  if (left_.empty()) return give(nullptr, fail(failure_kind::address_refused, "no address of " + host + " lies inside the provider's networks"));
  knock_at_next();
}

void provider_connect::knock_at_next() {
  const auto at = std::make_shared<knock>(with_.on, left_.back());
  left_.pop_back();
  knocking_.push_back(at);
  const tcp::endpoint where(as_asio(at->address), to_->at->base.port);
  at->peer = written(where);
  next_knock_ = left_.empty() ? instant::max() : with_.time.now() + patience_an_address;
  set_alarm();
  // Asio would open it without SOCK_CLOEXEC.
  const int made = ::socket(where.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
  if (made < 0) {
    no_descriptor_ = errno == EMFILE || errno == ENFILE;
    return lost(*at, {errno, boost::system::system_category()});
  }
  error_code refused;
  at->socket.assign(where.protocol(), made, refused);
  if (refused) {
    ::close(made);
    return lost(*at, refused);
  }
  set_conduct(at->socket);
  at->socket.async_connect(where, [self = shared_from_this(), at](error_code ended) { self->answered(*at, ended); });
}

void provider_connect::answered(knock& at, error_code error) {
  const bool is_waited_for = std::any_of(knocking_.begin(), knocking_.end(), [&](const auto& one) { return one.get() == &at; });
  if (!is_waited_for) return;
  if (error) return lost(at, error);
  secure(at);
}

void provider_connect::lost(knock& at, error_code error) {
  refused_ = error;
  std::erase_if(knocking_, [&](const auto& one) { return one.get() == &at; });
  if (!left_.empty()) return knock_at_next();
  if (!knocking_.empty()) return;
  if (const auto names = with_.names.lock()) names->doubt(to_->at->base.host);
  give(nullptr, not_reached());
}

failure provider_connect::not_reached() const {
  if (no_descriptor_) return fail(failure_kind::overloaded, "no descriptor is left for a connection to a provider");
  return fail(failure_kind::connect_failed, to_->at->base.host + ": " + refused_.message());
}

// The first that answers is taken, the others are let go of.
void provider_connect::secure(knock& at) {
  const auto& base = to_->at->base;
  next_knock_ = instant::max();
  std::shared_ptr<provider_wire> made;
  if (base.tls) {
    auto trust = with_.trust->in(to_->at->ca_file);
    if (trust.has_error()) return give(nullptr, trust.error());
    made = make_tls_wire(std::move(at.socket), with_.buffers, std::move(*trust), base.host);
    if (!made) return give(nullptr, fail(failure_kind::tls_failed, "the TLS library does not take the name " + base.host));
  } else {
    made = make_plain_wire(std::move(at.socket), with_.buffers);
  }
  made->peer = std::move(at.peer);
  made->address = at.address;
  made->opened = with_.time.now();
  if (!base.tls) return give(std::move(made), std::nullopt);
  stop_knocking();
  shaking_ = made;
  made->handshake([self = shared_from_this(), made](error_code ended) { self->shaken(made, ended); });
}

void provider_connect::shaken(const std::shared_ptr<provider_wire>& wire, error_code error) {
  if (shaking_ != wire) return;
  if (error) return give(nullptr, fail(failure_kind::tls_failed, to_->at->base.host + ": " + error.message()));
  shaking_ = nullptr;
  give(wire, std::nullopt);
}

void provider_connect::set_alarm() { with_.alarms->set(*this, std::min(until_, next_knock_)); }

void provider_connect::on_deadline() {
  const auto self = shared_from_this();
  if (with_.time.now() >= until_) return give(nullptr, fail(failure_kind::connect_timed_out, "not connected within the time for that"));
  if (left_.empty()) return set_alarm();
  knock_at_next();
}

}  // namespace sallyport::upstream

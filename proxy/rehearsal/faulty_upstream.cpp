#include "proxy/rehearsal/faulty_upstream.hpp"

#include "proxy/rehearsal/openai_wire.hpp"
#include "proxy/rehearsal/request_reader.hpp"
#include "proxy/rehearsal/script.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace sallyport::rehearsal {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using socket_type = asio::basic_stream_socket<tcp, executor>;
using acceptor_type = asio::basic_socket_acceptor<tcp, executor>;
using timer_type = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;
using std::chrono::milliseconds;

constexpr std::size_t inbox_max = 1u << 20;   // bytes behind the request being answered; more is no HTTP client
constexpr std::size_t body_kept_max = 16u << 10;
constexpr milliseconds close_grace{1'000};    // for the other side to see our FIN before the descriptor goes
constexpr milliseconds accept_pause{100};     // out of descriptors: accepting again at once would spin

instant now() { return std::chrono::steady_clock::now(); }

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

std::optional<operation> operation_at(std::string_view path) {
  if (path == "/v1/chat/completions") return operation::chat_completions;
  if (path == "/v1/completions") return operation::completions;
  if (path == "/v1/embeddings") return operation::embeddings;
  return std::nullopt;
}

}  // namespace

/// What the upstream and its connections share; the last of them ends it.
class faulty_upstream::house {
 public:
  house(asio::io_context& on, character named, std::uint16_t wanted_port, upstream_limits limited)
      : io(on), who(std::move(named)), limits(limited), port(wanted_port) {}

  /// The conduct that is played for this request of this model's name.
  conduct in_force(const question& asked) {
    const bool is_known = histories.contains(asked.model) || histories.size() < limits.models_remembered;
    history& past = histories[is_known ? asked.model : std::string()];
    if (past.requests++ == 0) past.first_at = now();
    const auto since_first = std::chrono::duration_cast<milliseconds>(now() - past.first_at);
    return asked.asked_conduct.plays(past.requests, since_first) ? asked.asked_conduct : asked.asked_conduct.well_behaved();
  }

  asio::io_context& io;
  character who;
  upstream_limits limits;
  std::uint16_t port;
  reception seen;
  std::shared_ptr<acceptor_type> listener;
  std::unordered_set<session*> sessions;

 private:
  struct history {
    std::uint64_t requests = 0;
    instant first_at{};
  };
  std::unordered_map<std::string, history> histories;
};

/// One connection: receive() always reads, so that a leaving peer is noticed in every phase; run() answers.
class faulty_upstream::session : public std::enable_shared_from_this<session> {
 public:
  session(std::shared_ptr<house> of, socket_type socket)
      : house_(std::move(of)),
        socket_(std::move(socket)),
        wake_(house_->io.get_executor()),
        reader_(house_->limits.head, house_->limits.body),
        number_(house_->seen.connection_opened()) {
    house_->sessions.insert(this);
  }
  ~session() {
    house_->sessions.erase(this);
    house_->seen.connection_closed();
  }

  void begin() {
    boost::system::error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    asio::co_spawn(house_->io, receive(shared_from_this()), asio::detached);
    asio::co_spawn(house_->io, run(shared_from_this()), asio::detached);
  }

  void kill() {
    killed_ = true;
    reset();
  }

 private:
  static task<void> receive(std::shared_ptr<session> self);
  static task<void> run(std::shared_ptr<session> self);

  task<bool> read_request();
  task<bool> more_input(instant deadline);
  task<bool> wait_until(instant until);
  task<bool> send(std::string_view bytes, bool byte_by_byte);
  task<bool> stall(const step& how);
  task<bool> perform(script what);
  task<bool> answer(http_request request);
  script script_for(const http_request& request, sighting& seen, std::uint64_t& ordinal);
  script script_for_post(operation asks, const http_request& request, sighting& seen, std::uint64_t& ordinal);
  sighting_end end_of(const script& what, bool was_performed) const;

  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    gone_ = true;
    wake_.cancel();
  }
  void reset() {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }

  std::shared_ptr<house> house_;
  socket_type socket_;
  timer_type wake_;          ///< what run() waits on; receive() cancels it when something happened
  std::string inbox_;
  request_reader reader_;
  std::uint64_t number_;
  std::uint64_t requests_ = 0;
  bool gone_ = false;
  bool killed_ = false;
};

task<void> faulty_upstream::session::receive(std::shared_ptr<session> self) {
  std::array<char, 16u << 10> buffer;
  while (!self->gone_ && self->inbox_.size() < inbox_max) {
    const auto [error, size] = co_await self->socket_.async_read_some(asio::buffer(buffer), as_values);
    if (error) break;
    self->inbox_.append(buffer.data(), size);
    self->wake_.cancel();
  }
  self->close();
}

task<bool> faulty_upstream::session::wait_until(instant until) {
  while (!gone_ && now() < until) {
    wake_.expires_at(until);
    co_await wake_.async_wait(as_values);
  }
  co_return !gone_;
}

task<bool> faulty_upstream::session::more_input(instant deadline) {
  while (inbox_.empty() && !gone_ && now() < deadline) {
    wake_.expires_at(deadline);
    co_await wake_.async_wait(as_values);
  }
  co_return !inbox_.empty();
}

task<bool> faulty_upstream::session::read_request() {
  auto state = reader_.again();
  instant deadline = now() + (reader_.is_idle() ? house_->limits.idle : house_->limits.request);
  bool has_begun = !reader_.is_idle();
  while (state == request_reader::state::needs_more) {
    if (reader_.wants_continue() && !co_await send("HTTP/1.1 100 Continue\r\n\r\n", false)) co_return false;
    if (!co_await more_input(deadline)) co_return false;
    state = reader_.feed(std::exchange(inbox_, {}));
    if (!std::exchange(has_begun, true)) deadline = now() + house_->limits.request;
  }
  if (state == request_reader::state::whole) co_return true;
  house_->seen.request_broken();
  script refused = plain_reply(400, "application/json", error_body(reader_.why(), "invalid_request_error", "", ""), 0);
  refused.ends = ending::close;
  co_await perform(std::move(refused));
  co_return false;
}

task<bool> faulty_upstream::session::send(std::string_view bytes, bool byte_by_byte) {
  const std::size_t piece = byte_by_byte ? 1 : bytes.size();
  while (!bytes.empty() && !gone_) {
    const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(bytes.substr(0, piece)), as_values);
    if (error) co_return false;
    bytes.remove_prefix(size);
  }
  co_return !gone_;
}

task<bool> faulty_upstream::session::stall(const step& how) {
  const instant until = now() + how.time;
  while (!gone_ && now() < until) {
    if (!how.bytes.empty() && !co_await send(how.bytes, false)) co_return false;
    co_await wait_until(how.bytes.empty() ? until : std::min(until, now() + how.every));
  }
  co_return !gone_;
}

/// True when all steps were done and the connection may serve another request.
task<bool> faulty_upstream::session::perform(script what) {
  for (const step& one : what.steps) {
    bool is_done = false;
    switch (one.what) {
      case step::act::write: is_done = co_await send(one.bytes, what.byte_by_byte); break;
      case step::act::wait: is_done = co_await wait_until(now() + one.time); break;
      case step::act::stall: is_done = co_await stall(one); break;
    }
    if (!is_done) co_return false;
  }
  co_return true;
}

sighting_end faulty_upstream::session::end_of(const script& what, bool was_performed) const {
  if (killed_) return sighting_end::killed;
  if (!was_performed) return sighting_end::peer_left;
  return what.is_whole ? sighting_end::whole : sighting_end::by_fault;
}

script faulty_upstream::session::script_for_post(operation asks, const http_request& request, sighting& seen, std::uint64_t& ordinal) {
  const auto asked = read_question(asks, request.body);
  if (asked) seen.model = asked->model;
  ordinal = house_->seen.request_read(std::move(seen));
  if (!asked) {
    const std::string_view sentence = asked.error().client_sentence();
    return plain_reply(400, "application/json", error_body(sentence, "invalid_request_error", asked.error().param, ""), ordinal);
  }
  return script_of(*asked, house_->in_force(*asked), house_->who, {ordinal, requests_});
}

script faulty_upstream::session::script_for(const http_request& request, sighting& seen, std::uint64_t& ordinal) {
  const auto refuse = [&](int status, std::string_view sentence, std::string_view code, std::string_view extra = {}) {
    ordinal = house_->seen.request_read(std::move(seen));
    return plain_reply(status, "application/json", error_body(sentence, "invalid_request_error", "", code), ordinal, extra);
  };
  const auto reply = [&](std::string_view type, const std::string& body) {
    ordinal = house_->seen.request_read(std::move(seen));
    return plain_reply(200, type, body, ordinal);
  };
  const std::string path = seen.path;
  const auto asks = operation_at(path);
  if (path == "/health") return request.method == "GET" ? reply("text/plain", "") : refuse(405, "Only GET is allowed here.", "");
  if (!house_->who.key.empty() && request.headers.get("authorization") != "Bearer " + house_->who.key)
    return refuse(401, "Incorrect API key provided.", "invalid_api_key", "www-authenticate: Bearer realm=\"rehearsal\"\r\n");
  if (path == "/v1/models")
    return request.method == "GET" ? reply("application/json", models_body(house_->who.models)) : refuse(405, "Only GET is allowed here.", "");
  if (!asks) return refuse(404, "There is nothing at this path.", "");
  if (request.method != "POST") return refuse(405, "Only POST is allowed here.", "");
  if (!request.headers.get("content-type").starts_with("application/json")) return refuse(415, "The body must be application/json.", "");
  return script_for_post(*asks, request, seen, ordinal);
}

task<bool> faulty_upstream::session::answer(http_request request) {
  ++requests_;
  sighting seen;
  seen.connection = number_;
  seen.method = request.method;
  seen.path = request.target.substr(0, request.target.find('?'));
  seen.headers = request.headers;
  seen.body = request.body.substr(0, body_kept_max);
  seen.body_size = request.body.size();
  seen.body_hash = fnv1a(request.body);
  seen.arrived = now();
  std::uint64_t ordinal = 0;
  script what = script_for(request, seen, ordinal);
  const ending ends = same_name(request.headers.get("connection"), "close") && what.ends == ending::keep ? ending::close : what.ends;
  const bool was_performed = co_await perform(what);
  house_->seen.request_ended(ordinal, end_of(what, was_performed), now());
  if (!was_performed || gone_) co_return false;
  if (ends == ending::keep) co_return true;
  if (ends == ending::reset) {
    reset();
    co_return false;
  }
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  co_await wait_until(now() + close_grace);
  co_return false;
}

task<void> faulty_upstream::session::run(std::shared_ptr<session> self) {
  bool is_kept = true;
  while (is_kept && co_await self->read_request()) is_kept = co_await self->answer(self->reader_.take());
  self->close();
}

namespace {

/// Only what a listener needs is told from outside: the loop ends when its acceptor is closed.
template <class Take>
task<void> accept_loop(std::shared_ptr<acceptor_type> listener, Take take) {
  timer_type pause(listener->get_executor());
  while (listener->is_open()) {
    auto [error, socket] = co_await listener->async_accept(as_values);
    if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
    if (!error) {
      take(std::move(socket));
      continue;
    }
    pause.expires_after(accept_pause);
    co_await pause.async_wait(as_values);
  }
}

result<std::shared_ptr<acceptor_type>> listen_on(asio::io_context& io, std::uint16_t port) {
  auto listener = std::make_shared<acceptor_type>(io.get_executor());
  const tcp::endpoint loopback(asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  listener->open(tcp::v4(), error);
  if (!error) listener->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) listener->bind(loopback, error);
  if (!error) listener->listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(failure_kind::internal, "the rehearsal upstream cannot listen on port " + std::to_string(port) + ": " + error.message());
  return listener;
}

}  // namespace

faulty_upstream::faulty_upstream(asio::io_context& on, character who, std::uint16_t port, upstream_limits limits)
    : house_(std::make_shared<house>(on, std::move(who), port, limits)) {}

faulty_upstream::~faulty_upstream() { kill(); }

result<void> faulty_upstream::start() {
  auto listener = listen_on(house_->io, house_->port);
  if (!listener) return listener.error();
  house_->listener = *listener;
  house_->port = house_->listener->local_endpoint().port();
  const auto take = [of = house_](socket_type socket) {
    if (of->sessions.size() < of->limits.connections) return std::make_shared<session>(of, std::move(socket))->begin();
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    of->seen.connection_refused();
  };
  asio::co_spawn(house_->io, accept_loop(house_->listener, take), asio::detached);
  return {};
}

std::uint16_t faulty_upstream::port() const { return house_->port; }

void faulty_upstream::kill() {
  if (house_->listener) {
    boost::system::error_code ignored;
    house_->listener->close(ignored);
    house_->listener.reset();
  }
  for (session* one : house_->sessions) one->kill();
}

result<void> faulty_upstream::revive() {
  if (is_listening()) return {};
  return start();
}

bool faulty_upstream::is_listening() const { return house_->listener != nullptr; }

reception& faulty_upstream::received() { return house_->seen; }
const reception& faulty_upstream::received() const { return house_->seen; }

}  // namespace sallyport::rehearsal

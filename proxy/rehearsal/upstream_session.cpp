#include "proxy/rehearsal/upstream_session.hpp"

#include "proxy/rehearsal/openai_wire.hpp"
#include "proxy/rehearsal/tongue.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace sallyport::rehearsal {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t inbox_max = 1u << 20;   // bytes behind the request being answered; more is no HTTP client
constexpr std::size_t body_kept_max = 16u << 10;
constexpr milliseconds close_grace{1'000};    // for the other side to see our FIN before the descriptor goes

instant now() { return std::chrono::steady_clock::now(); }

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

struct door {
  std::string_view path;
  dialect_id spoken;
  operation asks;
};

constexpr std::array<door, 6> doors{{{"/v1/chat/completions", dialect_id::openai_chat, operation::chat_completions},
                                     {"/v1/responses", dialect_id::openai_responses, operation::chat_completions},
                                     {"/v1/messages", dialect_id::anthropic_messages, operation::chat_completions},
                                     {"/v1/messages/count_tokens", dialect_id::anthropic_messages, operation::count_tokens},
                                     {"/v1/completions", dialect_id::openai_chat, operation::completions},
                                     {"/v1/embeddings", dialect_id::openai_chat, operation::embeddings}}};

const door* door_at(std::string_view path) {
  const auto found = std::find_if(doors.begin(), doors.end(), [&](const door& one) { return one.path == path; });
  return found == doors.end() ? nullptr : &*found;
}

result<question> asked_at(const door& at, const std::string& body) {
  auto in_words = tongue::of(at.spoken, at.asks, body);
  if (in_words.has_error()) return std::move(in_words).error();
  auto asked = read_question(at.asks, *in_words ? (*in_words)->body() : body);
  if (asked) asked->in_words = std::move(*in_words);
  return asked;
}

}  // namespace

conduct upstream_house::in_force(const question& asked) {
  const bool is_known = histories_.contains(asked.model) || histories_.size() < limits.models_remembered;
  history& past = histories_[is_known ? asked.model : std::string()];
  if (past.requests++ == 0) past.first_at = now();
  const auto since_first = std::chrono::duration_cast<milliseconds>(now() - past.first_at);
  return asked.asked_conduct.plays(past.requests, since_first) ? asked.asked_conduct : asked.asked_conduct.well_behaved();
}

upstream_session::upstream_session(std::shared_ptr<upstream_house> of, upstream_socket socket)
    : house_(std::move(of)),
      socket_(std::move(socket)),
      wake_(house_->io.get_executor()),
      reader_(house_->limits.head, house_->limits.body),
      number_(house_->seen.connection_opened()) {
  house_->sessions.insert(this);
}

upstream_session::~upstream_session() {
  house_->sessions.erase(this);
  house_->seen.connection_closed();
}

void upstream_session::begin() {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  asio::co_spawn(house_->io, receive(shared_from_this()), asio::detached);
  asio::co_spawn(house_->io, run(shared_from_this()), asio::detached);
}

void upstream_session::kill() {
  killed_ = true;
  reset();
}

void upstream_session::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  gone_ = true;
  wake_.cancel();
}

void upstream_session::reset() {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

task<void> upstream_session::receive(std::shared_ptr<upstream_session> self) {
  std::array<char, 16u << 10> buffer;
  while (!self->gone_ && self->inbox_.size() < inbox_max) {
    const auto [error, size] = co_await self->socket_.async_read_some(asio::buffer(buffer), as_values);
    if (error) break;
    self->inbox_.append(buffer.data(), size);
    self->wake_.cancel();
  }
  self->close();
}

task<bool> upstream_session::wait_until(instant until) {
  while (!gone_ && now() < until) {
    wake_.expires_at(until);
    co_await wake_.async_wait(as_values);
  }
  co_return !gone_;
}

task<bool> upstream_session::more_input(instant deadline) {
  while (inbox_.empty() && !gone_ && now() < deadline) {
    wake_.expires_at(deadline);
    co_await wake_.async_wait(as_values);
  }
  co_return !inbox_.empty();
}

task<bool> upstream_session::read_request() {
  auto state = reader_.again();
  instant deadline = now() + (reader_.is_idle() ? house_->limits.idle : house_->limits.request);
  bool has_begun = !reader_.is_idle();
  while (state == request_reader::state::needs_more) {
    if (reader_.wants_continue()) co_await send(go_on, false);
    const bool has_more = co_await more_input(deadline);
    if (!has_more) co_return false;
    state = reader_.feed(std::exchange(inbox_, {}));
    if (!std::exchange(has_begun, true)) deadline = now() + house_->limits.request;
  }
  if (state == request_reader::state::whole) co_return true;
  house_->seen.request_broken();
  script refused = plain_reply(400, "application/json", error_body(reader_.why(), "invalid_request_error", "", ""), 0);
  refused.ends = ending::close;
  co_await perform(refused);
  co_return false;
}

task<bool> upstream_session::send(std::string_view bytes, bool byte_by_byte, milliseconds apart) {
  const std::size_t piece = byte_by_byte || apart.count() > 0 ? 1 : bytes.size();
  while (!bytes.empty() && !gone_) {
    const auto next = asio::buffer(bytes.data(), std::min(piece, bytes.size()));
    const auto [error, size] = co_await asio::async_write(socket_, next, as_values);
    if (error) co_return false;
    bytes.remove_prefix(size);
    const instant next_at = now() + apart;
    if (apart.count() > 0) co_await wait_until(next_at);
  }
  co_return !gone_;
}

task<bool> upstream_session::stall(const step& how) {
  const instant until = now() + how.time;
  while (!gone_ && now() < until) {
    if (!how.bytes.empty()) co_await send(how.bytes, false);
    const instant again = how.bytes.empty() ? until : std::min(until, now() + how.every);
    co_await wait_until(again);
  }
  co_return !gone_;
}

/// True when all steps were done and the connection may serve another request.
task<bool> upstream_session::perform(const script& what) {
  for (const step& one : what.steps) {
    bool is_done = false;
    switch (one.what) {
      case step::act::write: is_done = co_await send(one.bytes, what.byte_by_byte, one.every); break;
      case step::act::wait: {
        const instant until = now() + one.time;
        is_done = co_await wait_until(until);
        break;
      }
      case step::act::stall: is_done = co_await stall(one); break;
    }
    if (!is_done) co_return false;
  }
  co_return true;
}

sighting_end upstream_session::end_of(const script& what, bool was_performed) const {
  if (killed_) return sighting_end::killed;
  if (!was_performed) return sighting_end::peer_left;
  return what.is_whole ? sighting_end::whole : sighting_end::by_fault;
}

script upstream_session::script_for_post(std::string_view path, const http_request& request, sighting& seen, std::uint64_t& ordinal) {
  const auto asked = asked_at(*door_at(path), request.body);
  if (asked) seen.model = asked->model;
  ordinal = house_->seen.request_read(std::move(seen));
  if (!asked) {
    const failure why = asked.error();  // by value: error() of a const result is a temporary
    return plain_reply(400, "application/json", error_body(why.client_sentence(), "invalid_request_error", why.param, ""), ordinal);
  }
  return script_of(*asked, house_->in_force(*asked), house_->who, {ordinal, requests_});
}

script upstream_session::script_for(const http_request& request, sighting& seen, std::uint64_t& ordinal) {
  const auto refuse = [&](int status, std::string_view sentence, std::string_view code, std::string_view extra = {}) {
    ordinal = house_->seen.request_read(std::move(seen));
    return plain_reply(status, "application/json", error_body(sentence, "invalid_request_error", "", code), ordinal, extra);
  };
  const auto get_alone = [&](std::string_view type, const std::string& body) {
    if (request.method != "GET") return refuse(405, "Only GET is allowed here.", "");
    ordinal = house_->seen.request_read(std::move(seen));
    return plain_reply(200, type, body, ordinal);
  };
  const std::string path = seen.path;
  const auto* const asks = door_at(path);
  if (path == "/health") return get_alone("text/plain", "");
  const auto& key = house_->who.key;
  if (!key.empty() && request.headers.get("authorization") != "Bearer " + key && request.headers.get("x-api-key") != key)
    return refuse(401, "Incorrect API key provided.", "invalid_api_key", "www-authenticate: Bearer realm=\"rehearsal\"\r\n");
  if (path == "/v1/models") return get_alone("application/json", models_body(house_->who.models));
  if (!asks) return refuse(404, "There is nothing at this path.", "");
  if (request.method != "POST") return refuse(405, "Only POST is allowed here.", "");
  if (!request.headers.get("content-type").starts_with("application/json")) return refuse(415, "The body must be application/json.", "");
  return script_for_post(path, request, seen, ordinal);
}

task<bool> upstream_session::answer(const http_request& request) {
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
  const script what = script_for(request, seen, ordinal);
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
  const instant patience_ends = now() + (ends == ending::half_close ? what.open_for : close_grace);
  co_await wait_until(patience_ends);
  co_return false;
}

task<void> upstream_session::run(std::shared_ptr<upstream_session> self) {
  bool is_kept = true;
  while (is_kept) {
    const bool has_request = co_await self->read_request();
    if (!has_request) break;
    const http_request request = self->reader_.take();
    is_kept = co_await self->answer(request);
  }
  self->close();
}

}  // namespace sallyport::rehearsal

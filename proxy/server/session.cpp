#include "proxy/server/session.hpp"

#include "proxy/server/body_pace.hpp"
#include "proxy/server/request_fields.hpp"
#include "proxy/stages/endpoint.hpp"
#include "proxy/words/chunk_decoder.hpp"
#include "proxy/words/request_id.hpp"

#include <array>
#include <exception>
#include <utility>

namespace sallyport::server {
namespace {

using namespace std::chrono_literals;

/// A connection that was still in the kernel's queue when draining began: its request is on the way.
constexpr auto drain_grace = 1s;

/// RFC 9112 section 2.2 asks to overlook an empty line before a request; old clients send one or two behind a body.
constexpr std::size_t empty_line_bytes_max = 4;

}  // namespace

session::session(std::unique_ptr<byte_stream> stream, std::shared_ptr<session_terms> terms, std::string client)
    : terms_(std::move(terms)),
      wire_(std::make_shared<connection>(std::move(stream), terms_->settings, terms_->time)),
      client_(std::move(client)) {}

task<void> session::run(std::shared_ptr<session> /*keeps us*/) {
  wire_->wait_until(terms_->time.now() + terms_->settings.header_timeout);
  verdict then = verdict::drop;
  const bool shaken = co_await wire_->handshake();
  if (shaken) then = verdict::next_request;
  while (then == verdict::next_request) {
    auto one = co_await next_request();
    if (!one) then = verdict::drop;
    else if (one->why) then = co_await refuse(std::move(one));
    else then = co_await serve(std::move(one));
  }
  phase_ = phase::ending;
  if (then == verdict::finish) co_await wire_->finish();
  wire_->close();
  co_await wire_->settled();
}

void session::drain(bool serves_waiting) {
  draining_ = true;
  serves_waiting_ = serves_waiting;
  if (serves_waiting) return;
  if (phase_ == phase::waiting && wire_->buffered().empty()) wire_->interrupt();
}

task<bool> session::first_byte() {
  phase_ = phase::waiting;
  const auto& settings = terms_->settings;
  const bool hurries = draining_ && !serves_waiting_;
  if (hurries && requests_ > 0) co_return !wire_->buffered().empty();
  auto patience = requests_ == 0 ? settings.header_timeout : settings.idle_timeout;
  if (hurries) patience = std::min(patience, std::chrono::duration_cast<config::milliseconds>(drain_grace));
  wire_->wait_until(terms_->time.now() + patience);
  while (wire_->buffered().empty()) {
    const auto came = co_await wire_->more();
    if (came != arrival::bytes) co_return false;
  }
  co_return true;
}

task<std::unique_ptr<session::asked>> session::next_request() {
  const bool begun = co_await first_byte();
  if (!begun) co_return nullptr;
  phase_ = phase::reading;
  ++requests_;
  auto one = std::make_unique<asked>();
  one->head.began = terms_->time.now();
  one->head.request_id = make_request_id(terms_->time.wall());
  one->head.client = client_;
  wire_->wait_until(one->head.began + terms_->settings.header_timeout);
  std::size_t head_bytes = 0;
  auto framed = co_await read_head(one->head, head_bytes);
  if (!framed) {
    one->why = std::move(framed).error();
    co_return std::move(one);
  }
  wire_->consume(head_bytes);
  framing rest = *framed;
  rest.method = rest.path = rest.query = {};  // they lay in the bytes just given back
  const bool stays = co_await read_rest(*one, rest);
  if (!stays) one.reset();
  co_return std::move(one);
}

failure session::why_no_bytes(arrival how) const {
  if (how == arrival::ended) return fail(failure_kind::client_gone, "left before its request was whole");
  return fail(failure_kind::client_too_slow, phase_ == phase::reading ? "request not whole at its deadline" : "no request");
}

task<result<framing>> session::read_head(stages::request_head& head, std::size_t& head_bytes) {
  std::size_t overlooked = 0;
  std::size_t scanned = 0;
  while (true) {
    while (overlooked < empty_line_bytes_max && wire_->buffered().starts_with("\r\n")) {
      wire_->consume(2);
      overlooked += 2;
    }
    const bool half_line = overlooked < empty_line_bytes_max && wire_->buffered() == "\r";
    const auto extent = half_line ? head_extent{} : find_head_end(wire_->buffered(), scanned);
    if (extent.state == head_state::too_large) co_return fail(failure_kind::headers_too_large, "head is above 64 KiB");
    if (extent.state == head_state::broken) {
      auto named = examine(wire_->buffered());
      co_return named ? fail(failure_kind::malformed_http, "head cannot be read") : named.error();
    }
    if (extent.state == head_state::whole) {
      head_bytes = extent.length;
      break;
    }
    if (const auto came = co_await wire_->more(); came != arrival::bytes) co_return why_no_bytes(came);
  }
  const auto text = wire_->buffered().substr(0, head_bytes);
  auto framed = examine(text);
  if (!framed) co_return framed.error();
  auto fields = read_fields(text, *framed);
  if (!fields) co_return fields.error();
  head.method = framed->method;
  head.path = framed->path;
  head.query = framed->query;
  head.headers = std::move(*fields);
  head.body_bytes = framed->body == body_framing::chunked ? terms_->settings.max_body : framed->length;
  co_return framed;
}

task<bool> session::read_rest(asked& one, framing framed) {
  one.manner = {one.head.method == "HEAD", framed.minor == 0, framed.keep_alive && !draining_};
  // A refusal before the body was read ends the connection, unless the body is here already and can be thrown away.
  auto admitted = admit(one.head, framed);
  if (!admitted) {
    one.manner.keep_alive = one.manner.keep_alive && drop_arrived_body(framed);
    one.why = std::move(admitted).error();
    co_return true;
  }
  one.held = std::move(*admitted);
  if (framed.body != body_framing::none) {
    const auto began = terms_->time.now();
    wire_->wait_until(body_deadline(terms_->settings, began, 0));
    const bool invited = co_await invite_body(framed);
    if (!invited) co_return false;
    auto read = co_await read_body(framed, began, one.body);
    one.manner.keep_alive = one.manner.keep_alive && read.has_value();
    if (!read) one.why = std::move(read).error();
  }
  one.manner.keep_alive = one.manner.keep_alive && !draining_;
  co_return true;
}

result<std::unique_ptr<stages::admission>> session::admit(const stages::request_head& head, const framing& framed) {
  if (framed.body == body_framing::length && framed.length > terms_->settings.max_body)
    return fail(failure_kind::body_too_large, "declared body above the limit");
  return terms_->service.admit(head);
}

bool session::drop_arrived_body(const framing& framed) {
  if (framed.body == body_framing::none) return true;
  // A client that waits for 100 Continue may or may not send the body after a refusal: what comes next could be either.
  if (framed.body != body_framing::length || framed.expects_continue || wire_->buffered().size() < framed.length) return false;
  wire_->consume(static_cast<std::size_t>(framed.length));
  return true;
}

task<bool> session::invite_body(framing framed) {
  if (!framed.expects_continue || !wire_->buffered().empty()) co_return true;
  static constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  std::array<boost::asio::const_buffer, 1> parts{boost::asio::buffer(invitation.data(), invitation.size())};
  co_return co_await wire_->write(pieces(parts));
}

failure session::why_no_body(arrival how, instant began) const {
  const bool has_time = terms_->time.now() < began + terms_->settings.body_timeout;
  if (how == arrival::late && has_time) return fail(failure_kind::client_too_slow, "body slower than min_body_rate");
  return why_no_bytes(how);
}

task<result<void>> session::read_body(framing framed, instant began, std::string& into) {
  if (framed.body == body_framing::chunked) co_return co_await read_chunks(began, into);
  std::size_t filled = 0;
  while (filled < framed.length) {
    wire_->wait_until(body_deadline(terms_->settings, began, filled));
    const auto came = co_await wire_->more_into(into, filled, static_cast<std::size_t>(framed.length) - filled);
    if (came != arrival::bytes) co_return why_no_body(came, began);
  }
  into.resize(filled);
  co_return result<void>();
}

task<result<void>> session::read_chunks(instant began, std::string& into) {
  chunk_decoder decoder(terms_->settings.max_body);
  while (true) {
    auto taken = decoder.feed(wire_->buffered(), into);
    if (!taken) co_return taken.error();
    wire_->consume(*taken);
    if (decoder.is_done()) break;
    wire_->wait_until(body_deadline(terms_->settings, began, into.size()));
    if (const auto came = co_await wire_->more(); came != arrival::bytes) co_return why_no_body(came, began);
  }
  into.reserve(into.size() + connection::spare_bytes);
  co_return result<void>();
}

task<session::verdict> session::serve(std::unique_ptr<asked> one) {
  phase_ = phase::serving;
  client_sink sink(*wire_, terms_->date, terms_->time, one->manner);
  const auto client_speaks = stages::dialect_at(one->head.path);
  const std::string request_id = one->head.request_id;
  const auto held = std::move(one->held);
  wire_->start_watching();
  bool threw = false;
  try {
    auto served = terms_->service.serve(std::move(one->head), std::move(one->body), held.get(), sink);
    one.reset();
    co_await std::move(served);
  } catch (const std::exception&) {
    threw = true;  // out of memory, or a defect: this connection pays, not the process
  }
  if (!sink.is_open() && !wire_->is_gone()) {
    auto reply = stages::reply_failure(fail(failure_kind::internal, threw ? "service threw" : "service gave no reply"), client_speaks, request_id);
    co_await send(std::move(reply), sink);
  }
  wire_->stop_watching();
  if (sink.may_keep_alive() && !threw) co_return verdict::next_request;
  if (sink.is_ended() && !wire_->is_gone()) co_return verdict::finish;
  wire_->reset();  // a stream without its end must not look ended
  co_return verdict::drop;
}

task<bool> session::send(stages::failure_reply reply, client_sink& sink) {
  co_return co_await sink.send_whole(std::move(reply.start), reply.body);
}

task<session::verdict> session::refuse(std::unique_ptr<asked> one) {
  phase_ = phase::serving;
  const auto& why = *one->why;
  terms_->service.refused(one->head, why);
  if (why.kind == failure_kind::client_gone) co_return verdict::drop;
  client_sink sink(*wire_, terms_->date, terms_->time, one->manner);
  auto reply = stages::reply_failure(why, stages::dialect_at(one->head.path), one->head.request_id);
  const bool sent = co_await send(std::move(reply), sink);
  if (!sent) co_return verdict::drop;
  co_return one->manner.keep_alive ? verdict::next_request : verdict::finish;
}

}  // namespace sallyport::server

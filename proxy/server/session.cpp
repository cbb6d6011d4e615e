#include "proxy/server/session.hpp"

#include "proxy/server/body_pace.hpp"
#include "proxy/server/request_fields.hpp"
#include "proxy/stages/endpoint.hpp"
#include "proxy/stages/reply_failure.hpp"
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
  if (shaken) {
    do then = co_await one_request();
    while (then == verdict::next_request);
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

task<session::verdict> session::one_request() {
  const bool begun = co_await first_byte();
  if (!begun) co_return verdict::drop;
  phase_ = phase::reading;
  ++requests_;
  stages::request_head head;
  head.began = terms_->time.now();
  head.request_id = make_request_id(terms_->time.wall());
  head.client = client_;
  wire_->wait_until(head.began + terms_->settings.header_timeout);
  std::size_t head_bytes = 0;
  auto framed = co_await read_head(head, head_bytes);
  if (!framed) {
    const reply_manner last{false, false, false};
    co_return co_await refuse(std::move(head), framed.error(), last);
  }
  wire_->consume(head_bytes);
  framing rest = *framed;
  rest.method = rest.path = rest.query = {};  // they lay in the bytes just given back
  co_return co_await admit_and_serve(std::move(head), rest);
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

task<session::verdict> session::admit_and_serve(stages::request_head head, framing framed) {
  reply_manner manner{head.method == "HEAD", framed.minor == 0, framed.keep_alive && !draining_};
  // A refusal before the body was read ends the connection, unless the body is here already and can be thrown away.
  auto admitted = admit(head, framed);
  if (!admitted) {
    manner.keep_alive = manner.keep_alive && drop_arrived_body(framed);
    co_return co_await refuse(std::move(head), admitted.error(), manner);
  }
  std::string body;
  if (framed.body != body_framing::none) {
    const auto began = terms_->time.now();
    wire_->wait_until(body_deadline(terms_->settings, began, 0));
    const bool invited = co_await invite_body(framed);
    if (!invited) co_return verdict::drop;
    auto read = co_await read_body(framed, began);
    manner.keep_alive = manner.keep_alive && read.has_value();
    if (!read) co_return co_await refuse(std::move(head), read.error(), manner);
    body = std::move(*read);
  }
  manner.keep_alive = manner.keep_alive && !draining_;
  co_return co_await serve(std::move(head), std::move(body), std::move(*admitted), manner);
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

task<result<std::string>> session::read_body(framing framed, instant began) {
  if (framed.body == body_framing::chunked) co_return co_await read_chunks(began);
  std::string body;
  std::size_t filled = 0;
  while (filled < framed.length) {
    wire_->wait_until(body_deadline(terms_->settings, began, filled));
    const auto came = co_await wire_->more_into(body, filled, static_cast<std::size_t>(framed.length) - filled);
    if (came != arrival::bytes) co_return why_no_body(came, began);
  }
  body.resize(filled);
  co_return body;
}

task<result<std::string>> session::read_chunks(instant began) {
  chunk_decoder decoder(terms_->settings.max_body);
  std::string body;
  while (true) {
    auto taken = decoder.feed(wire_->buffered(), body);
    if (!taken) co_return taken.error();
    wire_->consume(*taken);
    if (decoder.is_done()) break;
    wire_->wait_until(body_deadline(terms_->settings, began, body.size()));
    if (const auto came = co_await wire_->more(); came != arrival::bytes) co_return why_no_body(came, began);
  }
  body.reserve(body.size() + connection::spare_bytes);
  co_return body;
}

task<session::verdict> session::serve(stages::request_head head, std::string body, std::unique_ptr<stages::admission> held,
                                      reply_manner manner) {
  phase_ = phase::serving;
  const std::string request_id = head.request_id;
  const auto client_speaks = stages::dialect_at(head.path);
  client_sink sink(*wire_, terms_->date, terms_->time, manner);
  wire_->start_watching();
  bool threw = false;
  try {
    co_await terms_->service.serve(std::move(head), std::move(body), std::move(held), sink);
  } catch (const std::exception&) {
    threw = true;  // out of memory, or a defect: this connection pays, not the process
  }
  if (!sink.is_open() && !wire_->is_gone()) {
    const auto why = fail(failure_kind::internal, threw ? "service threw" : "service gave no reply");
    auto reply = stages::reply_failure(why, client_speaks, request_id);
    co_await sink.send_whole(std::move(reply.start), reply.body);
  }
  wire_->stop_watching();
  if (sink.may_keep_alive() && !threw) co_return verdict::next_request;
  if (sink.is_ended() && !wire_->is_gone()) co_return verdict::finish;
  wire_->reset();  // a stream without its end must not look ended
  co_return verdict::drop;
}

task<session::verdict> session::refuse(stages::request_head head, failure why, reply_manner manner) {
  phase_ = phase::serving;
  terms_->service.refused(head, why);
  if (why.kind == failure_kind::client_gone) co_return verdict::drop;
  auto reply = stages::reply_failure(why, stages::dialect_at(head.path), head.request_id);
  client_sink sink(*wire_, terms_->date, terms_->time, manner);
  const bool sent = co_await sink.send_whole(std::move(reply.start), reply.body);
  if (!sent) co_return verdict::drop;
  co_return manner.keep_alive ? verdict::next_request : verdict::finish;
}

}  // namespace sallyport::server

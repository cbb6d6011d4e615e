#include "proxy/upstream/native_send.hpp"

#include "proxy/upstream/request_head.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// A buffer that a burst made large is given back while nothing arrives.
constexpr std::size_t idle_bytes_max = 4 * 1024;
// Over TLS, head and body go out as one record where they fit: pieces would be packets of their own.
constexpr std::size_t joined_bytes_max = 16 * 1024;
// How long, and for how much, the end of a reply is waited for of which all that matters has been read.
constexpr std::chrono::milliseconds linger_time{250};
constexpr std::size_t linger_bytes_max = 16 * 1024;

}  // namespace

native_send::native_send(asio::io_context& on, const cleared& target, outgoing what, std::shared_ptr<deadlines> alarms,
                         std::shared_ptr<kept_connections> kept)
    : on_(on), to_(target.shared_deployment()), what_(std::move(what)), alarms_(std::move(alarms)), kept_(std::move(kept)) {}

native_send::~native_send() {
  if (wire_) wire_->close();
}

void native_send::start(const connect_tools& with) {
  auto text = request_text(*to_->at, what_.path, what_.headers, what_.credential, what_.body ? what_.body->size() : 0);
  if (text.has_error()) return refuse(std::move(text).error());
  head_text_ = std::move(*text);
  if (auto wire = kept_->take(*to_->at)) {
    reused_ = true;
    return serve_on(std::move(wire));
  }
  connecting_ = std::make_shared<provider_connect>(
      with, to_, with.time.now() + what_.connect_timeout,
      [weak = weak_from_this()](std::shared_ptr<provider_wire> made, std::optional<failure> why) {
        if (const auto self = weak.lock()) return self->connected(std::move(made), std::move(why));
        if (made) made->close();
      });
  connecting_->start();
}

void native_send::connected(std::shared_ptr<provider_wire> made, std::optional<failure> why) {
  connecting_.reset();
  if (why) return refuse(*std::move(why));
  serve_on(std::move(made));
}

void native_send::serve_on(std::shared_ptr<provider_wire> wire) {
  wire_ = std::move(wire);
  peer_ = wire_->peer;
  wire_->serve(this);
  if (wire_->is_secured() && what_.body && what_.body->size() <= joined_bytes_max) {
    body_sent_ = !what_.body->empty();
    head_text_ += *what_.body;
    what_.body.reset();
  }
  write();
  wake();   // from here on somebody may wait for the reply
}

provider_wire::pieces native_send::unwritten() const {
  const std::size_t of_head = std::min(written_, head_text_.size());
  const std::size_t of_body = written_ - of_head;
  const asio::const_buffer body = what_.body ? asio::buffer(*what_.body) : asio::const_buffer();
  return {asio::buffer(head_text_) + of_head, body + of_body};
}

void native_send::write() {
  error_code broken;
  note_written(wire_->write_now(unwritten(), broken));
  if (broken) return;   // what the provider said before, or the end, is found by reading
  const auto left = unwritten();
  if (asio::buffer_size(left) == 0) return what_.body.reset();
  body_sent_ = body_sent_ || left[1].size() > 0;
  wire_->start_write(left);
}

void native_send::note_written(std::size_t count) {
  written_ += count;
  body_sent_ = body_sent_ || written_ > head_text_.size();
}

void native_send::on_written(error_code error, std::size_t count) {
  const auto self = shared_from_this();
  note_written(count);
  if (!error) write();
}

void native_send::on_read(error_code error, std::string_view bytes) {
  const auto self = shared_from_this();
  arrived_ = bytes;
  if (error) ended_ = error;
  if (abandoned_) return linger();
  wake();
}

void native_send::on_time_lost() {
  const auto self = shared_from_this();
  lingering_.reset();
  sleeper_.drop();
}

void native_send::on_deadline() {
  const auto self = shared_from_this();
  if (abandoned_) return let_go();
  wake();
}

task<void> native_send::sleep(instant deadline) {
  if (content_.capacity() > idle_bytes_max) std::string().swap(content_);
  alarms_->set(*this, deadline);
  co_await sleeper_.wait();
}

void native_send::wake() {
  if (sleeper_.is_waiting()) sleeper_.resume();
}

void native_send::cancel() {
  cancelled_ = true;
  wake_later();
}

// Whoever cancels or destroys is in the middle of something: the sleeper goes on when that is over.
void native_send::wake_later() {
  if (sleeper_.is_waiting()) asio::post(on_, [self = shared_from_this()] { self->wake(); });
}

std::optional<signal> native_send::take_signal() {
  content_.clear();
  shown_ = {};
  if (std::exchange(cancelled_, false) || abandoned_) return signal::cancelled;
  for (;;) {
    if (head_.is_whole() && !std::exchange(head_given_, true)) return signal::head;
    if (over_) return why_ ? signal::failed : signal::end;
    if (!arrived_.empty() && !whole_) {
      parse();
      if (!shown_.empty()) return signal::data;
    } else if (whole_) {
      finish();
    } else if (ended_) {
      end_of_input();
    } else {
      read_some();
      return std::nullopt;
    }
  }
}

void native_send::read_some() {
  if (wire_ && !wire_->is_reading()) wire_->start_read();
}

void native_send::parse() {
  if (head_.is_whole())
    parse_body();
  else
    parse_head();
}

void native_send::parse_head() {
  while (!arrived_.empty() && !head_.is_whole()) {
    const auto end = arrived_.find('\n');
    const auto line = arrived_.substr(0, end == std::string_view::npos ? end : end + 1);
    arrived_.remove_prefix(line.size());
    const bool is_begun = !line_.empty();
    if (is_begun || end == std::string_view::npos) line_ += line;
    if (line_.size() > reply_head_bytes_max) return refuse(fail(failure_kind::garbled_reply, "the head of the reply is over 64 KiB"));
    if (end == std::string_view::npos) return;
    const auto verdict = head_.take(is_begun ? std::string_view(line_) : line);
    line_.clear();
    if (verdict == reply_head::verdict::refused) return refuse(fail(failure_kind::garbled_reply, head_.why_not()));
  }
  if (!head_.is_whole()) return;
  left_ = head_.length().value_or(0);
  whole_ = head_.extent() == reply_extent::none || (head_.extent() == reply_extent::length && left_ == 0);
}

void native_send::parse_body() {
  if (head_.extent() == reply_extent::chunked) return parse_chunks();
  shown_ = std::exchange(arrived_, {});
  if (head_.extent() == reply_extent::until_close) return;
  if (shown_.size() > left_) {
    arrived_ = shown_.substr(left_);
    shown_ = shown_.substr(0, left_);
  }
  left_ -= shown_.size();
  whole_ = left_ == 0;
}

void native_send::parse_chunks() {
  const auto taken = chunks_.feed(arrived_, content_);
  if (taken.has_error()) {
    refuse(fail(failure_kind::garbled_reply, taken.error().detail));
  } else {
    arrived_.remove_prefix(*taken);
    whole_ = chunks_.is_done();
  }
  shown_ = content_;   // also what came before the fault
}

// The connection says nothing more. What a cut reply has brought was told before.
void native_send::end_of_input() {
  const bool may_end_so = head_.is_whole() && head_.extent() == reply_extent::until_close && *ended_ == asio::error::eof;
  if (may_end_so) {
    whole_ = true;
    return;
  }
  const std::string how = ended_->message();
  if (head_.is_whole()) return refuse(fail(failure_kind::connection_lost, "the reply was cut: " + how));
  const std::string begun = reused_ ? "a kept connection died under the request: " : "the reply ended before its head was whole: ";
  refuse(fail(failure_kind::connection_lost, begun + how));
}

void native_send::finish() {
  over_ = true;
  let_go();
}

void native_send::refuse(failure why) {
  if (!why_) why_ = std::move(why);
  shown_ = {};
  over_ = true;
  let_go();
  wake();
}

// Kept is what answered in full, took the whole request, and brought nothing beyond.
void native_send::let_go() {
  if (const auto connecting = std::exchange(connecting_, nullptr)) connecting->stop();
  const auto wire = std::exchange(wire_, nullptr);
  if (!wire) return;
  const bool is_clean = whole_ && !why_ && !ended_ && arrived_.empty() && asio::buffer_size(unwritten()) == 0;
  const bool may_serve_again = is_clean && head_.keeps_alive();
  arrived_ = {};
  lingering_.reset();
  deadlines::end(*this);
  if (may_serve_again)
    kept_->keep(*to_->at, wire);
  else
    wire->close();
}

void native_send::abandon() {
  abandoned_ = true;
  if (!begin_to_linger()) let_go();
  what_.body.reset();
  wake_later();
}

bool native_send::begin_to_linger() {
  if (!lingers_ || !wire_ || ended_ || whole_ || over_ || !head_.is_whole() || asio::buffer_size(unwritten()) > 0) return false;
  lingering_ = shared_from_this();
  alarms_->set(*this, std::chrono::steady_clock::now() + linger_time);
  linger();
  return true;
}

void native_send::linger() {
  const auto self = shared_from_this();
  lingered_bytes_ += arrived_.size();
  while (!arrived_.empty() && !whole_ && !over_) {
    content_.clear();
    parse();
  }
  if (whole_ || over_ || ended_ || lingered_bytes_ > linger_bytes_max) return let_go();
  read_some();
}

}  // namespace sallyport::upstream

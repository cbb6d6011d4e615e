#include "proxy/upstream/http1_round_trip.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Over TLS, head and body go out as one record where they fit: pieces would be packets of their own.
constexpr std::size_t joined_bytes_max = 16 * 1024;

}  // namespace

http1_round_trip::http1_round_trip(round_trip_owner& owner, std::shared_ptr<provider_wire> wire, std::string head,
                               std::shared_ptr<const std::string> body, bool reused)
    : owner_(owner), wire_(std::move(wire)), head_text_(std::move(head)), body_(std::move(body)), reused_(reused) {}

http1_round_trip::~http1_round_trip() {
  if (wire_) wire_->close();
}

void http1_round_trip::start() {
  wire_->serve(this);
  if (wire_->is_secured() && body_ && body_->size() <= joined_bytes_max) {
    body_sent_ = !body_->empty();
    head_text_ += *body_;
    body_.reset();
  }
  write();
}

provider_wire::pieces http1_round_trip::unwritten() const {
  const std::size_t of_head = std::min(written_, head_text_.size());
  const std::size_t of_body = written_ - of_head;
  const asio::const_buffer body = body_ ? asio::buffer(*body_) : asio::const_buffer();
  return {asio::buffer(head_text_) + of_head, body + of_body};
}

void http1_round_trip::write() {
  error_code broken;
  note_written(wire_->write_now(unwritten(), broken));
  if (broken) return;   // what the provider said before, or the end, is found by reading
  const auto left = unwritten();
  if (asio::buffer_size(left) == 0) return forget_request();
  body_sent_ = body_sent_ || left[1].size() > 0;
  wire_->start_write(left);
}

// A reply may last much longer than it took to ask for it.
void http1_round_trip::forget_request() {
  std::string().swap(head_text_);
  body_.reset();
  written_ = 0;
}

void http1_round_trip::note_written(std::size_t count) {
  written_ += count;
  body_sent_ = body_sent_ || written_ > head_text_.size();
}

void http1_round_trip::on_written(error_code error, std::size_t count) {
  note_written(count);
  if (!error) write();
}

void http1_round_trip::on_read(error_code error, std::string_view bytes) {
  arrived_ = bytes;
  if (error) ended_ = error;
  if (!lingers_) return owner_.woken();
  if (drop_arrived()) return read_some();
  owner_.lingered();
}

void http1_round_trip::rest() {
  if (content_.capacity() > idle_bytes_max) std::string().swap(content_);
}

std::optional<signal> http1_round_trip::take_signal() {
  content_.clear();
  shown_ = {};
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

void http1_round_trip::read_some() {
  if (wire_ && !wire_->is_reading()) wire_->start_read();
}

void http1_round_trip::parse() {
  if (head_.is_whole())
    parse_body();
  else
    parse_head();
}

void http1_round_trip::parse_head() {
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

void http1_round_trip::parse_body() {
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

void http1_round_trip::parse_chunks() {
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
void http1_round_trip::end_of_input() {
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

void http1_round_trip::finish() {
  over_ = true;
  let_go();
}

void http1_round_trip::refuse(failure why) {
  if (!why_) why_ = std::move(why);
  shown_ = {};
  over_ = true;
  let_go();
}

// Kept is what answered in full, took the whole request, and brought nothing beyond.
void http1_round_trip::let_go() {
  const auto wire = std::exchange(wire_, nullptr);
  if (!wire) return;
  const bool is_clean = whole_ && !why_ && !ended_ && arrived_.empty() && asio::buffer_size(unwritten()) == 0;
  arrived_ = {};
  body_.reset();
  if (is_clean && head_.keeps_alive())
    owner_.keep(wire);
  else
    wire->close();
}

bool http1_round_trip::linger() {
  if (!wire_ || ended_ || whole_ || over_ || !head_.is_whole() || asio::buffer_size(unwritten()) > 0) return false;
  lingers_ = drop_arrived();
  if (lingers_) read_some();
  return lingers_;
}

// False: there is nothing more to wait for.
bool http1_round_trip::drop_arrived() {
  lingered_bytes_ += arrived_.size();
  while (!arrived_.empty() && !whole_ && !over_) {
    content_.clear();
    parse();
  }
  return !whole_ && !over_ && !ended_ && lingered_bytes_ <= linger_bytes_max;
}

}  // namespace sallyport::upstream

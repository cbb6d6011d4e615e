#include "proxy/upstream/http2_round_trip.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sallyport::upstream {

http2_round_trip::http2_round_trip(round_trip_owner& owner, std::shared_ptr<http2_connection> on, std::shared_ptr<const std::string> body)
    : owner_(owner), on_(std::move(on)), body_(std::move(body)) {
  if (body_ && body_->empty()) body_.reset();
}

void http2_round_trip::start(const config::provider& to, const request_fields& request) {
  stream_ = on_->open(to, request, *this);
  if (stream_ == 0) why_ = fail(failure_kind::connection_lost, "the connection takes no more requests");
}

std::optional<signal> http2_round_trip::take_signal() {
  if (!shown_.empty() && on_) on_->taken(stream_, shown_.size());
  shown_.clear();
  if (head_.is_whole() && !std::exchange(head_given_, true)) return signal::head;
  if (!waiting_.empty()) {
    shown_.swap(waiting_);
    return signal::data;
  }
  if (!is_over()) return std::nullopt;
  let_go();
  return why_ ? signal::failed : signal::end;
}

void http2_round_trip::rest() {
  if (shown_.capacity() > idle_bytes_max) std::string().swap(shown_);
  if (waiting_.capacity() > idle_bytes_max && waiting_.empty()) std::string().swap(waiting_);
}

void http2_round_trip::let_go() {
  if (const auto on = std::exchange(on_, nullptr)) on->leave(stream_);
  body_.reset();
}

bool http2_round_trip::linger() {
  if (!on_ || is_over() || !head_.is_whole() || !is_body_read()) return false;
  if (!shown_.empty()) on_->taken(stream_, shown_.size());
  lingers_ = true;
  drop_waiting();
  return lingered_bytes_ <= linger_bytes_max;
}

void http2_round_trip::drop_waiting() {
  lingered_bytes_ += waiting_.size();
  if (on_ && !waiting_.empty()) on_->taken(stream_, waiting_.size());
  waiting_.clear();
}

bool http2_round_trip::garbled(std::string why) {
  if (!why_) why_ = fail(failure_kind::garbled_reply, std::move(why));
  return false;
}

bool http2_round_trip::on_field(std::string_view name, std::string_view value) {
  return head_.take_pair(name, value) != reply_head::verdict::refused || garbled(head_.why_not());
}

void http2_round_trip::on_unfit_field() { garbled("a header of the reply is not fit for the wire"); }

bool http2_round_trip::on_fields_end() {
  return head_.end_pairs() != reply_head::verdict::refused || garbled(head_.why_not());
}

void http2_round_trip::on_data(std::string_view bytes) { waiting_.append(bytes); }

// A provider that began to answer has done something with the request, whatever it says.
void http2_round_trip::on_lost(failure why, bool unprocessed) {
  unprocessed_ = unprocessed && !head_.is_whole();
  if (!why_) why_ = std::move(why);
}

std::size_t http2_round_trip::read_body(char* into, std::size_t room) {
  if (!body_) return 0;
  const std::size_t count = std::min(room, body_->size() - read_);
  std::memcpy(into, body_->data() + read_, count);
  read_ += count;
  if (read_ == body_->size()) body_.reset();
  return count;
}

void http2_round_trip::on_news() {
  if (!lingers_) return owner_.woken();
  drop_waiting();
  if (is_over() || lingered_bytes_ > linger_bytes_max) owner_.lingered();
}

}  // namespace sallyport::upstream

#include "proxy/policy/attempt_clock.hpp"

namespace sallyport::policy {

void attempt_clock::committed(instant now) {
  if (committed_) return;
  committed_ = true;
  running_until_ = now + limits_.idle;
}

void attempt_clock::data_event(instant now) {
  if (finished_)
    running_until_ = now + after_finish;
  else if (committed_)
    running_until_ = now + limits_.idle;
}

void attempt_clock::finished(instant now) {
  finished_ = true;
  running_until_ = now + after_finish;
}

failure_kind attempt_clock::meaning() const {
  if (total_ <= running_until_) return failure_kind::total_timed_out;
  if (!stream_) return failure_kind::attempt_timed_out;
  return committed_ ? failure_kind::idle_timed_out : failure_kind::first_token_timed_out;
}

}  // namespace sallyport::policy

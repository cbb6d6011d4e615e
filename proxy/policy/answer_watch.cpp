#include "proxy/policy/answer_watch.hpp"

namespace sallyport::policy {

void answer_watch::take(const event& seen) {
  if (commits(seen.kind)) content_ = true;
  if (seen.kind == event_kind::finished) finished_.insert(seen.choice);
  if (seen.kind == event_kind::done) done_ = true;
  if (seen.kind == event_kind::failed) failed_ = true;
}

bool answer_watch::is_finished() const { return !finished_.empty() && finished_.size() >= static_cast<std::size_t>(choices_); }

maybe_failure answer_watch::verdict_at_end() const {
  if (failed_) return fail(failure_kind::error_in_reply);
  if (is_finished()) return std::nullopt;
  // Some engines send no finish reason but do send the marker; after content that is an end, before any it is an empty answer.
  if (done_ && content_ && finished_.empty()) return std::nullopt;
  if (done_ && !finished_.empty()) return std::nullopt;
  if (!content_ && finished_.empty()) return fail(failure_kind::empty_reply);
  return fail(failure_kind::truncated_stream);
}

}  // namespace sallyport::policy

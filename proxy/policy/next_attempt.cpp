#include "proxy/policy/next_attempt.hpp"

namespace sallyport::policy {

next_step next_attempt::begin(instant now) {
  if (!plan_.current()) return give_up(fail(failure_kind::no_eligible_deployment));
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out));
  return send();
}

next_step next_attempt::after(failure why, instant now, double jitter) {
  if (!why.may_try_elsewhere()) return give_up(std::move(why));
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out, "last: " + std::string(why.name())));
  if (sends_ >= limits_.sends_max) return give_up(std::move(why));
  if (plan_.after_current()) {
    why_ = std::move(why);
    failed_ = true;
    plan_.advance();
    return send();
  }
  if (!may_come_back(why, now)) return give_up(std::move(why));
  const auto wait = std::chrono::duration_cast<duration>(*why.retry_after * (1.0 + jitter / 10));
  wait_until_ = now + wait;
  why_ = std::move(why);
  failed_ = true;
  ++sends_;
  return next_step::wait;
}

next_step next_attempt::skip(failure why, instant now) {
  --sends_;
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out, "last: " + std::string(why.name())));
  if (plan_.after_current()) {
    plan_.advance();
    return send();
  }
  // What a deployment answered tells more than that the rest of the plan was too dear.
  return give_up(failed_ ? std::move(why_) : std::move(why));
}

// The same deployment is sent to again only if it refused the first send unread (semantics: sending twice), and if it said when.
bool next_attempt::may_come_back(const failure& why, instant now) const {
  const bool refused = why.kind == failure_kind::rate_limited || why.kind == failure_kind::provider_overloaded;
  if (!refused || !why.retry_after || *why.retry_after > limits_.wait_max) return false;
  return now + *why.retry_after + *why.retry_after / 10 < limits_.deadline;
}

next_step next_attempt::send() {
  ++sends_;
  return next_step::send;
}

next_step next_attempt::give_up(failure why) {
  why_ = std::move(why);
  return next_step::give_up;
}

}  // namespace sallyport::policy

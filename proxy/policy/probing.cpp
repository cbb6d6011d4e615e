#include "proxy/policy/probing.hpp"

namespace sallyport::policy {
namespace {

duration part(duration of, double share) { return std::chrono::duration_cast<duration>(of * share); }

/// The longest that passes from one answer to the next.
duration longest_gap(duration every) { return part(every, 1.2) + probing::probe_max + std::chrono::seconds(1); }

}  // namespace

probing::probing(duration every, const std::vector<health*>& of) : every_(every) {
  for (auto* const one : of) all_.push_back({.breaker = one});
}

bool probing::wants_answer(instant now) {
  bool any = false, all_closed = true;
  for (auto& one : all_) {
    const auto state = one.breaker->state(now);
    if (state == breaker_state::closed) {
      one.was_brought_forward = false;
      continue;
    }
    all_closed = false;
    // Behind its rest there is nothing to bring forward: only one that is down is asked on, so that it rests on.
    any = any || state == breaker_state::open || !last_ || *last_ == liveness::down;
  }
  if (all_closed) last_.reset();
  return any;
}

bool probing::is_due(instant now, double dice) {
  if (is_asking_) return false;
  if (!wants_answer(now)) {
    next_.reset();
    return false;
  }
  if (!next_) next_ = now + part(every_, 0.5 + dice / 2);   // a first rest is short; many gateways do not ask together
  is_asking_ = now >= *next_;
  return is_asking_;
}

std::vector<std::size_t> probing::answered(liveness said, instant now, double dice) {
  is_asking_ = false;
  last_ = said;
  next_ = now + part(every_, 0.8 + 0.4 * dice);
  std::vector<std::size_t> brought_forward;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    auto& one = all_[i];
    if (said == liveness::down) {
      one.was_brought_forward = false;
      one.breaker->rest_on(now + longest_gap(every_));
    } else if (said == liveness::up && !one.was_brought_forward && one.breaker->bring_forward(now)) {
      one.was_brought_forward = true;
      brought_forward.push_back(i);
    }
  }
  return brought_forward;
}

}  // namespace sallyport::policy

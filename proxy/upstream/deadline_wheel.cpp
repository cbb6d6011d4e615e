#include "proxy/upstream/deadline_wheel.hpp"

#include <algorithm>

namespace sallyport::upstream {

void deadline_wheel::entry::unlink() {
  if (before_ == nullptr) return;
  before_->behind_ = behind_;
  behind_->before_ = before_;
  before_ = behind_ = nullptr;
}

void deadline_wheel::slot::take(entry& one) {
  one.before_ = before_;
  one.behind_ = this;
  before_->behind_ = &one;
  before_ = &one;
}

void deadline_wheel::slot::take_all(slot& from) {
  while (!from.is_empty()) {
    entry& one = from.front();
    one.unlink();
    take(one);
  }
}

deadline_wheel::deadline_wheel(instant now) : began_(now) {}

// Rounded up, so that nobody is told early.
std::int64_t deadline_wheel::tick_of(instant when) const {
  if (when <= began_) return 0;
  const auto since = when - began_;
  return since / tick + (since % tick == duration::zero() ? 0 : 1);
}

void deadline_wheel::place(entry& whose) {
  const auto horizon = now_ + static_cast<std::int64_t>(slot_count) - 1;
  whose.turn_ = std::clamp(tick_of(whose.due_), now_ + 1, horizon);
  slots_[static_cast<std::size_t>(whose.turn_) % slot_count].take(whose);
}

instant deadline_wheel::set(entry& whose, instant due) {
  whose.due_ = due;
  const bool is_set = whose.before_ != nullptr;
  // A deadline that moved further away is found to have done so at its old turn.
  if (is_set && due >= began_ + whose.turn_ * tick) return began_ + whose.turn_ * tick;
  whose.unlink();
  place(whose);
  return began_ + whose.turn_ * tick;
}

void deadline_wheel::advance(instant now) {
  const std::int64_t until = (now - began_) / tick;
  slot due;
  for (std::int64_t at = std::max(now_ + 1, until - static_cast<std::int64_t>(slot_count) + 1); at <= until; ++at)
    due.take_all(slots_[static_cast<std::size_t>(at) % slot_count]);
  now_ = std::max(now_, until);
  while (!due.is_empty()) {
    entry& one = due.front();
    one.unlink();
    if (one.due_ > now)
      place(one);
    else
      one.on_deadline();
  }
}

std::optional<instant> deadline_wheel::next_turn() const {
  for (std::int64_t at = now_ + 1; at < now_ + static_cast<std::int64_t>(slot_count); ++at)
    if (!slots_[static_cast<std::size_t>(at) % slot_count].is_empty()) return began_ + at * tick;
  return std::nullopt;
}

void deadline_wheel::lose_all() {
  for (auto& one : slots_)
    while (!one.is_empty()) {
      entry& lost = one.front();
      lost.unlink();
      lost.on_time_lost();
    }
}

}  // namespace sallyport::upstream

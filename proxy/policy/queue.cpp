#include "proxy/policy/queue.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::policy {

bool queue::ticket::take() {
  const std::lock_guard held(in_.mutex_);
  return std::exchange(granted_, false);
}

bool queue::ticket::has_place() const {
  const std::lock_guard held(in_.mutex_);
  return granted_;
}

// The order of the two counters matters on both sides: whoever waits counts itself before it looks for a place, and whoever gives a place
// back does so before it looks for somebody who waits. So one of the two sees the other.
std::unique_ptr<queue::ticket> queue::join(int places, int most, std::function<void()> called) {
  auto made = std::make_unique<ticket>(*this, places, std::move(called));
  const std::lock_guard held(mutex_);
  if (waiting_.fetch_add(1) >= most) {
    waiting_.fetch_sub(1);
    return nullptr;
  }
  made->granted_ = line_.empty() && take_place(places);
  if (made->granted_)
    waiting_.fetch_sub(1);
  else
    line_.push_back(made.get());
  return made;
}

void queue::give_back() {
  under_way_.fetch_sub(1);
  if (waiting_.load() > 0) call_next();
}

bool queue::take_place(int places) {
  auto present = under_way_.load();
  while (present < places)
    if (under_way_.compare_exchange_weak(present, present + 1)) return true;
  return false;
}

void queue::call_next() {
  const std::lock_guard held(mutex_);
  while (!line_.empty() && take_place(line_.front()->places_)) {
    auto& first = *line_.front();
    line_.pop_front();
    waiting_.fetch_sub(1);
    first.granted_ = true;
    first.called_();
  }
}

void queue::leave(ticket& one) {
  bool had_place = false;
  {
    const std::lock_guard held(mutex_);
    had_place = std::exchange(one.granted_, false);
    if (const auto found = std::find(line_.begin(), line_.end(), &one); found != line_.end()) {
      line_.erase(found);
      waiting_.fetch_sub(1);
    }
  }
  if (had_place) give_back();
}

}  // namespace sallyport::policy

#include "proxy/policy/session_marks.hpp"

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

std::uint8_t least_in(const std::array<std::atomic<std::uint8_t>, session_marks::places>& table, const session_marks::key& session) {
  std::uint8_t least = 255;
  for (const auto bits : session) least = std::min(least, table[bits % session_marks::places].load(relaxed));
  return least;
}

void raise_place(std::atomic<std::uint8_t>& place, std::uint8_t to) {
  auto was = place.load(relaxed);
  while (was < to && !place.compare_exchange_weak(was, to, relaxed)) {
  }
}

}  // namespace

data_class session_marks::mark_of(const key& session) const {
  const auto most = std::max(least_in(in_.table[0], session), least_in(in_.table[1], session));
  return static_cast<data_class>(std::min<std::uint8_t>(most, static_cast<std::uint8_t>(data_class::restricted)));
}

std::size_t session_marks::in_use() const {
  return in_.began[1].load(std::memory_order_acquire) > in_.began[0].load(std::memory_order_acquire) ? 1 : 0;
}

// A clock that is set back goes on with what is there: nothing is emptied before its time.
void session_marks::turn_if_due(std::int64_t now, std::int64_t lives) {
  const auto is_due = [&] { return now >= in_.began[in_use()].load(relaxed) + lives; };
  if (!is_due()) return;
  const std::lock_guard one_at_a_time(turning_);
  if (turns_are_anothers_ || !is_due()) return;
  const auto next = 1 - in_use();
  for (auto& place : in_.table[next]) place.store(0, relaxed);
  in_.began[next].store(now, std::memory_order_release);
}

void session_marks::leave_turns_to_another(bool leaves) {
  const std::lock_guard one_at_a_time(turning_);
  turns_are_anothers_ = leaves;
}

void session_marks::raise(const key& session, data_class to, wall_time now, std::chrono::milliseconds lives) {
  const auto mark = static_cast<std::uint8_t>(std::max(to, mark_of(session)));
  if (mark == 0) return;
  turn_if_due(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count(), lives.count());
  auto& table = in_.table[in_use()];
  for (const auto bits : session) raise_place(table[bits % places], mark);
}

}  // namespace sallyport::policy

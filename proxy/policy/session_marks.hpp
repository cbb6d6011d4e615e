#pragma once
/// The highest data class that each conversation has had. A sketch of fixed size that errs in one direction only: two conversations may share
/// places, and then one may count as more sensitive than it is; never as less. Nothing is ever thrown out to make room.
///
/// Two tables take turns: marks are set in the one, until it has been in use for the time that a mark is to live; then the other one is emptied
/// and its turn comes. So a mark lives at least that long, and setting it again moves it on. Pure: the time is an argument, the memory the
/// caller's, so that it can be a mapped file and outlive the process.

#include "adapters/words/data_class.hpp"
#include "proxy/words/clock.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>

namespace sallyport::policy {

class session_marks {
 public:
  static constexpr std::size_t places = std::size_t{1} << 22;   ///< of each table, one byte each

  /// As it lies in memory; all zeros is an empty one.
  struct memory {
    std::array<std::atomic<std::int64_t>, 2> began;   ///< when its turn came, in ms since 1970; 0: not yet. The later one is in use
    std::array<std::array<std::atomic<std::uint8_t>, places>, 2> table;
  };

  /// Where a conversation lies: uniform bits that nobody outside can choose (a keyed hash of its name).
  using key = std::array<std::uint32_t, 4>;

  /// The memory outlives it.
  explicit session_marks(memory& in) : in_(in) {}

  /// Any thread, no lock.
  data_class mark_of(const key& session) const;

  /// The conversation had a call of that class at that time, and its mark is to live so long at least. A lower class than its mark changes
  /// nothing but how long that lives. Any thread; a lock is taken only at a turn.
  void raise(const key& session, data_class to, wall_time now, std::chrono::milliseconds lives);

  /// While another process has the same memory and turns its tables: this one does not. Two that turn at once could empty a table in which
  /// one of them has set a mark already. Waits for a turn under way; any thread.
  void leave_turns_to_another(bool leaves);

 private:
  std::size_t in_use() const;
  void turn_if_due(std::int64_t now, std::int64_t lives);

  memory& in_;
  std::mutex turning_;
  bool turns_are_anothers_ = false;   ///< under the mutex
};

}  // namespace sallyport::policy

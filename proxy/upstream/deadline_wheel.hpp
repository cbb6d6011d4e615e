#pragma once
/// The deadlines of very many waits on one thread. Moving a deadline that is set already writes one number, setting and ending one a few
/// pointers, whatever the number of waits: nearly all deadlines are moved or ended without ever coming due. Exact to a tick, never early.
/// Pure: time is handed in.

#include "proxy/words/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sallyport::upstream {

class deadline_wheel {
 public:
  static constexpr std::chrono::milliseconds tick{8};

  /// A wait with a deadline. Set in one wheel at most, which outlives that; ends with its owner.
  class entry {
   public:
    entry() = default;
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

   protected:
    virtual ~entry() { unlink(); }

   private:
    friend class deadline_wheel;
    /// The deadline has come, and is no longer set. May set and end any.
    virtual void on_deadline() = 0;
    /// Time stands still from now on: whoever waits is to be thrown away, not resumed.
    virtual void on_time_lost() = 0;
    void unlink();

    entry* before_ = nullptr;
    entry* behind_ = nullptr;
    instant due_{};
    std::int64_t turn_ = 0;   ///< the tick at which it is looked at: no later than due_
  };

  explicit deadline_wheel(instant now);

  /// Returns when advance() has to be called for it; may lie in the past, where nobody waited for long.
  instant set(entry& whose, instant due);
  static void end(entry& whose) { whose.unlink(); }
  /// Tells those that are due.
  void advance(instant now);
  /// When advance() has to be called next; nothing: not before another set().
  std::optional<instant> next_turn() const;
  /// Tells all, once, that their time is lost.
  void lose_all();

 private:
  static constexpr std::size_t slot_count = 1024;   ///< ticks that the wheel looks ahead: 8 s; what is later is looked at on the way
  /// The place of a list before its first entry.
  struct slot final : entry {
    slot() { before_ = behind_ = this; }
    void on_deadline() override {}
    void on_time_lost() override {}
    bool is_empty() const { return behind_ == this; }
    void take(entry& one);
    void take_all(slot& from);
    entry& front() { return *behind_; }
  };

  std::int64_t tick_of(instant when) const;
  void place(entry& whose);

  instant began_;
  std::int64_t now_ = 0;   ///< the last tick that advance() came to
  std::array<slot, slot_count> slots_;
};

}  // namespace sallyport::upstream

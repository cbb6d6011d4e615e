#pragma once
/// Those who wait for a place at one deployment, over all workers: the first one first. Who gives a place up hands it to the first of the line.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace sallyport::policy {

/// Any thread. The lock is short, and taken only while somebody waits or joins.
class queue {
 public:
  /// A place in the line. Destroying it leaves the line; a place that was handed over and not taken goes to the next one.
  class ticket {
   public:
    ticket(queue& in, int places, std::function<void()> called) : in_(in), places_(places), called_(std::move(called)) {}
    ~ticket() { in_.leave(*this); }
    ticket(const ticket&) = delete;
    ticket& operator=(const ticket&) = delete;

    /// Whether a place was handed over; true once, and then the place is the caller's to give back.
    bool take();
    /// Whether one was, without taking it.
    bool has_place() const;

   private:
    friend class queue;
    queue& in_;
    int places_;                    ///< that there are in all, as the one who waits knows
    std::function<void()> called_;
    bool granted_ = false;
  };

  /// `under_way`: the places that are taken; it outlives the queue.
  explicit queue(std::atomic<int>& under_way) : under_way_(under_way) {}

  /// Joins the line; null when `most` wait already. `called`: a place was handed over; from any thread, and under the line's lock, so it must
  /// not call back, and is never called once the ticket is gone. Not called for a place that is there at once.
  std::unique_ptr<ticket> join(int places, int most, std::function<void()> called);
  int waiting() const { return waiting_.load(std::memory_order_relaxed); }
  /// Gives one place back.
  void give_back();

 private:
  bool take_place(int places);
  void leave(ticket& one);
  void call_next();

  std::atomic<int>& under_way_;
  std::atomic<int> waiting_{0};
  std::mutex mutex_;
  std::deque<ticket*> line_;
};

}  // namespace sallyport::policy

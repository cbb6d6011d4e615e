#pragma once
/// So many at once: a limit of four means four.

#include <atomic>

namespace sallyport::policy {

/// Any thread, no lock. The limit is an argument, since a reload may change it; those that are held stay held.
class slots {
 public:
  bool take(int limit) {
    int held = held_.load(std::memory_order_relaxed);
    while (held < limit)
      if (held_.compare_exchange_weak(held, held + 1, std::memory_order_relaxed)) return true;
    return false;
  }
  void take_anyway() { held_.fetch_add(1, std::memory_order_relaxed); }
  void give_back() { held_.fetch_sub(1, std::memory_order_relaxed); }
  int held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int> held_{0};
};

}  // namespace sallyport::policy

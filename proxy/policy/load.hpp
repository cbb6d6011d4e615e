#pragma once
/// How busy one deployment is, and how soon it begins to answer: what `least_busy` and `fastest` choose by.

#include "proxy/policy/queue.hpp"
#include "proxy/words/clock.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace sallyport::policy {

/// Any thread, no lock. Two samples at the same moment may cost one of them; both are of that moment.
class load {
 public:
  /// A peak counts at once; what is better than the estimate moves it within about so long.
  static constexpr duration memory = std::chrono::seconds(10);
  /// So old a sample says little: one call may go there to see.
  static constexpr duration sample_age_max = std::chrono::seconds(30);

  /// A send under way. Destroying it ends it.
  class hold {
   public:
    hold() = default;
    hold(hold&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    hold& operator=(hold&& other) noexcept {
      std::swap(of_, other.of_);
      return *this;
    }
    ~hold() {
      if (of_) of_->line_.give_back();
    }
    load* of() const { return of_; }

   private:
    friend class load;
    explicit hold(load& of) : of_(&of) {}
    load* of_ = nullptr;
  };

  /// One more send, if fewer than that many are under way (0: however many are) and nobody waits for one. Without a place the hold is of
  /// nothing.
  hold take(int most);
  /// Joins those who wait for one of `places`; null when `most` do already. See queue::join.
  std::unique_ptr<queue::ticket> wait_for_place(int places, int most, std::function<void()> called) {
    return line_.join(places, most, std::move(called));
  }
  /// The place that the ticket was handed, if it was.
  hold take(queue::ticket& handed) { return handed.take() ? hold(*this) : hold(); }
  int waiting() const { return line_.waiting(); }
  int under_way() const { return under_way_.load(std::memory_order_relaxed); }
  /// Its engine says that it is full, or not; holds until then. Any thread.
  void engine_says(bool is_full, instant holds_until);
  bool is_saturated(instant now) const;
  /// A send was over so long after it began.
  void served(duration took);
  /// How long a call would wait for one of `places` that joins now; zero while nothing is known.
  duration expected_wait(int places) const;
  /// A stream's first content came so long after its send.
  void began_to_answer(duration took, instant now);
  /// A stream failed so long after its send without any: what is measured is at least that slow. It measures nothing by itself.
  void was_silent(duration waited, instant now);
  /// Nothing: no sample yet.
  std::optional<duration> first_content() const;
  /// Whether one call should go there because nothing recent is known. True once in sample_age_max, for one caller.
  bool wants_sample(instant now);

 private:
  void sample(std::int64_t estimate_ns, instant now);

  std::atomic<int> under_way_{0};
  queue line_{under_way_};
  std::atomic<std::int64_t> saturated_until_ns_{0};   ///< 0: not
  std::atomic<std::int64_t> service_ns_{0};    ///< of a send, smoothed; 0: none yet
  std::atomic<std::int64_t> estimate_ns_{-1};
  std::atomic<std::int64_t> sampled_at_ns_{0};
  std::atomic<std::int64_t> asked_at_ns_{0};   ///< last let through by wants_sample; 0: never
};

}  // namespace sallyport::policy

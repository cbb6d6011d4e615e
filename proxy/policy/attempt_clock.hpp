#pragma once
/// Which of the five timeouts runs now for one attempt, until when, and what it means if it passes.

#include "adapters/words/failure.hpp"
#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

namespace sallyport::policy {

class attempt_clock {
 public:
  /// A stream whose answer is finished, but whose terminal marker and usage have not come, is waited for no longer than this.
  static constexpr std::chrono::seconds after_finish{3};

  attempt_clock(const config::timeouts& limits, bool stream, instant sent, instant total)
      : limits_(limits), stream_(stream), total_(total), running_until_(sent + (stream ? limits.first_token : limits.attempt)) {}

  void committed(instant now);      ///< the first committing event: from here on `idle` runs
  void data_event(instant now);     ///< restarts `idle`; comments do not come here
  void finished(instant now);       ///< all that is left is the terminal marker

  /// The earlier of the running timeout and `total`.
  instant deadline() const { return running_until_ < total_ ? running_until_ : total_; }
  /// What it means that deadline() has passed.
  failure_kind meaning() const;
  bool is_finished() const { return finished_; }

 private:
  config::timeouts limits_;
  bool stream_;
  instant total_;
  instant running_until_;
  bool committed_ = false;
  bool finished_ = false;
};

}  // namespace sallyport::policy

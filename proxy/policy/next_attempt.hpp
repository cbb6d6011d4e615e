#pragma once
/// The machine that decides what a request does next: send, wait and send, or give up. Fed with failures and the time.

#include "adapters/words/failure.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/plan.hpp"

namespace sallyport::policy {

/// What is to be done now.
enum class next_step : std::uint8_t {
  send,     ///< to plan.current(), at once
  wait,     ///< until wait_until(), then send to plan.current(): it refused us and said when to come back
  give_up,  ///< with why()
};

/// Limits of one request.
struct attempt_limits {
  int sends_max = 3;
  instant deadline = instant::max();          ///< `total`
  duration wait_max = std::chrono::seconds(10);  ///< a refusal that asks for longer is final
};

class next_attempt {
 public:
  /// `over` is the request's plan and outlives the machine; only the machine moves it.
  next_attempt(plan& over, attempt_limits limits) : plan_(over), limits_(limits) {}

  /// The first step.
  next_step begin(instant now);
  /// The step after an attempt that failed before anything was committed. `jitter` is in [0, 1): it stretches a wait by up to a tenth,
  /// so that many clients of one limited provider do not come back together.
  next_step after(failure why, instant now, double jitter);

  /// The step when what it told to send to cannot be afforded: the next deployment of the plan, which may be a cheaper one.
  next_step skip(failure why, instant now);

  instant wait_until() const { return wait_until_; }
  /// Why it gave up: the last failure, or the time that ran out.
  const failure& why() const { return why_; }
  int sends() const { return sends_; }

 private:
  next_step send();
  next_step give_up(failure why);
  bool may_come_back(const failure& why, instant now) const;

  plan& plan_;
  attempt_limits limits_;
  int sends_ = 0;
  bool failed_ = false;   ///< an attempt has, and why_ says why
  instant wait_until_{};
  failure why_;
};

}  // namespace sallyport::policy

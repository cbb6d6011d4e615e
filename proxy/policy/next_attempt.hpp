#pragma once
/// The machine that decides what a request does next: send, wait and send, or give up. Fed with failures, dice and the time; asks of each
/// deployment how it does, and tells what came of each send.

#include "adapters/words/failure.hpp"
#include "proxy/policy/send_permits.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/plan.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace sallyport::policy {

/// What is to be done now.
enum class next_step : std::uint8_t {
  send,     ///< to plan.current(), at once; then ended(), and after() where another step may follow
  wait,     ///< until wait_until(), then waited()
  queue,    ///< join the line of plan.current() by enqueue(), until wait_until() or until called; then dequeued()
  give_up,  ///< with why()
};

/// Limits of one request.
struct attempt_limits {
  int sends_max = 3;
  instant deadline = instant::max();          ///< `total`
  duration wait_max = std::chrono::seconds(12);  ///< of all its waits together, where the provider said when to come back
  duration guess_max = std::chrono::seconds(4);  ///< the same where it did not
  bool streamed = false;       ///< the time to the first content is one: it says how fast a deployment is
  bool duplicate_ok = false;   ///< what failed may be sent to the same deployment once more, though it may have arrived
};

/// How deployments do; for tests and for what has no memory all of it may be empty.
struct fleet_view {
  std::function<standing(const candidate&)> standing_of;
  std::function<void(const candidate&, const breaker_news&)> turned;
  std::function<void(const candidate&, duration)> queued = {};   ///< it waited so long for a place, whether it got one or not
};

/// One thread. `dice` are uniform in [0, 1).
class next_attempt {
 public:
  /// `over` is the request's plan and outlives the machine; only the machine moves it. What `fleet` shows outlives it too.
  next_attempt(plan& over, attempt_limits limits, fleet_view fleet = {}) : plan_(over), limits_(limits), fleet_(std::move(fleet)) {}

  /// The first step.
  next_step begin(instant now, double dice);
  /// The step after an attempt that failed before anything was committed. A refusal of what the call is leads to the fallbacks that the plan
  /// has for it, and to none that has been asked already. `body_arrived`: some of the body may have reached the provider.
  next_step after(failure why, bool body_arrived, instant now, double dice);
  /// The step after a stream that broke behind content: to another deployment, which is to go on with the answer. Those that never do are
  /// passed over.
  next_step broke(failure why, instant now, double dice);
  /// The step when a deployment refused that way of going on, and nothing of it began: to the same one, in another way.
  next_step again(instant now, double dice);
  /// The step after a wait.
  next_step waited(instant now, double dice);
  /// Joins the line; `called` as in queue::join. False: nothing is to be waited for, dequeued() is next.
  bool enqueue(std::function<void()> called);
  /// The step after the line: its time is up, or a place may have come.
  next_step dequeued(instant now, double dice);
  /// The step when what it told to send to cannot be afforded: the next deployment of the plan, which may be a cheaper one.
  next_step skip(failure why, instant now, double dice);

  /// Another deployment that the call is sent to beside the present one, whose first content does not come; null: none takes it now. It counts
  /// as a send; one that takes part in this has been asked.
  const candidate* hedge(instant now, double dice);
  /// It was not sent to after all.
  void forget_hedge();
  void hedge_answers(instant now);
  void hedge_ended(const maybe_failure& why, instant now, double dice);
  /// The present one is over; the hedge takes its place.
  void hedge_takes_over();
  std::size_t hedge_credential() const { return hedge_.permits.credential(); }

  /// What was sent to begins to answer: content came, or a whole reply. May be called again for the same send.
  void answers(instant now);
  /// The send is over, whatever came of it; nothing: it was answered whole.
  void ended(const maybe_failure& why, instant now, double dice);

  instant wait_until() const { return wait_until_; }
  /// Why it gave up: the last failure, or the time that ran out. Its retry_after is the time at which the first deployment of the plan can
  /// be expected to take a request again.
  const failure& why() const { return why_; }
  int sends() const { return sends_; }
  /// Of the present send: the place of the credential among its provider's keys.
  std::size_t credential() const { return present_.permits.credential(); }
  /// The present one is sent to because another before it has no place.
  bool has_overflowed() const { return has_overflowed_; }

 private:
  standing standing_of(const candidate& one) const { return fleet_.standing_of ? fleet_.standing_of(one) : standing{}; }
  bool move_on(instant now, double dice);
  next_step go(instant now);
  next_step go_or_give_up(bool found, failure otherwise, instant now);
  static bool wants_place(const standing& of, instant now);
  bool takes_other_key(const failure& why, instant now, double dice);
  failure nobody_takes_it(instant now) const;
  next_step fall_back(failure why, instant now, double dice);
  const char* out_of_question(const candidate& one) const;
  bool let_through(const candidate& one, instant now, double dice, load::hold place = {});
  bool take_last_resort(instant now);
  bool may_probe() const;
  bool affords_retry(const standing& of, instant now) const;
  bool may_repeat(const failure& why, instant now) const;
  next_step come_back(std::size_t place, instant now, double dice);
  next_step wait(duration least, instant now);
  next_step send(instant now);
  next_step give_up(failure why, instant now);
  send_permits::hear hearing(std::size_t place) const;

  plan& plan_;
  attempt_limits limits_;
  fleet_view fleet_;
  struct running {
    send_permits permits;
    instant sent_at{};
    bool answered = false;   ///< has been told of as answering
    std::size_t place = 0;
  };
  void answers(running& of, instant now);
  void ended(running& of, const maybe_failure& why, instant now, double dice);

  running present_;
  running hedge_;
  bool has_hedged_ = false;
  int sends_ = 0;
  std::vector<const config::deployment*> asked_;   ///< in the order of the sends
  bool failed_ = false;     ///< an attempt has, and why_ says why
  bool resuming_ = false;   ///< content went out: what is sent now is to go on with it
  bool has_probed_ = false;
  bool has_overflowed_ = false;
  bool in_line_ = false;            ///< move_on() found a line worth waiting in
  instant queued_at_{};
  std::unique_ptr<queue::ticket> ticket_;
  credential_set used_up_ = 0;      ///< credentials that refused this call at the present deployment
  bool repeated_ = false;
  bool in_last_resort_ = false;
  bool came_back_ = false;
  duration waited_{};
  instant wait_until_{};
  failure why_;
};

}  // namespace sallyport::policy

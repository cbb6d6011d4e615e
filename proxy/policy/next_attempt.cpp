#include "proxy/policy/next_attempt.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace sallyport::policy {
namespace {

using namespace std::chrono_literals;

constexpr duration backoff_first = 500ms;
constexpr duration backoff_max = 5s;
/// A repeat at one that does well otherwise: long enough for a restarted connection, too short to be felt.
constexpr duration repeat_max = 250ms;
/// Of the Retry-After of our own.
constexpr std::chrono::milliseconds told_least = 1s, told_most = 5min;
/// How often a call that waits for the last deployment looks again while another one probes it.
constexpr duration look_again = 250ms;

duration part(duration of, double share) { return std::chrono::duration_cast<duration>(of * share); }

/// It was refused unread, or nothing of it arrived: the same deployment may be sent to again (semantics: sending twice).
bool may_come_back(const failure& why, bool body_arrived) {
  switch (why.kind) {
    case failure_kind::rate_limited:
    case failure_kind::provider_overloaded:
      return true;
    case failure_kind::name_not_resolved:
    case failure_kind::connect_failed:
    case failure_kind::connect_timed_out:
    case failure_kind::connection_lost:
      return !body_arrived;
    default:
      return false;
  }
}

/// It failed in a way that another try may not, and not by silence: who was silent once is silent again.
bool is_passing(failure_kind kind) {
  switch (kind) {
    case failure_kind::connection_lost:
    case failure_kind::provider_error:
    case failure_kind::error_in_reply:
    case failure_kind::empty_reply:
    case failure_kind::garbled_reply:
    case failure_kind::truncated_stream:
      return true;
    default:
      return false;
  }
}

bool is_saturated(const standing& of, instant now) { return of.load && of.load->is_saturated(now); }

}  // namespace

next_step next_attempt::begin(instant now, double dice) {
  if (!plan_.current()) return give_up(fail(failure_kind::no_eligible_deployment), now);
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out), now);
  const bool found = move_on(now, dice);
  return go_or_give_up(found, nobody_takes_it(now), now);
}

next_step next_attempt::after(failure why, bool body_arrived, instant now, double dice) {
  if (!why.may_try_elsewhere()) return fall_back(std::move(why), now, dice);
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out, "last: " + std::string(why.name())), now);
  if (sends_ >= limits_.sends_max) return give_up(std::move(why), now);
  why_ = std::move(why);
  failed_ = true;
  has_overflowed_ = false;
  if (takes_other_key(why_, now, dice)) return send(now);
  if (may_repeat(why_, now)) {
    repeated_ = true;
    return wait(part(repeat_max, dice), now);
  }
  const auto tried = plan_.place();
  plan_.advance();
  if (move_on(now, dice)) return go(now);
  return may_come_back(why_, body_arrived) ? come_back(tried, now, dice) : give_up(std::move(why_), now);
}

next_step next_attempt::fall_back(failure why, instant now, double dice) {
  if (now >= limits_.deadline || sends_ >= limits_.sends_max || !plan_.turn_to_fallbacks(why.kind)) return give_up(std::move(why), now);
  why_ = std::move(why);
  failed_ = true;
  in_last_resort_ = came_back_ = false;
  return go_or_give_up(move_on(now, dice), std::move(why_), now);
}

next_step next_attempt::broke(failure why, instant now, double dice) {
  resuming_ = true;
  failed_ = true;
  if (now >= limits_.deadline || sends_ >= limits_.sends_max) return give_up(std::move(why), now);
  why_ = std::move(why);
  has_overflowed_ = false;
  plan_.advance();
  return go_or_give_up(move_on(now, dice), std::move(why_), now);
}

next_step next_attempt::again(instant now, double dice) {
  if (now >= limits_.deadline || sends_ >= limits_.sends_max) return give_up(std::move(why_), now);
  if (!present_.permits.take(standing_of(*plan_.current()), now, dice, may_probe())) return send(now);
  plan_.advance();
  return go_or_give_up(move_on(now, dice), std::move(why_), now);
}

next_step next_attempt::waited(instant now, double dice) {
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out, "last: " + std::string(why_.name())), now);
  const auto of = standing_of(*plan_.current());
  const bool may_go = !present_.permits.take(of, now, dice, true) || (is_closed(of, now) && present_.permits.take_as_last(of, now));
  if (may_go) return send(now);
  if (!came_back_) {
    plan_.advance();
    return go_or_give_up(move_on(now, dice), std::move(why_), now);
  }
  return wait(part(look_again, 0.5 + dice), now);
}

next_step next_attempt::skip(failure why, instant now, double dice) {
  --sends_;
  asked_.pop_back();
  present_.permits.give_back();
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out, "last: " + std::string(why.name())), now);
  plan_.advance();
  if (move_on(now, dice)) return go(now);
  // What a deployment answered tells more than that the rest of the plan was too dear.
  return give_up(failed_ ? std::move(why_) : std::move(why), now);
}

next_step next_attempt::go(instant now) {
  if (!in_line_) return send(now);
  queued_at_ = now;
  wait_until_ = std::min(now + standing_of(*plan_.current()).queue_wait_max, limits_.deadline);
  return next_step::queue;
}

next_step next_attempt::go_or_give_up(bool found, failure otherwise, instant now) {
  return found ? go(now) : give_up(std::move(otherwise), now);
}

bool next_attempt::enqueue(std::function<void()> called) {
  const auto of = standing_of(*plan_.current());
  ticket_ = of.load->wait_for_place(of.sends_max, of.queue_max, std::move(called));
  return ticket_ && !ticket_->has_place();
}

next_step next_attempt::dequeued(instant now, double dice) {
  in_line_ = false;
  const auto& one = *plan_.current();
  const auto of = standing_of(one);
  auto place = ticket_ ? of.load->take(*ticket_) : load::hold();
  ticket_.reset();
  if (fleet_.queued) fleet_.queued(one, now - queued_at_);
  if (now >= limits_.deadline) return give_up(fail(failure_kind::total_timed_out, "it waited for a place at " + one.target.deployment().name), now);
  if (place.of() && let_through(one, now, dice, std::move(place))) return send(now);
  if (!place.of() && plan_.current() == &one) {
    has_overflowed_ = true;
    plan_.pass_over("no place came free in the time that a call waits for one");
  }
  return go_or_give_up(move_on(now, dice), failed_ ? std::move(why_) : nobody_takes_it(now), now);
}

// Full, and it is worth waiting: it would be let through, there is room in the line, and the wait to be expected is short enough.
bool next_attempt::wants_place(const standing& of, instant now) {
  if (of.queue_max <= 0 || !is_full(of)) return false;
  return is_closed(of, now) && of.load->waiting() < of.queue_max && of.load->expected_wait(of.sends_max) <= of.queue_wait_max;
}

// What a provider refused because of our credential, it may take with another one.
bool next_attempt::takes_other_key(const failure& why, instant now, double dice) {
  const auto of = standing_of(*plan_.current());
  const bool of_key = why.whose() == fault::credential || why.kind == failure_kind::rate_limited;
  if (!of_key || of.credentials.size() < 2) return false;
  used_up_ |= credential_set{1} << present_.permits.credential();
  return !present_.permits.take(of, now, dice, may_probe(), {}, used_up_);
}

// Where places are all that is missing, that is said, and when one can be expected.
failure next_attempt::nobody_takes_it(instant now) const {
  if (!has_overflowed_) return fail(failure_kind::none_available);
  auto soonest = duration::max();
  for (const auto& one : plan_.left_aside()) {
    const auto of = standing_of(plan_.candidates()[one.place]);
    if (is_full(of) && is_closed(of, now)) soonest = std::min(soonest, of.load->expected_wait(of.sends_max));
  }
  auto why = fail(failure_kind::deployments_full);
  // How long an engine stays full it does not say.
  why.retry_after = soonest == duration::max() ? told_least : std::clamp(std::chrono::ceil<std::chrono::milliseconds>(soonest), told_least, told_most);
  return why;
}

// The next one whose breaker lets us through; those before it are passed over. When none does, the likeliest of them is tried all the same.
bool next_attempt::move_on(instant now, double dice) {
  in_line_ = false;
  while (const auto* one = plan_.current()) {
    used_up_ = 0;
    if (let_through(*one, now, dice)) return true;
  }
  return take_last_resort(now);
}

// Why it is not asked, however it does; null: it may be.
const char* next_attempt::out_of_question(const candidate& one) const {
  const auto& to = one.target.deployment();
  if (resuming_ && to.goes_on == continuation::none) return "it goes on with no answer that another began";
  if ((plan_.is_in_fallbacks() || has_hedged_) && std::find(asked_.begin(), asked_.end(), &to) != asked_.end()) return "it has been asked";
  return nullptr;
}

bool next_attempt::let_through(const candidate& one, instant now, double dice, load::hold place) {
  if (const auto* why = out_of_question(one)) {
    plan_.pass_over(why);
    return false;
  }
  const auto of = standing_of(one);
  if (is_saturated(of, now)) {
    has_overflowed_ = true;
    plan_.pass_over("its engine says that it is full");
    return false;
  }
  if (!place.of() && wants_place(of, now)) return in_line_ = true;
  const bool full = !place.of() && is_full(of);
  auto refusal = present_.permits.take(of, now, dice, may_probe(), std::move(place));
  if (!refusal && of.retries) of.retries->count_request(now);
  if (!refusal && !affords_retry(of, now)) {
    present_.permits.give_back();
    refusal = "it fails, and has had its share of retries";
  }
  if (refusal) {
    has_overflowed_ = has_overflowed_ || full;
    plan_.pass_over(std::move(*refusal));
    return false;
  }
  has_probed_ = has_probed_ || present_.permits.hold_probe();
  return true;
}

// Once a call: when all is down, each call is one send, and not one to each.
bool next_attempt::take_last_resort(instant now) {
  if (in_last_resort_) return false;
  std::vector<std::pair<outlook, std::size_t>> aside;
  for (const auto& one : plan_.left_aside()) {
    const auto& left = plan_.candidates()[one.place];
    if (plan_.is_in_turn(one.place) && !out_of_question(left)) aside.emplace_back(likely(standing_of(left), now), one.place);
  }
  std::stable_sort(aside.begin(), aside.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [ignored, place] : aside) {
    const auto of = standing_of(plan_.candidates()[place]);
    if (is_saturated(of, now)) continue;   // it is well, and one more would only wait in it
    if (!present_.permits.take_as_last(of, now)) continue;
    if (!affords_retry(of, now)) {
      present_.permits.give_back();
      continue;
    }
    plan_.come_back_to(place);
    in_last_resort_ = true;
    return true;
  }
  return false;
}

// One probe a call, and not its last send: what is probed may fail, and a deployment that is well may stand behind it.
bool next_attempt::may_probe() const { return !has_probed_ && (sends_ + 1 < limits_.sends_max || limits_.sends_max == 1); }

// Only further sends count, and only to one that fails: moving from what is dead to what is well is free.
bool next_attempt::affords_retry(const standing& of, instant now) const {
  if (sends_ == 0 || !of.retries || !of.deployment || !of.deployment->is_failing(now)) return true;
  return of.retries->take(now);
}

bool next_attempt::may_repeat(const failure& why, instant now) const {
  if (!limits_.duplicate_ok || repeated_ || in_last_resort_ || !is_passing(why.kind)) return false;
  if (plan_.has_further() && sends_ + 1 >= limits_.sends_max) return false;
  const auto of = standing_of(*plan_.current());
  return is_closed(of, now) && affords_retry(of, now);
}

next_step next_attempt::come_back(std::size_t place, instant now, double dice) {
  const auto of = standing_of(plan_.candidates()[place]);
  if (!affords_retry(of, now)) return give_up(std::move(why_), now);
  plan_.come_back_to(place);
  came_back_ = true;
  // Told, a little later; not told, anywhere in a time that doubles (full jitter): so that many calls do not come back together.
  const auto backoff = std::min(backoff_first * (1 << std::clamp(sends_ - 1, 0, 10)), backoff_max);
  return wait(why_.retry_after ? part(*why_.retry_after, 1 + dice / 10) : part(backoff, dice), now);
}

// At least so long, and until its breaker lets anybody through.
next_step next_attempt::wait(duration least, instant now) {
  const auto until = std::max(now + least, rests_until(standing_of(*plan_.current()), now));
  const auto most = why_.retry_after ? limits_.wait_max : limits_.guess_max;
  if (waited_ + (until - now) > most || until >= limits_.deadline) return give_up(std::move(why_), now);
  waited_ += until - now;
  wait_until_ = until;
  return next_step::wait;
}

next_step next_attempt::send(instant now) {
  ++sends_;
  asked_.push_back(&plan_.current()->target.deployment());
  present_.sent_at = now;
  present_.place = plan_.place();
  return next_step::send;
}

const candidate* next_attempt::hedge(instant now, double dice) {
  if (resuming_ || sends_ >= limits_.sends_max || now >= limits_.deadline) return nullptr;
  for (auto place = plan_.place() + 1; plan_.is_in_turn(place); ++place) {
    const auto& one = plan_.candidates()[place];
    const auto of = standing_of(one);
    if (out_of_question(one) || is_saturated(of, now) || hedge_.permits.take(of, now, dice, false)) continue;
    if (of.retries) of.retries->count_request(now);
    if (!affords_retry(of, now)) {
      hedge_.permits.give_back();
      continue;
    }
    hedge_.sent_at = now;
    hedge_.answered = false;
    hedge_.place = place;
    has_hedged_ = true;
    ++sends_;
    asked_.push_back(&one.target.deployment());
    return &one;
  }
  return nullptr;
}

void next_attempt::forget_hedge() {
  hedge_.permits.give_back();
  --sends_;
  asked_.pop_back();
}

void next_attempt::hedge_takes_over() {
  present_.permits.give_back();
  std::swap(present_, hedge_);
  plan_.go_to(present_.place);
}

void next_attempt::answers(instant now) { answers(present_, now); }
void next_attempt::hedge_answers(instant now) { answers(hedge_, now); }
void next_attempt::ended(const maybe_failure& why, instant now, double dice) { ended(present_, why, now, dice); }
void next_attempt::hedge_ended(const maybe_failure& why, instant now, double dice) { ended(hedge_, why, now, dice); }

void next_attempt::answers(running& of, instant now) {
  if (std::exchange(of.answered, true)) return;
  if (limits_.streamed && of.permits.load()) of.permits.load()->began_to_answer(now - of.sent_at, now);
  of.permits.answered(now, hearing(of.place));
}

void next_attempt::ended(running& of, const maybe_failure& why, instant now, double dice) {
  if (!why) answers(of, now);
  auto* counted = of.permits.load();
  if (counted && of.answered) counted->served(now - of.sent_at);
  // The time of the whole request judges only the one that had all of it.
  const bool had_no_time = why && why->kind == failure_kind::total_timed_out && sends_ > 1;
  if (why && !had_no_time) of.permits.failed(*why, now, dice, hearing(of.place));
  const bool was_slow = why && (why->whose() == fault::deployment || why->kind == failure_kind::outrun);
  if (was_slow && !of.answered && limits_.streamed && counted) counted->was_silent(now - of.sent_at, now);
  of.permits.give_back();
  of.answered = false;
}

send_permits::hear next_attempt::hearing(std::size_t place) const {
  if (!fleet_.turned || place >= plan_.candidates().size()) return nullptr;
  return [this, place](const breaker_news& news) { fleet_.turned(plan_.candidates()[place], news); };
}

next_step next_attempt::give_up(failure why, instant now) {
  why_ = std::move(why);
  if (why_.whose() != fault::deployment || !fleet_.standing_of || plan_.candidates().empty()) return next_step::give_up;
  auto soonest = instant::max();
  for (std::size_t place = 0; place < plan_.candidates().size(); ++place)
    if (plan_.is_in_turn(place)) soonest = std::min(soonest, rests_until(standing_of(plan_.candidates()[place]), now));
  if (soonest == instant::max()) return next_step::give_up;
  why_.retry_after = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(soonest - now), told_least, told_most);
  return next_step::give_up;
}

}  // namespace sallyport::policy

#include "proxy/stages/relay.hpp"

#include "proxy/stages/pass_headers.hpp"
#include "proxy/stages/served_by.hpp"
#include "proxy/words/request_id.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace sallyport::stages {
namespace {

/// Takes the callback away again, however the relay ends: it must not be called into a relay that is gone.
class leave_watch {
 public:
  leave_watch(reply_sink& sink, std::function<void()> left) : sink_(sink) { sink_.when_client_leaves(std::move(left)); }
  ~leave_watch() { sink_.when_client_leaves(nullptr); }
  leave_watch(const leave_watch&) = delete;
  leave_watch& operator=(const leave_watch&) = delete;

 private:
  reply_sink& sink_;
};

}  // namespace

/// One send under way. The transfer goes before what it writes to.
struct relay::sending {
  sending(const candidate& chosen, std::unique_ptr<leg> what, const ledger::gpu_fleet& machines, attempt& kept)
      : to(chosen), next(std::move(what)), record(kept), held(machines, to.target.deployment().name, kept.sent_at) {}

  const candidate& to;
  std::unique_ptr<leg> next;
  attempt& record;
  ledger::gpu_hold held;
  std::unique_ptr<upstream::transfer> wire;
  std::unique_ptr<attempt_run> run;
  std::unique_ptr<attempt_end> end;   ///< null: it is under way
};

/// Two sends of one call.
struct relay::race {
  std::shared_ptr<wait_handle> news;   ///< cancelled by whatever happens
  std::unique_ptr<sending> first, second;
  sending* answering = nullptr;        ///< whose content goes to the client

  bool may_answer(std::unique_ptr<sending>& one) {
    if (!answering) news->cancel();
    if (!answering) answering = one.get();
    return answering == one.get();
  }
  bool has_ended() const { return first->end || (second && second->end); }
};

task<void> relay::run(relayed& into) {
  const leave_watch watch(sink_, [this] { client_left(); });
  auto step = machine_.begin(time_.now(), order_.dice());
  while (step != policy::next_step::give_up) {
    if (sink_.client_is_gone()) {
      into = gone();
      co_return;
    }
    if (step == policy::next_step::wait) {
      co_await wait_until(machine_.wait_until());
      step = machine_.waited(time_.now(), order_.dice());
      continue;
    }
    if (step == policy::next_step::queue) {
      co_await wait_in_line();
      step = machine_.dequeued(time_.now(), order_.dice());
      continue;
    }
    auto next = leg_or_step(step);
    if (!next) continue;
    const auto sent = co_await attempt_once(*order_.route.current(), std::move(next));
    machine_.ended(sent->end->why, time_.now(), order_.dice());
    if (ends_here(*sent->end)) {
      into = answered(std::move(*sent->end));
      co_return;
    }
    step = step_behind(*sent);
  }
  into = given_up();
}

// What is sent to the present deployment; null: it is not to be asked that, and `step` says what comes instead.
std::unique_ptr<relay::leg> relay::leg_or_step(policy::next_step& step) {
  if (auto refused = affords(*order_.route.current())) {
    step = machine_.skip(std::move(*refused), time_.now(), order_.dice());
    return nullptr;
  }
  auto next = next_leg(order_.route.current()->target.deployment());
  if (next.has_error()) {
    step = machine_.skip(std::move(next).error(), time_.now(), order_.dice());
    return nullptr;
  }
  return std::move(*next);
}

policy::next_step relay::step_behind(sending& over) {
  wire_.reset();
  const auto step = step_after(std::move(*over.end));
  if (step != policy::next_step::give_up && order_.attempt_ended) order_.attempt_ended(order_.attempts.back());
  return step;
}

// Answered; or content went out, and nobody else may go on with it.
bool relay::ends_here(const attempt_end& end) const {
  if (!end.why) return true;
  if (!sink_.is_open()) return false;
  if (!order_.resume || sink_.client_is_gone() || end.why->kind == failure_kind::client_gone) return true;
  return !delivered_.can_be_continued() || !dialect_of(order_.asked.dialect).may_be_continued(order_.asked);
}

policy::next_step relay::step_after(attempt_end end) {
  const auto now = time_.now();
  if (!sink_.is_open()) return machine_.after(std::move(*end.why), order_.attempts.back().body_sent, now, order_.dice());
  if (!broke_) {
    broke_ = *end.why;
    writer_ = writer_after(end);
  }
  // It takes no beginning; asked anew, it may still come to say the same.
  const auto refused = order_.route.place();
  const bool took_no_beginning = gives_text(went_on_by_) && end.why->kind == failure_kind::request_refused;
  const auto next = took_no_beginning ? machine_.again(now, order_.dice()) : machine_.broke(std::move(*end.why), now, order_.dice());
  asks_anew_ = took_no_beginning && order_.route.place() == refused;
  return next;
}

// Who writes behind the part that the client has.
std::unique_ptr<stream_writer> relay::writer_after(attempt_end& end) const {
  if (end.writer) return std::move(end.writer);
  return dialect_of(order_.asked.dialect).write_stream(order_.asked, end.identity, delivered_.text());
}

// What a client that has content is told of is what broke its answer, not how those fared that were asked to go on with it.
relayed relay::given_up() {
  relayed left;
  left.why = sink_.is_open() ? *broke_ : machine_.why();
  if (sink_.is_open()) left.last_bytes = writer_->write({.kind = event_kind::failed, .why = *broke_});
  return left;
}

maybe_failure relay::affords(const candidate& chosen) {
  if (!order_.afford) return std::nullopt;
  auto afforded = order_.afford(chosen, machine_.has_overflowed());
  return afforded.has_error() ? maybe_failure(std::move(afforded).error()) : maybe_failure();
}

relayed relay::gone() {
  relayed left;
  left.why = fail(failure_kind::client_gone);
  return left;
}

// Gives the send that decided, with its end.
task<std::unique_ptr<relay::sending>> relay::attempt_once(const candidate& chosen, std::unique_ptr<leg> what) {
  if (order_.hedge && order_.asked.stream && !broke_) return attempt_hedged(chosen, std::move(what));
  return attempt_alone(start(chosen, std::move(what), machine_.credential(), [this] { machine_.answers(time_.now()); }));
}

task<std::unique_ptr<relay::sending>> relay::attempt_alone(std::unique_ptr<sending> only) {
  co_await only->run->run();
  only->end = std::make_unique<attempt_end>(only->run->take_end());
  ended(*only);
  co_return std::move(only);
}

std::unique_ptr<relay::sending> relay::start(const candidate& chosen, std::unique_ptr<leg> what, std::size_t credential, std::function<void()> begins,
                                             std::function<bool()> may_answer) {
  const auto& to = chosen.target.deployment();
  auto made = std::make_unique<sending>(chosen, std::move(what), order_.machines, new_attempt(chosen.target));
  made->wire = transport_.send(chosen.target, outgoing_for(made->next->request, credential));
  open_.push_back(made->wire.get());
  made->run = std::make_unique<attempt_run>(
      attempt_order{.asked = order_.asked,
                    .client_speaks = dialect_of(order_.asked.dialect),
                    .provider_speaks = *made->next->request.spoken,
                    .translates_from = made->next->request.is_translated ? to.at->name : std::string(),
                    .of_provider = to.at->quirks,
                    .take_usage_out = made->next->request.written.usage_was_added,
                    .timeouts = order_.timeouts,
                    .drain = to.at->drain_on_disconnect,
                    .total = order_.limits.deadline,
                    .stream_head = [this, &to, &of = made->next->request](const upstream::incoming_head& came) { return head_for(came, to, of); },
                    .begins = std::move(begins),
                    .call_may_go = order_.call_may_go,
                    .may_answer = std::move(may_answer),
                    .delivered = order_.resume ? &delivered_ : nullptr,
                    .continues = made->next->continues.get()},
      made->record, *made->wire, sink_, time_);
  return made;
}

void relay::ended(sending& of) {
  of.end->warnings = std::move(of.next->request.written.warnings);
  of.record.machine_cost = of.held.end(of.record.ended_at);
  std::erase(open_, of.wire.get());
  of.run.reset();
  wire_ = std::move(of.wire);
}

task<std::unique_ptr<relay::sending>> relay::attempt_hedged(const candidate& chosen, std::unique_ptr<leg> what) {
  race both{.news = time_.make_wait(), .first = nullptr, .second = nullptr};
  both.first = start(chosen, std::move(what), machine_.credential(), [this] { machine_.answers(time_.now()); }, [&both] { return both.may_answer(both.first); });
  const auto on = co_await boost::asio::this_coro::executor;
  boost::asio::co_spawn(on, keep(*both.first, both.news), boost::asio::detached);
  co_await wait_for_the_first(both, chosen);
  sending* const left = co_await end_the_other(both);
  while (!left->end) co_await both.news->until(instant::max());
  ended(*left);
  // Whoever reads the attempts takes the last one for the one that decided.
  if (both.second && left == both.first.get()) std::swap(*std::prev(order_.attempts.end(), 2), order_.attempts.back());
  co_return std::move(left == both.first.get() ? both.first : both.second);
}

// Until one of them begins to answer, or one has failed and only the other is left.
task<void> relay::wait_for_the_first(race& both, const candidate& chosen) {
  co_await both.news->until(time_.now() + order_.hedge->after);
  if (both.answering || both.has_ended()) co_return;
  const auto now = time_.now();
  const auto* other = machine_.hedge(now, order_.dice());
  auto what = other ? next_leg(other->target.deployment()) : result<std::unique_ptr<leg>>(fail(failure_kind::not_supported));
  if (other && (what.has_error() || !(order_.afford_hedge && order_.afford_hedge(chosen, *other)))) {
    machine_.forget_hedge();
    other = nullptr;
  }
  if (other) {
    both.second = start(*other, std::move(*what), machine_.hedge_credential(), [this] { machine_.hedge_answers(time_.now()); }, [&both] { return both.may_answer(both.second); });
    const auto on = co_await boost::asio::this_coro::executor;
    boost::asio::co_spawn(on, keep(*both.second, both.news), boost::asio::detached);
  }
  while (!both.answering && !both.has_ended()) co_await both.news->until(instant::max());
}

// The one that was outrun, or has failed, is settled; the one that is left is the present send of the machine.
task<relay::sending*> relay::end_the_other(race& both) {
  if (!both.second) co_return both.first.get();
  const bool first_goes = both.answering ? both.answering == both.second.get() : both.first->end != nullptr;
  auto& other = first_goes ? *both.first : *both.second;
  if (!other.end) {
    other.wire->cancel();
    while (!other.end) co_await both.news->until(instant::max());
    if (!sink_.client_is_gone()) other.end->why = other.record.why = fail(failure_kind::outrun);
  }
  const auto why = other.end->why;
  ended(other);
  wire_.reset();   // its provider is not to write on while the other one answers
  if (first_goes)
    machine_.ended(why, time_.now(), order_.dice());
  else
    machine_.hedge_ended(why, time_.now(), order_.dice());
  if (first_goes) machine_.hedge_takes_over();
  if (order_.attempt_ended) order_.attempt_ended(other.record);
  co_return first_goes ? both.second.get() : both.first.get();
}

task<void> relay::keep(sending& of, std::shared_ptr<wait_handle> news) {
  co_await of.run->run();
  of.end = std::make_unique<attempt_end>(of.run->take_end());
  news->cancel();
}

result<std::unique_ptr<relay::leg>> relay::next_leg(const config::deployment& to) {
  if (order_.stands_in_the_way)
    if (auto why = order_.stands_in_the_way(to)) return *std::move(why);
  if (!broke_) {
    delivered_ = {};
    auto written = write_leg(order_.asked, to, states_for(to));
    if (written.has_error()) return std::move(written).error();
    return std::make_unique<leg>(std::move(*written), nullptr);
  }
  auto written = write_rest(order_.asked, to, asks_anew_ ? continuation::replay : to.goes_on, delivered_.text(), states_for(to));
  if (written.has_error()) return std::move(written).error();
  went_on_by_ = written->by;
  writer_->resumed_by(to.at->name + "/" + to.model);
  return std::make_unique<leg>(std::move(*written), std::make_unique<continued_leg>(delivered_, went_on_by_, *writer_));
}

// What nobody remembers goes to every provider of its dialect.
state_rule relay::states_for(const config::deployment& to) const {
  if (!order_.maker_of) return nullptr;
  return [this, &to](std::string_view state) {
    const auto maker = order_.maker_of(state);
    return !maker || *maker == to.at->name;
  };
}

upstream::outgoing relay::outgoing_for(leg_request& sent, std::size_t credential) const {
  upstream::outgoing what;
  what.path = sent.written.path;
  what.body = std::make_shared<const std::string>(std::move(sent.written.body));
  what.headers = to_provider(order_.client_headers, sent.is_translated ? std::span<const std::string_view>() : sent.spoken->own_headers());
  for (const auto& [name, value] : sent.written.headers)
    if (!what.headers.has(name)) what.headers.add_if_fit(name, value);
  what.headers.add_if_fit("accept", order_.asked.stream ? "text/event-stream" : "application/json");
  what.headers.add_if_fit("x-request-id", order_.request_id);
  what.headers.add_if_fit("x-sallyport-attempt", std::to_string(order_.attempts.back().id));
  what.connect_timeout = order_.timeouts.connect;
  what.credential = credential;
  return what;
}

attempt& relay::new_attempt(const cleared& target) {
  attempt record;
  record.id = make_attempt_id(time_.wall());
  record.number = static_cast<int>(order_.attempts.size()) + 1;
  record.to = target.shared_deployment();
  record.sent_at = time_.now();
  return order_.attempts.emplace_back(std::move(record));
}

reply_start relay::head_for(const upstream::incoming_head& came, const config::deployment& from, const leg_request& of) const {
  reply_start start{.status = came.status, .headers = of.is_translated ? header_list() : to_client(came.headers)};
  if (!start.headers.has("content-type")) start.headers.add_if_fit("content-type", "text/event-stream");
  start.headers.add_if_fit("cache-control", "no-cache");
  start.headers.add_if_fit("x-accel-buffering", "no");
  start.headers.add_if_fit("x-request-id", order_.request_id);
  add_served_by(start.headers, from, order_.attempts.size());
  add_warnings(start.headers, of.written.warnings);
  if (!order_.judged_as.empty()) start.headers.add_if_fit("x-sallyport-data-class", order_.judged_as);
  return start;
}

relayed relay::answered(attempt_end end) {
  relayed done;
  if (end.broke_off && !writer_) writer_ = writer_after(end);
  if (end.broke_off) end.last_bytes = writer_->write({.kind = event_kind::failed, .why = end.why});
  done.why = std::move(end.why);
  done.start = {.status = end.status, .headers = std::move(end.headers)};
  add_warnings(done.start.headers, end.warnings);
  done.body = std::move(end.body);
  done.last_bytes = std::move(end.last_bytes);
  if (!done.why) wire_->let_end();
  done.finishing = std::move(wire_);
  return done;
}

// Ended early only by a client that leaves.
task<void> relay::wait_until(instant when) {
  pause_ = time_.make_wait();
  co_await pause_->until(when);
  pause_.reset();
}

// Whoever gives up a place calls from its own thread.
task<void> relay::wait_in_line() {
  pause_ = time_.make_wait();
  const bool must_wait = machine_.enqueue([post = order_.post, weak = std::weak_ptr(pause_)] {
    post([weak] {
      if (const auto wait = weak.lock()) wait->cancel();
    });
  });
  if (must_wait) co_await pause_->until(machine_.wait_until());
  pause_.reset();
}

void relay::client_left() {
  for (auto* one : open_) one->cancel();
  if (pause_) pause_->cancel();
}

}  // namespace sallyport::stages

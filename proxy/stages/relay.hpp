#pragma once
/// The only loop that sends: it performs what policy's machines decide. It sees a transport, the reply sink and the clock, and nothing else
/// that moves, so that it runs as it is in the simulation.

#include "adapters/dialect.hpp"
#include "proxy/ledger/gpu_meters.hpp"
#include "proxy/policy/delivered_answer.hpp"
#include "proxy/policy/next_attempt.hpp"
#include "proxy/stages/attempt_run.hpp"
#include "proxy/stages/continued_leg.hpp"
#include "proxy/stages/leg_request.hpp"
#include "proxy/upstream/transport.hpp"
#include "proxy/words/attempt.hpp"
#include "proxy/words/plan.hpp"
#include "proxy/words/reply_sink.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::stages {

/// What is to be relayed; everything referred to outlives the relay.
struct relay_order {
  const call& asked;
  plan& route;
  attempt_list& attempts;      ///< filled, one element a send
  const header_list& client_headers;   ///< the client's, before the allow-list
  std::string_view request_id;
  config::timeouts timeouts;
  policy::attempt_limits limits;
  std::optional<config::hedging> hedge;   ///< a second send of a stream that does not begin
  /// Whether the call may go to the second one beside the first: what both cost can be afforded. Asked once.
  std::function<bool(const candidate& first, const candidate& second)> afford_hedge;
  bool resume = false;                 ///< a stream that breaks behind content may be gone on with elsewhere
  /// A stream has begun, and neither the call's body nor the client's headers will be read again. May be empty.
  std::function<void()> call_may_go = {};
  policy::fleet_view fleet;            ///< how the deployments of the plan do
  /// Whether this attempt can be afforded, asked before each; a refusal leaves that deployment out. `overflows`: the call comes to it only
  /// because another before has no place. Null: always.
  std::function<result<void>(const candidate&, bool overflows)> afford;
  std::string judged_as;               ///< x-sallyport-data-class for a stream's head; empty: none
  std::function<double()> dice;        ///< uniform in [0, 1)
  std::function<void(std::function<void()>)> post;   ///< from any thread: runs it on the relay's
  /// The provider that made an opaque state which the client brings back, by name; nothing: it is not remembered. May be empty.
  std::function<std::optional<std::string>(std::string_view state)> maker_of = {};
  /// Why this deployment cannot be asked that, beside what its dialect says; nothing: it can. May be empty.
  std::function<maybe_failure(const config::deployment&)> stands_in_the_way = {};
  /// Called with an attempt that has ended while another step follows, a further send or a wait (during which the client may still leave).
  /// May be empty.
  std::function<void(attempt& ended)> attempt_ended;
  const ledger::gpu_fleet& machines;   ///< those paid by the hour: an attempt holds them from its send to its end
};

/// What came of it. With `why` empty the client gets `body` (unstreamed) or, after what was streamed already, `last_bytes`.
struct relayed {
  maybe_failure why;
  reply_start start;
  std::string body;
  std::string last_bytes;
  /// The transfer behind a finished stream: its connection can be used again once the message is whole on the wire too.
  std::unique_ptr<upstream::transfer> finishing;
};

class relay {
 public:
  relay(relay_order order, upstream::transport& transport, reply_sink& sink, clock& time)
      : order_(std::move(order)),
        transport_(transport),
        sink_(sink),
        time_(time),
        machine_(order_.route, order_.limits, std::move(order_.fleet)) {}

  /// `into` is filled at the end, and outlives the task.
  task<void> run(relayed& into);

 private:
  /// One send: a call, or the rest of one whose answer broke.
  struct leg {
    leg_request request;
    std::unique_ptr<continued_leg> continues;   ///< null: a call
  };

  struct sending;
  struct race;

  task<void> wait_until(instant when);
  task<void> wait_in_line();
  task<std::unique_ptr<sending>> attempt_once(const candidate& chosen, std::unique_ptr<leg> what);
  task<std::unique_ptr<sending>> attempt_alone(std::unique_ptr<sending> only);
  task<std::unique_ptr<sending>> attempt_hedged(const candidate& chosen, std::unique_ptr<leg> what);
  task<void> wait_for_the_first(race& both, const candidate& chosen);
  task<sending*> end_the_other(race& both);
  policy::next_step step_behind(sending& over);
  static task<void> keep(sending& of, std::shared_ptr<wait_handle> news);
  std::unique_ptr<sending> start(const candidate& chosen, std::unique_ptr<leg> what, std::size_t credential, std::function<void()> begins,
                                 std::function<bool()> may_answer = nullptr);
  void ended(sending& of);
  upstream::outgoing outgoing_for(leg_request& what, std::size_t credential) const;
  attempt& new_attempt(const cleared& target);
  std::unique_ptr<leg> leg_or_step(policy::next_step& step);
  result<std::unique_ptr<leg>> next_leg(const config::deployment& to);
  state_rule states_for(const config::deployment& to) const;
  bool ends_here(const attempt_end& end) const;
  policy::next_step step_after(attempt_end end);
  relayed given_up();
  std::unique_ptr<stream_writer> writer_after(attempt_end& end) const;
  reply_start head_for(const upstream::incoming_head& came, const config::deployment& from, const leg_request& of) const;
  relayed answered(attempt_end end);
  maybe_failure affords(const candidate& chosen);
  static relayed gone();
  void client_left();

  relay_order order_;
  upstream::transport& transport_;
  reply_sink& sink_;
  clock& time_;
  policy::next_attempt machine_;
  policy::delivered_answer delivered_;      ///< kept where the order says resume
  maybe_failure broke_;                     ///< the first break behind content: what is sent since then goes on with the answer
  std::unique_ptr<stream_writer> writer_;   ///< of the stream that broke, which it goes on writing
  continuation went_on_by_ = continuation::none;   ///< the present send
  bool asks_anew_ = false;                  ///< the present deployment refused to be given a beginning
  std::unique_ptr<upstream::transfer> wire_;    ///< of the send that ended last
  std::vector<upstream::transfer*> open_;       ///< of those under way
  std::shared_ptr<wait_handle> pause_;
};

}  // namespace sallyport::stages

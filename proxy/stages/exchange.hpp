#pragma once
/// Everything about one request from arrival to settlement; owns its attempts and leases. One thread: its worker's.

#include "adapters/words/call.hpp"
#include "proxy/policy/shedding.hpp"
#include "proxy/stages/caller.hpp"
#include "proxy/stages/capacity.hpp"
#include "proxy/stages/conversations.hpp"
#include "proxy/stages/endpoint.hpp"
#include "proxy/stages/generation.hpp"
#include "proxy/stages/key_guesses.hpp"
#include "proxy/stages/relay.hpp"
#include "proxy/stages/service.hpp"
#include "proxy/stages/team_leases.hpp"
#include "proxy/words/attempt.hpp"
#include "proxy/words/facts.hpp"
#include "proxy/words/lease.hpp"
#include "proxy/words/plan.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace sallyport::observe {
class metrics;
class logger;
}  // namespace sallyport::observe

namespace sallyport::ledger {
class journal;
}

namespace sallyport::stages {

/// What a worker lends to its exchanges. Outlives them and every generation.
struct worker_parts {
  upstream::transport& transport;
  clock& time;
  ledger::journal& journal;
  observe::metrics& metrics;   ///< shared by all workers
  observe::logger& log;        ///< shared by all workers
  capacity& room;              ///< shared by all workers
  key_guesses& guesses;        ///< shared by all workers
  conversations& sessions;     ///< shared by all workers
  call_text& texts;            ///< the worker's own memory for what is looked through
  std::function<double()> dice;
  std::function<void(std::function<void()>)> post;   ///< from any thread: runs it on the worker's
  policy::shedding shed = {};  ///< while the worker falls behind
};

/// Made when the head is admitted, ended when the reply is out. In the order of the request's life.
struct exchange final : admission {
  exchange(worker_parts& lent, std::shared_ptr<const generation> running) : with(lent), of(std::move(running)) {}

  // Arrival.
  worker_parts& with;
  std::shared_ptr<const generation> of;          ///< taken once: the whole request sees one configuration
  endpoint where;
  caller who;                                    ///< nobody while the gateway is open
  capacity::room room;                           ///< among the requests in flight and their bodies
  lease row_room;                                ///< in the journal; none for a call that cannot cost anything
  bool beyond_budget = false;                    ///< its budget is spent, and its route_to serves
  team_leases held;                              ///< of the team's limits and budget; empty before admit, and while the gateway is open
  request_head head;
  instant began{};                               ///< the request is whole, our own work begins

  // Understanding.
  std::string body;                              ///< until read_call moves it into the call, which holds it until a stream begins
  call asked;
  facts known;
  std::string session;                           ///< the conversation that the client names; empty: none
  std::string denied_by;                         ///< the policy or detector that kept it from being served; empty: none did

  // Deciding.
  std::shared_ptr<const config::model> model;
  plan route;
  instant deadline{};
  std::int64_t output_reckoned = 0;              ///< tokens of the answer that limits and budget reckon with

  // Sending.
  attempt_list attempts;
  std::size_t recorded = 0;                      ///< attempts that are priced and in the journal, or counted as dropped
  relayed reply;

  // Ending.
  maybe_failure why;                             ///< nothing: the client got, or is about to get, a whole answer

  const attempt* last_attempt() const { return attempts.empty() ? nullptr : &attempts.back(); }
};

}  // namespace sallyport::stages

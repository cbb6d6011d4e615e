#pragma once
/// One send to one deployment: the facts that journal, log and metrics read.

#include "adapters/words/failure.hpp"
#include "adapters/words/money.hpp"
#include "adapters/words/usage.hpp"
#include "proxy/words/clock.hpp"

#include "config/settings.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

enum class attempt_outcome : std::uint8_t {
  pending,
  answered,     ///< a whole reply, or a stream up to its terminal event
  failed,       ///< before anything of it was committed to the client
  broken,       ///< after content went to the client
  abandoned,    ///< the client went away
  denied,       ///< no send at all: a policy or a detector kept the request from one; in records only
};

struct attempt {
  std::uint64_t id = 0;                 ///< unique over workers and restarts; idempotency key of its ledger row
  int number = 1;                       ///< 1 for the first of its request
  std::shared_ptr<const config::deployment> to;
  attempt_outcome outcome = attempt_outcome::pending;
  maybe_failure why;                    ///< set unless answered
  int status = 0;                       ///< the provider's, 0 when none came
  bool body_sent = false;               ///< any byte of the body may have arrived there
  std::string peer;                     ///< address that it was sent to, empty when none was reached
  instant sent_at{};
  std::optional<instant> head_at;       ///< reply head seen
  std::optional<instant> first_token_at;
  instant ended_at{};
  usage tokens;
  std::size_t text_bytes = 0;           ///< of the answer, seen so far
  std::vector<std::string> brought;     ///< what a later call may bring back to it: the id under which it holds the answer, states of reasoning
  std::optional<nano_usd> machine_cost; ///< its share of machines that are paid by the hour; nothing where tokens are paid
  std::optional<nano_usd> cost;         ///< nothing: the price is unknown
  std::optional<config::price_basis> basis;   ///< where its price comes from; nothing when none is known
  std::string_view price_version;       ///< of that price, in `to`
};

/// Those of one request, in the order of their sends. A reference to one holds while others join.
using attempt_list = std::list<attempt>;

}  // namespace sallyport

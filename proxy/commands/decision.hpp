#pragma once
/// What would be decided for a request, by the router's own code and without sending anything.

#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"
#include "adapters/words/warning.hpp"
#include "config/settings.hpp"
#include "proxy/commands/explain.hpp"
#include "proxy/policy/rules.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/facts.hpp"
#include "proxy/words/plan.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace sallyport::commands {

/// In which language a deployment would be asked, and what of the call that would lose.
struct asked_in {
  dialect_id spoken = dialect_id::openai_chat;
  bool is_translated = false;
  std::vector<warning> warnings;
  std::string cannot;   ///< why it would be passed over; empty: it would not
};

struct decision {
  facts known;
  std::shared_ptr<const config::team> team;
  std::shared_ptr<const config::model> model;
  wall_time at;
  std::int64_t output_tokens = 0;           ///< reckoned with
  std::vector<policy::rule_verdict> rules;
  plan route;
  std::vector<commands::asked_in> asked_in;           ///< of each candidate of the route
  maybe_failure refusal;                    ///< what the client would get instead of an answer
};

/// The call that the options describe: what their body file holds, with what they say themselves over it.
result<call> asked_for(const explain_options& options);

/// Fails with a sentence when the options do not make a request of that configuration.
result<decision> decide(const config::settings& settings, const explain_options& options, const call& asked);

}  // namespace sallyport::commands

#pragma once
/// Which of its team's rules a call meets. The router's and explain's common code.

#include "config/settings.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/facts.hpp"

#include <vector>

namespace sallyport::policy {

/// What conditions may know of a call at that time, told in that zone. Points into `of_call`.
config::condition_facts condition_facts_of(const facts& of_call, const config::time_zone& zone, wall_time now);

/// The first rule that the call meets; null when it meets none.
const config::team_rule* rule_for(const config::team& team, const config::condition_facts& of_call);

/// One rule, for whoever asks why. A rule behind the one that was met was not asked.
struct rule_verdict {
  const config::team_rule* rule = nullptr;
  enum class state : std::uint8_t { met, not_met, not_asked } is = state::not_asked;
  std::vector<config::condition_part> why;   ///< the comparisons that decided
};

std::vector<rule_verdict> verdicts(const config::team& team, const config::condition_facts& of_call);

}  // namespace sallyport::policy

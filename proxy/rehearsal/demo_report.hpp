#pragma once
/// What happened to the demo's requests, as a table for a terminal. Pure.

#include "proxy/rehearsal/demo_traffic.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sallyport::rehearsal {

/// One upstream's own count, to hold against the clients'.
struct upstream_count {
  std::string deployment;      ///< PROVIDER/MODEL
  std::uint64_t received = 0;  ///< requests that it read whole
  bool was_killed = false;
};

struct demo_totals {
  int requests = 0;
  int whole = 0;
  int rescued = 0;         ///< whole after more than one attempt
  int ended_by_error = 0;  ///< broken off after some text, and told so
  int lost = 0;            ///< refused, cut silently or not answered
};

demo_totals totals_of(const std::vector<judged_answer>& answers);

/// `killed_after`: how many answers had ended when the upstream was killed.
std::string demo_report(const std::vector<judged_answer>& answers, const std::vector<upstream_count>& upstreams, int killed_after);

}  // namespace sallyport::rehearsal

#pragma once
/// The eligible deployments in the order in which they will be tried, each with the reason; a cursor, asked again before each attempt.
/// A plan only shrinks.

#include "proxy/words/cleared.hpp"

#include <string>
#include <vector>

namespace sallyport {

struct candidate {
  cleared target;
  std::string reason;  ///< why it stands at this place: one clause, for explain and the log
};

/// A deployment that the call may not reach, and why.
struct exclusion {
  std::string deployment;
  std::string reason;
  std::string policy = {};         ///< that left it out; empty: something else did
  bool whatever_its_class = false; ///< a policy would, had the call the least data class too
};

class plan {
 public:
  plan() = default;
  plan(std::vector<candidate> candidates, std::vector<exclusion> excluded)
      : candidates_(std::move(candidates)), excluded_(std::move(excluded)) {}

  /// The deployment that is to be tried now, or null when the plan is used up.
  const candidate* current() const { return at_ < candidates_.size() ? &candidates_[at_] : nullptr; }
  const candidate* after_current() const { return at_ + 1 < candidates_.size() ? &candidates_[at_ + 1] : nullptr; }
  /// Leaves the current one for good.
  void advance() {
    if (at_ < candidates_.size()) ++at_;
  }

  const std::vector<candidate>& candidates() const { return candidates_; }
  const std::vector<exclusion>& excluded() const { return excluded_; }

 private:
  std::vector<candidate> candidates_;
  std::vector<exclusion> excluded_;
  std::size_t at_ = 0;
};

}  // namespace sallyport

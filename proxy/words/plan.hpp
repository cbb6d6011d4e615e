#pragma once
/// The eligible deployments in the order in which they will be tried, each with the reason; a cursor, asked again before each attempt.
/// Nothing ever joins a plan.

#include "proxy/words/cleared.hpp"

#include <algorithm>
#include <cstddef>
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

/// A deployment that the call may reach and that was left aside when its turn came, and why.
struct set_aside {
  std::size_t place;         ///< in the plan
  std::string reason;
};

class plan {
 public:
  plan() = default;
  plan(std::vector<candidate> candidates, std::vector<exclusion> excluded)
      : candidates_(std::move(candidates)), excluded_(std::move(excluded)) {}

  /// The deployment that is to be tried now, or null when the plan is used up.
  const candidate* current() const { return at_ < candidates_.size() ? &candidates_[at_] : nullptr; }
  std::size_t place() const { return at_; }
  /// Leaves the current one, which has been tried.
  void advance() { at_ = came_back_ ? candidates_.size() : std::min(at_ + 1, candidates_.size()); }
  /// Leaves the current one aside; come_back_to() may return to it.
  void pass_over(std::string reason) {
    set_aside_.push_back({at_, std::move(reason)});
    advance();
  }
  /// Makes one current again, out of turn: behind it the plan is used up.
  void come_back_to(std::size_t place) {
    at_ = place;
    came_back_ = true;
  }

  const std::vector<candidate>& candidates() const { return candidates_; }
  const std::vector<exclusion>& excluded() const { return excluded_; }
  /// In the order in which they were left aside.
  const std::vector<set_aside>& left_aside() const { return set_aside_; }

 private:
  std::vector<candidate> candidates_;
  std::vector<exclusion> excluded_;
  std::vector<set_aside> set_aside_;
  std::size_t at_ = 0;
  bool came_back_ = false;
};

}  // namespace sallyport

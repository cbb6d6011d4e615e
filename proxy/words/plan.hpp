#pragma once
/// The eligible deployments in the order in which they will be tried, each with the reason; a cursor, asked again before each attempt.
/// Nothing ever joins a plan.

#include "adapters/words/failure.hpp"
#include "proxy/words/cleared.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

struct candidate {
  cleared target;
  std::string reason;  ///< why it stands at this place: one clause, for explain and the log
  std::optional<failure_kind> only_for = {};  ///< a fallback for calls that are refused in that way; those stand behind all others
};

/// A deployment that the call may not reach, and why.
struct exclusion {
  std::string deployment;
  std::string reason;
  std::string policy = {};         ///< that left it out; empty: something else did
  bool whatever_its_class = false; ///< a policy would, had the call the least data class too
  std::optional<failure_kind> only_for = {};   ///< it would have been a fallback only
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
      : candidates_(std::move(candidates)), excluded_(std::move(excluded)), end_(end_of_part(0, std::nullopt)) {}

  /// The deployment that is to be tried now, or null when the plan is used up.
  const candidate* current() const { return at_ < end_ ? &candidates_[at_] : nullptr; }
  std::size_t place() const { return at_; }
  /// Others of the same part stand behind the current one.
  bool has_further() const { return at_ + 1 < end_; }
  /// Whether a place belongs to the part that is being tried: the plan itself, or the fallbacks that it turned to.
  bool is_in_turn(std::size_t place) const { return place >= begin_ && place < end_; }
  bool is_in_fallbacks() const { return begin_ > 0; }
  /// Leaves the current one, which has been tried.
  void advance() { at_ = came_back_ ? end_ : std::min(at_ + 1, end_); }
  /// The current one refused the call in that way: its fallbacks are tried from here on, and nothing else. False: there are none, or it is
  /// they that are being tried.
  bool turn_to_fallbacks(failure_kind why) {
    const auto found = std::find_if(candidates_.begin(), candidates_.end(), [why](const candidate& one) { return one.only_for == why; });
    if (found == candidates_.end() || found == candidates_.begin() + static_cast<std::ptrdiff_t>(begin_)) return false;
    at_ = begin_ = static_cast<std::size_t>(found - candidates_.begin());
    end_ = end_of_part(begin_, why);
    came_back_ = false;
    return true;
  }
  /// Leaves the current one aside; come_back_to() may return to it.
  void pass_over(std::string reason) {
    set_aside_.push_back({at_, std::move(reason)});
    advance();
  }
  /// Goes on to one behind the current one.
  void go_to(std::size_t place) { at_ = place; }
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
  std::size_t end_of_part(std::size_t at, std::optional<failure_kind> which) const {
    while (at < candidates_.size() && candidates_[at].only_for == which) ++at;
    return at;
  }

  std::vector<candidate> candidates_;
  std::vector<exclusion> excluded_;
  std::vector<set_aside> set_aside_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0, end_ = 0;   ///< of the part that is being tried
  bool came_back_ = false;
};

}  // namespace sallyport

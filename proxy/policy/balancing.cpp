#include "proxy/policy/balancing.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace sallyport::policy {
namespace {

/// What stands below one branch and may serve the call, in its own order.
struct group {
  std::vector<ranked> leaves;
  int weight = 0;
  std::int64_t key = 0;   ///< less goes before
  std::string clause;

  const config::deployment& first() const { return *leaves.front().one; }
};

void by_key(std::vector<group>& groups) {
  std::stable_sort(groups.begin(), groups.end(), [](const group& a, const group& b) { return a.key < b.key; });
}

constexpr auto last = std::numeric_limits<std::int64_t>::max();

class ranker {
 public:
  ranker(const std::function<bool(const config::deployment&)>& is_eligible, const balancing_facts& by) : is_eligible_(is_eligible), by_(by) {}

  std::vector<ranked> of(const config::branch& tree) const {
    if (tree.leaf) return is_eligible_(*tree.leaf) ? std::vector<ranked>{{tree.leaf.get(), ""}} : std::vector<ranked>();
    std::vector<group> groups;
    for (std::size_t i = 0; i < tree.below.size(); ++i) {
      auto leaves = of(tree.below[i]);
      if (!leaves.empty()) groups.push_back({std::move(leaves), tree.weights.empty() ? 0 : tree.weights[i], 0, ""});
    }
    put_in_order(tree.by, groups);
    std::vector<ranked> all;
    for (auto& one : groups)
      for (auto& leaf : one.leaves) {
        const bool has_both = !one.clause.empty() && !leaf.reason.empty();
        all.push_back({leaf.one, one.clause + (has_both ? ", " : "") + leaf.reason});
      }
    return all;
  }

 private:
  void put_in_order(config::strategy by, std::vector<group>& groups) const {
    using config::strategy;
    switch (by) {
      case strategy::in_order: return;
      case strategy::split: return draw(groups);
      case strategy::cheapest: return cheapest_first(groups);
      case strategy::fastest: return fastest_first(groups);
      case strategy::least_busy: return least_busy_first(groups);
    }
  }

  void draw(std::vector<group>& groups) const {
    std::int64_t all = 0;
    for (const auto& one : groups) all += one.weight;
    for (auto& one : groups) one.clause = "split, " + std::to_string(one.weight) + " of " + std::to_string(all);
    for (auto next = groups.begin(); next != groups.end(); ++next) {
      const auto drawn = drawn_from(next, groups.end());
      std::rotate(next, drawn, drawn + 1);
    }
    for (std::size_t i = 1; i < groups.size(); ++i) groups[i].clause += ", behind the one drawn";
  }

  using place = std::vector<group>::iterator;
  place drawn_from(place begin, place end) const {
    std::int64_t all = 0;
    for (auto one = begin; one != end; ++one) all += one->weight;
    if (!by_.dice || all == 0) return std::max_element(begin, end, [](const group& a, const group& b) { return a.weight < b.weight; });
    auto left = static_cast<std::int64_t>(by_.dice() * static_cast<double>(all));
    for (auto one = begin; one != end; ++one) {
      left -= one->weight;
      if (left < 0) return one;
    }
    return begin;
  }

  void cheapest_first(std::vector<group>& groups) const {
    for (auto& one : groups) {
      const auto cost = by_.cost_of ? by_.cost_of(one.first()) : std::nullopt;
      one.key = cost.value_or(last);
      one.clause = cost ? "cheapest" : "cheapest, its price is unknown";
    }
    by_key(groups);
    for (std::size_t i = 1; i < groups.size(); ++i)
      if (groups[i].key != last) groups[i].clause = "cheapest, number " + std::to_string(i + 1);
  }

  load* load_of(const group& one) const { return by_.load_of ? by_.load_of(one.first()) : nullptr; }

  void fastest_first(std::vector<group>& groups) const {
    for (auto& one : groups) {
      const auto* seen = load_of(one);
      const auto took = seen ? seen->first_content() : std::nullopt;
      one.key = took ? std::chrono::duration_cast<std::chrono::nanoseconds>(*took).count() : last;
      one.clause = took ? "fastest, first content after " + std::to_string(std::chrono::ceil<std::chrono::milliseconds>(*took).count()) + " ms"
                        : "fastest, not measured yet";
    }
    by_key(groups);
    for (auto one = groups.begin(); one != groups.end(); ++one) {
      auto* seen = load_of(*one);
      if (!seen || !seen->wants_sample(by_.now)) continue;
      one->clause += ", asked to measure it";
      std::rotate(groups.begin(), one, one + 1);
      return;
    }
  }

  void least_busy_first(std::vector<group>& groups) const {
    for (auto& one : groups) {
      const auto* seen = load_of(one);
      one.key = seen ? seen->under_way() + seen->waiting() : 0;
      one.clause = "least_busy, " + std::to_string(one.key) + " under way";
    }
    if (!by_.dice || groups.size() < 3) {
      // Of two both are drawn; which goes first in a tie is drawn too, so that equal ones share.
      const bool turn = by_.dice && groups.size() == 2 && groups[0].key == groups[1].key && by_.dice() < 0.5;
      return turn ? std::swap(groups[0], groups[1]) : by_key(groups);
    }
    const auto count = groups.size();
    const auto one = std::min(static_cast<std::size_t>(by_.dice() * static_cast<double>(count)), count - 1);
    const auto step = std::min(static_cast<std::size_t>(by_.dice() * static_cast<double>(count - 1)), count - 2);
    const auto other = (one + 1 + step) % count;
    const auto chosen = groups[other].key < groups[one].key ? other : one;
    std::swap(groups[0], groups[chosen]);
    std::stable_sort(groups.begin() + 1, groups.end(), [](const group& a, const group& b) { return a.key < b.key; });
  }

  const std::function<bool(const config::deployment&)>& is_eligible_;
  const balancing_facts& by_;
};

}  // namespace

std::vector<ranked> rank(const config::branch& tree, const std::function<bool(const config::deployment&)>& is_eligible, const balancing_facts& by) {
  return ranker(is_eligible, by).of(tree);
}

}  // namespace sallyport::policy

#include "proxy/policy/balancing.hpp"

#include "proxy/policy/affine_order.hpp"

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
  std::string_view name;  ///< of what is written first below it, eligible or not: so long as the tree stays, it is known by that

  const config::deployment& first() const { return *leaves.front().one; }
};

void by_key(std::vector<group>& groups) {
  std::stable_sort(groups.begin(), groups.end(), [](const group& a, const group& b) { return a.key < b.key; });
}

std::string_view first_name_in(const config::branch& tree) {
  const auto* at = &tree;
  while (!at->leaf) at = &at->below.front();
  return at->leaf->name;
}

constexpr auto last = std::numeric_limits<std::int64_t>::max();

class ranker {
 public:
  ranker(const std::function<bool(const config::deployment&)>& is_eligible, const balancing_facts& by, config::affinity affinity)
      : is_eligible_(is_eligible), by_(by), affinity_(affinity) {}

  std::vector<ranked> of(const config::branch& tree, std::uint64_t level = 0) {
    if (tree.leaf) return is_eligible_(*tree.leaf) ? std::vector<ranked>{{tree.leaf.get(), ""}} : std::vector<ranked>();
    std::vector<group> groups;
    for (std::size_t i = 0; i < tree.below.size(); ++i) {
      auto leaves = of(tree.below[i], level + 1);
      const int weight = tree.weights.empty() ? 0 : tree.weights[i];
      if (!leaves.empty()) groups.push_back({std::move(leaves), weight, 0, "", first_name_in(tree.below[i])});
    }
    put_in_order(tree.by, level, groups);
    std::vector<ranked> all;
    for (auto& one : groups)
      for (auto& leaf : one.leaves) {
        const bool has_both = !one.clause.empty() && !leaf.reason.empty();
        all.push_back({leaf.one, one.clause + (has_both ? ", " : "") + leaf.reason});
      }
    return all;
  }

 private:
  void put_in_order(config::strategy by, std::uint64_t level, std::vector<group>& groups) {
    using config::strategy;
    switch (by) {
      case strategy::in_order: return;
      case strategy::split: return split(level, groups);
      case strategy::cheapest: return cheapest_first(groups);
      case strategy::fastest: return fastest_first(groups);
      case strategy::least_busy: return least_busy_first(level, groups);
    }
  }

  /// Asked for by the first strategy that needs it: a call whose plan has nothing to draw pays nothing for it.
  const std::optional<affine_key>& key() {
    if (!asked_for_key_ && affinity_ != config::affinity::none && by_.key_of) key_ = by_.key_of(affinity_);
    asked_for_key_ = true;
    return key_;
  }

  /// Puts the groups in the order of their places, and says why.
  static void follow(const std::vector<std::size_t>& order, config::affinity by, std::vector<group>& groups) {
    std::vector<group> ordered;
    for (const auto place : order) ordered.push_back(std::move(groups[place]));
    groups = std::move(ordered);
    const auto clause = ", affine by " + std::string(name_of(by));
    for (auto& one : groups) one.clause += &one == &groups.front() ? clause : ", behind the one" + clause.substr(1);
  }

  /// Where nobody can know the key.
  void say_who_knows(std::vector<group>& groups) const {
    if (affinity_ == config::affinity::none || by_.key_of || groups.size() < 2) return;
    for (auto& one : groups) one.clause += ", affine by " + std::string(name_of(affinity_)) + " (only the running gateway knows to which)";
  }

  static std::vector<affine_member> members_of(const std::vector<group>& groups) {
    std::vector<affine_member> members;
    for (const auto& one : groups) members.push_back({.name = one.name});
    return members;
  }

  void split(std::uint64_t level, std::vector<group>& groups) {
    std::int64_t all = 0;
    for (const auto& one : groups) all += one.weight;
    for (auto& one : groups) one.clause = "split, " + std::to_string(one.weight) + " of " + std::to_string(all);
    if (!key()) return draw(groups);
    auto members = members_of(groups);
    for (std::size_t i = 0; i < groups.size(); ++i) members[i].weight = groups[i].weight;
    follow(rendezvous_order(key_->number, level, members), key_->of, groups);
  }

  void draw(std::vector<group>& groups) const {
    for (auto next = groups.begin(); next != groups.end(); ++next) {
      const auto drawn = drawn_from(next, groups.end());
      std::rotate(next, drawn, drawn + 1);
    }
    for (std::size_t i = 1; i < groups.size(); ++i) groups[i].clause += ", behind the one drawn";
    say_who_knows(groups);
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

  void least_busy_first(std::uint64_t level, std::vector<group>& groups) {
    for (auto& one : groups) {
      const auto* seen = load_of(one);
      one.key = seen ? seen->under_way() + seen->waiting() : 0;
      one.clause = "least_busy, " + std::to_string(one.key) + " under way";
    }
    if (!key()) {
      draw_two(groups);
      return say_who_knows(groups);
    }
    auto members = members_of(groups);
    for (std::size_t i = 0; i < groups.size(); ++i) members[i].under_way = static_cast<int>(groups[i].key);
    follow(bounded_order(key_->number, level, members), key_->of, groups);
  }

  void draw_two(std::vector<group>& groups) const {
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
  config::affinity affinity_;
  std::optional<affine_key> key_;
  bool asked_for_key_ = false;
};

}  // namespace

std::vector<ranked> rank(const config::branch& tree, const std::function<bool(const config::deployment&)>& is_eligible,
                         const balancing_facts& by, config::affinity affinity) {
  return ranker(is_eligible, by, affinity).of(tree);
}

}  // namespace sallyport::policy

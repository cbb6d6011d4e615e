#include "proxy/policy/balancing.hpp"

#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace sallyport;
using namespace std::chrono_literals;
using config::branch;
using config::strategy;
using policy::rank;

namespace {

constexpr instant start{1h};

struct world {
  branch leaf(const std::string& name) {
    if (!made.contains(name)) made[name] = tests::make_deployment(name);
    return {.by = strategy::in_order, .leaf = made[name], .below = {}, .weights = {}};
  }
  branch over(strategy by, std::vector<branch> below, std::vector<int> weights = {}) {
    return {.by = by, .leaf = {}, .below = std::move(below), .weights = std::move(weights)};
  }
  branch of_names(strategy by, const std::vector<std::string>& names, std::vector<int> weights = {}) {
    std::vector<branch> below;
    for (const auto& one : names) below.push_back(leaf(one));
    return over(by, std::move(below), std::move(weights));
  }

  policy::balancing_facts facts() {
    return {.dice = [this] { return std::uniform_real_distribution<double>(0, 1)(random); },
            .cost_of = [this](const config::deployment& one) { return costs.contains(one.name) ? std::optional(costs[one.name]) : std::nullopt; },
            .load_of = [this](const config::deployment& one) { return &loads[one.name]; },
            .now = start};
  }
  std::string order(const branch& tree, const policy::balancing_facts& by) {
    std::string names;
    for (const auto& one : rank(tree, [this](const config::deployment& d) { return !barred.contains(d.name); }, by)) names += one.one->name;
    return names;
  }
  std::string order(const branch& tree) { return order(tree, facts()); }

  std::mt19937 random{42};
  std::map<std::string, std::shared_ptr<const config::deployment>> made;
  std::map<std::string, nano_usd> costs;
  std::map<std::string, policy::load> loads;
  std::set<std::string> barred;
};

}  // namespace

TEST_CASE("a split gives each part its share, and what may not serve has none") {
  world w;
  const auto tree = w.of_names(strategy::split, {"a", "b", "c"}, {70, 20, 10});
  std::map<std::string, int> orders;
  for (int i = 0; i < 20'000; ++i) ++orders[w.order(tree)];
  const auto first = [&](char name) {
    int all = 0;
    for (const auto& [order, count] : orders) all += order[0] == name ? count : 0;
    return all / 20'000.0;
  };
  CHECK(first('a') == doctest::Approx(0.7).epsilon(0.03));
  CHECK(first('b') == doctest::Approx(0.2).epsilon(0.06));
  CHECK(first('c') == doctest::Approx(0.1).epsilon(0.1));
  CHECK(orders["abc"] / (orders["abc"] + orders["acb"] + 0.0) == doctest::Approx(20.0 / 30).epsilon(0.03));

  w.barred = {"a"};
  int b = 0;
  for (int i = 0; i < 20'000; ++i) b += w.order(tree) == "bc";
  CHECK(b / 20'000.0 == doctest::Approx(20.0 / 30).epsilon(0.03));
}

TEST_CASE("a part with the weight 0 is there when the others fail, and only then") {
  world w;
  const auto tree = w.of_names(strategy::split, {"a", "b"}, {0, 5});
  for (int i = 0; i < 1'000; ++i) CHECK(w.order(tree) == "ba");
  w.barred = {"b"};
  CHECK(w.order(tree) == "a");
}

TEST_CASE("without dice a split has its heaviest part first") {
  world w;
  CHECK(w.order(w.of_names(strategy::split, {"a", "b", "c"}, {10, 60, 30}), {}) == "bca");
}

TEST_CASE("the cheapest goes first, what has no price last, and ties stay as written") {
  world w;
  w.costs = {{"a", 300}, {"b", 100}, {"d", 100}};
  CHECK(w.order(w.of_names(strategy::cheapest, {"a", "x", "b", "d"})) == "bdax");
}

TEST_CASE("the fastest by what was seen lately goes first; one call at a time measures the others") {
  world w;
  const auto tree = w.of_names(strategy::fastest, {"a", "b", "c"});
  CHECK(w.order(tree) == "abc");   // nothing is known: this call measures a, the next ones the others
  CHECK(w.order(tree) == "bac");
  CHECK(w.order(tree) == "cab");
  CHECK(w.order(tree) == "abc");
  w.loads["a"].began_to_answer(900ms, start);
  w.loads["b"].began_to_answer(100ms, start);
  w.loads["c"].began_to_answer(400ms, start);
  CHECK(w.order(tree) == "bca");
  auto later = w.facts();
  later.now = start + 31s;
  w.loads["b"].began_to_answer(100ms, later.now);
  CHECK(w.order(tree, later) == "cba");
  CHECK(w.order(tree, later) == "abc");
  CHECK(w.order(tree, later) == "bca");
}

TEST_CASE("of two drawn the less busy goes first: the busiest never does, the others share") {
  world w;
  const auto tree = w.of_names(strategy::least_busy, {"a", "b", "c"});
  std::vector<policy::load::hold> held;
  for (int i = 0; i < 3; ++i) held.push_back(w.loads["c"].take(0));
  held.push_back(w.loads["b"].take(0));
  std::map<std::string, int> orders;
  for (int i = 0; i < 3'000; ++i) ++orders[w.order(tree)];
  CHECK(orders.size() == 2);
  CHECK(orders["abc"] == doctest::Approx(2'000).epsilon(0.06));
  CHECK(orders["bac"] == doctest::Approx(1'000).epsilon(0.12));
}

TEST_CASE("two that are equally busy share") {
  world w;
  const auto tree = w.of_names(strategy::least_busy, {"a", "b"});
  int a = 0;
  for (int i = 0; i < 2'000; ++i) a += w.order(tree) == "ab";
  CHECK(a == doctest::Approx(1'000).epsilon(0.1));
}

TEST_CASE("strategies nest: one within another is judged by its own first choice") {
  world w;
  w.costs = {{"a", 500}, {"b", 200}, {"c", 300}};
  const auto tree = w.over(strategy::in_order, {w.over(strategy::cheapest, {w.leaf("c"), w.of_names(strategy::cheapest, {"a", "b"})}), w.leaf("d")});
  CHECK(w.order(tree) == "bacd");
  w.barred = {"b"};
  CHECK(w.order(tree) == "cad");
  const auto made = rank(tree, [](const config::deployment&) { return true; }, w.facts());
  CHECK(made[0].reason == "cheapest, cheapest");
  CHECK(made[3].reason.empty());
}

TEST_CASE("whatever the tree, each deployment that may serve stands in the order once") {
  world w;
  for (int i = 0; i < 2'000; ++i) {
    std::vector<branch> below;
    std::vector<int> weights;
    std::string names;
    for (char name = 'a'; name < 'a' + 6; ++name) {
      names += name;
      const auto inner = static_cast<strategy>(1 + w.random() % 4);
      auto one = w.leaf(std::string(1, name));
      below.push_back(w.random() % 2 ? one : w.over(inner, {one}, inner == strategy::split ? std::vector<int>{1} : std::vector<int>{}));
      weights.push_back(static_cast<int>(w.random() % 3));
    }
    w.costs = {{"a", 3}, {"b", static_cast<nano_usd>(w.random() % 5)}};
    w.barred = {std::string(1, static_cast<char>('a' + w.random() % 6))};
    names.erase(names.find(*w.barred.begin()), 1);
    const auto by = static_cast<strategy>(w.random() % 5);
    auto order = w.order(w.over(by, below, by == strategy::split ? weights : std::vector<int>{}));
    std::sort(order.begin(), order.end());
    CHECK(order == names);
  }
}

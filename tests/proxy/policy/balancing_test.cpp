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
            .now = start,
            .key_of = [this](config::affinity) {
              ++keys_asked;
              return key;
            }};
  }
  std::string order(const branch& tree, const policy::balancing_facts& by, config::affinity affinity = config::affinity::none) {
    std::string names;
    for (const auto& one : rank(tree, [this](const config::deployment& d) { return !barred.contains(d.name); }, by, affinity)) names += one.one->name;
    return names;
  }
  std::string affine_order(const branch& tree, std::uint64_t number) {
    key = policy::affine_key{number, config::affinity::session};
    return order(tree, facts(), config::affinity::session);
  }
  std::string order(const branch& tree) { return order(tree, facts()); }

  std::mt19937 random{42};
  std::map<std::string, std::shared_ptr<const config::deployment>> made;
  std::map<std::string, nano_usd> costs;
  std::map<std::string, policy::load> loads;
  std::set<std::string> barred;
  std::optional<policy::affine_key> key;
  int keys_asked = 0;
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

TEST_CASE("with an affinity the same key has the same order, and keys share by the weights") {
  world w;
  const auto tree = w.of_names(strategy::split, {"a", "b", "c"}, {70, 30, 0});
  int a = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const auto order = w.affine_order(tree, i);
    if (i < 100) CHECK(order == w.affine_order(tree, i));
    a += order[0] == 'a';
    CHECK(order[2] == 'c');
  }
  CHECK(a == doctest::Approx(7'000).epsilon(0.02));
}

TEST_CASE("what may not serve leaves the others where they are") {
  world w;
  const auto tree = w.of_names(strategy::least_busy, {"a", "b", "c", "d"});
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    w.barred.clear();
    auto order = w.affine_order(tree, i);
    w.barred = {"b"};
    order.erase(order.find('b'), 1);
    CHECK(w.affine_order(tree, i) == order);
  }
}

TEST_CASE("the affine one of the least busy gives way when it is too busy") {
  world w;
  const auto tree = w.of_names(strategy::least_busy, {"a", "b", "c"});
  const auto order = w.affine_order(tree, 5);
  std::vector<policy::load::hold> held;
  for (int i = 0; i < 2; ++i) held.push_back(w.loads[order.substr(0, 1)].take(0));
  CHECK(w.affine_order(tree, 5) == std::string{order[1], order[0], order[2]});
}

TEST_CASE("an affinity changes nothing of what is not drawn, and then nobody asks for the key") {
  world w;
  w.costs = {{"a", 500}, {"b", 200}, {"c", 300}};
  const auto cheapest = w.of_names(strategy::cheapest, {"a", "b", "c"});
  const auto written = w.of_names(strategy::in_order, {"a", "b", "c"});
  for (std::uint64_t i = 0; i < 50; ++i) {
    CHECK(w.affine_order(cheapest, i) == "bca");
    CHECK(w.affine_order(written, i) == "abc");
  }
  CHECK(w.keys_asked == 0);
  w.order(w.of_names(strategy::least_busy, {"a", "b"}));
  CHECK(w.keys_asked == 0);   // no affinity, no key
}

TEST_CASE("a call without a key is drawn for") {
  world w;
  const auto tree = w.of_names(strategy::split, {"a", "b"}, {50, 50});
  std::set<std::string> orders;
  for (int i = 0; i < 100; ++i) orders.insert(w.order(tree, w.facts(), config::affinity::session));
  CHECK(orders.size() == 2);
  CHECK(w.keys_asked == 100);
}

TEST_CASE("a split within a split shares as it says: the inner choice does not follow from the outer one") {
  world w;
  const auto tree = w.over(strategy::split, {w.of_names(strategy::split, {"a", "b"}, {50, 50}), w.leaf("c")}, {50, 50});
  std::map<char, int> first;
  for (std::uint64_t i = 0; i < 20'000; ++i) ++first[w.affine_order(tree, i)[0]];
  CHECK(first['a'] == doctest::Approx(5'000).epsilon(0.04));
  CHECK(first['b'] == doctest::Approx(5'000).epsilon(0.04));
  CHECK(first['c'] == doctest::Approx(10'000).epsilon(0.03));
}

TEST_CASE("the reason says by what, and where nobody can know the key that nobody does") {
  world w;
  const auto all = [](const config::deployment&) { return true; };
  const auto tree = w.of_names(strategy::split, {"a", "b"}, {60, 40});
  auto by = w.facts();
  w.key = policy::affine_key{7, config::affinity::prompt};
  const auto made = rank(tree, all, by, config::affinity::session);
  const std::string share = made[0].one->name == "a" ? "60" : "40";
  CHECK(made[0].reason == "split, " + share + " of 100, affine by prompt");
  CHECK(made[1].reason.ends_with(", behind the one affine by prompt"));
  by.key_of = {};
  by.dice = {};
  CHECK(rank(tree, all, by, config::affinity::session)[0].reason == "split, 60 of 100, affine by session (only the running gateway knows to which)");
}

#include "proxy/policy/affine_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <string>

using namespace sallyport;
using namespace sallyport::policy;

namespace {

constexpr int keys = 100'000;

/// What a key of a session looks like.
std::uint64_t key_number(int i) { return keyed_hash({1, 2}, "session " + std::to_string(i)); }

std::vector<affine_member> members(const std::vector<std::string_view>& names) {
  std::vector<affine_member> made;
  for (const auto name : names) made.push_back({.name = name});
  return made;
}

/// How many keys have each member first, in per cent of all.
std::vector<double> shares_of_first(const std::vector<affine_member>& of, std::uint64_t level = 0) {
  std::vector<double> shares(of.size());
  for (int i = 0; i < keys; ++i) shares[rendezvous_order(key_number(i), level, of)[0]] += 100.0 / keys;
  return shares;
}

}  // namespace

TEST_CASE("over many keys each member has its share, within two per cent of it") {
  for (const auto share : shares_of_first(members({"gpu1", "gpu2", "gpu3"}))) CHECK(share == doctest::Approx(100.0 / 3).epsilon(0.02));
  const std::vector<affine_member> weighted{{"gpu1", 70}, {"gpu2", 20}, {"gpu3", 10}, {"spare", 0}};
  const auto shares = shares_of_first(weighted);
  CHECK(std::abs(shares[0] - 70) < 0.6);
  CHECK(std::abs(shares[1] - 20) < 0.5);
  CHECK(std::abs(shares[2] - 10) < 0.4);
  CHECK(shares[3] == 0);
}

TEST_CASE("whoever is first for a key, the next is chosen among the rest by their weights") {
  const std::vector<affine_member> weighted{{"gpu1", 50}, {"gpu2", 30}, {"gpu3", 20}};
  int behind_first = 0, second_is_gpu2 = 0;
  for (int i = 0; i < keys; ++i) {
    const auto order = rendezvous_order(key_number(i), 0, weighted);
    if (order[0] != 0) continue;
    ++behind_first;
    second_is_gpu2 += order[1] == 1;
  }
  CHECK(second_is_gpu2 == doctest::Approx(behind_first * 0.6).epsilon(0.02));
}

TEST_CASE("a member that goes away moves its own keys only, and those in their shares") {
  const std::vector<affine_member> all{{"gpu1", 3}, {"gpu2", 2}, {"gpu3", 1}, {"gpu4", 4}};
  const std::vector<affine_member> left{all[0], all[2], all[3]};
  std::map<std::string_view, int> moved_to;
  int moved = 0, others_moved = 0;
  for (int i = 0; i < keys; ++i) {
    const auto before = all[rendezvous_order(key_number(i), 0, all)[0]].name;
    const auto after = left[rendezvous_order(key_number(i), 0, left)[0]].name;
    if (before == "gpu2") {
      ++moved;
      ++moved_to[after];
    } else {
      others_moved += before != after;
    }
  }
  CHECK(others_moved == 0);
  CHECK(moved == doctest::Approx(keys * 0.2).epsilon(0.02));
  CHECK(moved_to["gpu4"] == doctest::Approx(moved * 0.5).epsilon(0.03));
}

TEST_CASE("a weight that changes moves no more keys than the shares change") {
  const std::vector<affine_member> before{{"gpu1", 50}, {"gpu2", 50}}, after{{"gpu1", 60}, {"gpu2", 40}};
  int moved = 0, wrongly = 0;
  for (int i = 0; i < keys; ++i) {
    const auto was = rendezvous_order(key_number(i), 0, before)[0], is = rendezvous_order(key_number(i), 0, after)[0];
    moved += was != is;
    wrongly += was == 0 && is == 1;
  }
  CHECK(wrongly == 0);
  CHECK(moved == doctest::Approx(keys * 0.1).epsilon(0.03));
}

TEST_CASE("the same key has the same order, in whatever order the members are written") {
  const auto one = members({"a", "b", "c", "d", "e"});
  const auto other = members({"e", "c", "a", "d", "b"});
  for (int i = 0; i < 1'000; ++i) {
    const auto first = rendezvous_order(key_number(i), 0, one);
    CHECK(first == rendezvous_order(key_number(i), 0, one));
    const auto second = rendezvous_order(key_number(i), 0, other);
    for (std::size_t place = 0; place < one.size(); ++place) CHECK(one[first[place]].name == other[second[place]].name);
  }
}

TEST_CASE("the choice on one level says nothing of the choice on another") {
  const auto of = members({"a", "b"});
  int alike = 0;
  for (int i = 0; i < keys; ++i) alike += rendezvous_order(key_number(i), 0, of)[0] == rendezvous_order(key_number(i), 1, of)[0];
  CHECK(alike == doctest::Approx(keys / 2.0).epsilon(0.02));
}

TEST_CASE("the bound is a quarter above the mean with the call, and at least one more than the mean") {
  CHECK(bounded_load(0, 3) == 2);
  CHECK(bounded_load(2, 3) == 2);
  CHECK(bounded_load(3, 3) == 3);
  CHECK(bounded_load(29, 3) == 13);   // the mean is 10
  CHECK(bounded_load(2'999, 3) == 1'250);
  CHECK(bounded_load(7, 1) == 10);
}

TEST_CASE("a hot key goes to its next member, and no further than it must") {
  auto of = members({"a", "b", "c"});
  const auto order = rendezvous_order(key_number(0), 0, of);
  of[order[0]].under_way = 1;
  CHECK(bounded_order(key_number(0), 0, of) == order);   // two at once do not part an idle fleet
  of[order[0]].under_way = 2;
  CHECK(bounded_order(key_number(0), 0, of) == std::vector<std::size_t>{order[1], order[0], order[2]});
  of[order[1]].under_way = of[order[2]].under_way = 2;
  CHECK(bounded_order(key_number(0), 0, of) == order);
}

TEST_CASE("should the first be passed over the bound holds among the rest") {
  auto of = members({"a", "b", "c"});
  const auto order = rendezvous_order(key_number(3), 0, of);
  of[order[0]].under_way = 20;
  of[order[1]].under_way = 15;   // the third rests, so it has none and lowers the mean: both others are above the bound of all three, 15
  CHECK(bounded_order(key_number(3), 0, of) == std::vector<std::size_t>{order[2], order[0], order[1]});
}

// Sends come and go at random, the keys as unequal as a few hot conversations make them.
TEST_CASE("whatever comes, nobody takes a send above the bound, and most keys stay where they are affine to") {
  std::mt19937 random{7};
  auto of = members({"a", "b", "c", "d", "e"});
  std::vector<std::size_t> sends;
  int above = 0, affine = 0;
  for (int step = 0; step < 200'000; ++step) {
    if (sends.size() > 60 || (!sends.empty() && random() % 2 == 0)) {
      const auto ended = random() % sends.size();
      --of[sends[ended]].under_way;
      sends.erase(sends.begin() + static_cast<std::ptrdiff_t>(ended));
      continue;
    }
    const auto hot = random() % 10 < 3;
    const auto key = key_number(static_cast<int>(hot ? random() % 3 : random() % 5'000));
    const int in_all = static_cast<int>(sends.size());
    const auto chosen = bounded_order(key, 0, of)[0];
    affine += chosen == rendezvous_order(key, 0, of)[0];
    const double mean = (in_all + 1) / 5.0;
    ++of[chosen].under_way;
    sends.push_back(chosen);
    above += of[chosen].under_way > std::max(std::ceil(1.25 * mean), std::ceil(mean) + 1);
  }
  CHECK(above == 0);
  CHECK(affine > 70'000);
}

#include "proxy/policy/affine_order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace sallyport::policy {
namespace {

/// Exponentially distributed, the rate being the weight: the least of several is that of a member with the probability of its share.
double drawn_by(const affine_member& one, std::uint64_t key, std::uint64_t level) {
  if (one.weight <= 0) return std::numeric_limits<double>::infinity();
  const auto hash = keyed_hash({key, level}, one.name);
  const double uniform = (static_cast<double>(hash >> 11) + 0.5) * 0x1p-53;   // in (0, 1)
  return -std::log(uniform) / one.weight;
}

int ceiling_of(std::int64_t dividend, std::int64_t divisor) { return static_cast<int>((dividend + divisor - 1) / divisor); }

}  // namespace

std::vector<std::size_t> rendezvous_order(std::uint64_t key, std::uint64_t level, const std::vector<affine_member>& members) {
  std::vector<double> drawn(members.size());
  std::transform(members.begin(), members.end(), drawn.begin(), [&](const affine_member& one) { return drawn_by(one, key, level); });
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return drawn[a] < drawn[b]; });
  return order;
}

int bounded_load(int under_way_in_all, std::size_t members) {
  const auto sends = static_cast<std::int64_t>(under_way_in_all) + 1;
  const auto count = static_cast<std::int64_t>(members);
  return std::max(ceiling_of(5 * sends, 4 * count), ceiling_of(sends, count) + 1);
}

std::vector<std::size_t> bounded_order(std::uint64_t key, std::uint64_t level, const std::vector<affine_member>& members) {
  auto order = rendezvous_order(key, level, members);
  int in_all = 0;
  for (const auto& one : members) in_all += one.under_way;
  for (auto next = order.begin(); next != order.end(); ++next) {
    const int most = bounded_load(in_all, static_cast<std::size_t>(order.end() - next));
    const auto found = std::find_if(next, order.end(), [&](std::size_t one) { return members[one].under_way < most; });
    std::rotate(next, found, found + 1);   // one is always found: the least busy is not above the mean
    in_all -= members[*next].under_way;
  }
  return order;
}

}  // namespace sallyport::policy

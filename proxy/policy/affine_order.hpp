#pragma once
/// Where the calls of one conversation go, so that they find its prompt in that engine's cache: the same members, the same key, the same
/// order; and of the conversations only those of a member that goes away, or a fair share of all for one that comes, change their place.

#include "proxy/words/keyed_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// One that may be chosen. `name` is all that its place depends on, beside weight and load.
struct affine_member {
  std::string_view name;
  int weight = 1;      ///< 0: behind all others
  int under_way = 0;   ///< sends
};

/// Weighted rendezvous hashing (Thaler and Ravishankar, 1998; Schindelhauer and Schomaker, 2005): each member draws its own number for that
/// key, and over many keys is the first of as large a share of them as its weight has of all weights; so is the second among the rest.
/// `level` keeps the choices of a strategy within another one from depending on each other. Gives places in `members`; pure.
std::vector<std::size_t> rendezvous_order(std::uint64_t key, std::uint64_t level, const std::vector<affine_member>& members);

/// The most sends under way, with the one to come, at a member of so many with so many under way: 1.25 times their mean with it, rounded up,
/// and never less than one more than the mean, else two calls at once would part an idle fleet.
int bounded_load(int under_way_in_all, std::size_t members);

/// The rendezvous order, with bounded loads (Mirrokni, Thorup and Zadimoghaddam, arxiv.org/abs/1608.01350): first the first one in that order
/// that has room under the bound; of the rest the same again, so that the bound holds among them too should the first one be passed over.
/// Weights do not count, unless 0.
std::vector<std::size_t> bounded_order(std::uint64_t key, std::uint64_t level, const std::vector<affine_member>& members);

}  // namespace sallyport::policy

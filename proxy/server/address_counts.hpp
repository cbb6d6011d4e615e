#pragma once
/// How many connections each client address has open, over all workers, so that one address cannot take all that there are. An IPv6 client has
/// a /64 network to itself and could use another of its addresses each time, so those are counted by network.
///
/// Any thread; a call holds one of several locks for the time of a look-up. Holds an entry for each address that has a connection.

#include "config/settings.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace sallyport::server {

class address_counts {
 public:
  /// As in the configuration's networks: IPv4 as v4-mapped IPv6.
  using address = std::array<std::uint8_t, 16>;

  /// Of one address at most `max`; addresses in `exempt` are not counted. Before the first take(); without it there is no limit.
  void limit(std::size_t max, std::vector<config::network> exempt);

  /// Counts one more, unless there are as many as may be.
  bool take(const address& of);
  /// One that was taken has ended.
  void give(const address& of);

 private:
  struct hash {
    std::size_t operator()(const address& of) const;
  };
  struct shard {
    std::mutex mutex;
    std::unordered_map<address, std::size_t, hash> open;
  };

  bool is_counted(const address& of) const;
  shard& shard_of(const address& network) { return shards_[hash{}(network) % shards_.size()]; }

  std::size_t max_ = std::numeric_limits<std::size_t>::max();
  std::vector<config::network> exempt_;
  std::array<shard, 16> shards_;
};

}  // namespace sallyport::server

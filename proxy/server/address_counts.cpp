#include "proxy/server/address_counts.hpp"

#include "config/addresses.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sallyport::server {
namespace {

constexpr std::size_t network_bytes = 8;   // of an IPv6 address

bool is_ipv4(const address_counts::address& of) {
  static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(mapped.begin(), mapped.end(), of.begin());
}

address_counts::address counted_as(address_counts::address of) {
  if (!is_ipv4(of)) std::fill(of.begin() + network_bytes, of.end(), std::uint8_t{0});
  return of;
}

}  // namespace

std::size_t address_counts::hash::operator()(const address& of) const {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(of.data()), of.size()});
}

void address_counts::limit(std::size_t max, std::vector<config::network> exempt) {
  max_ = max;
  exempt_ = std::move(exempt);
}

bool address_counts::is_counted(const address& of) const {
  if (max_ == std::numeric_limits<std::size_t>::max()) return false;
  return std::none_of(exempt_.begin(), exempt_.end(), [&](const auto& range) { return config::contains(range, of); });
}

bool address_counts::take(const address& of) {
  if (!is_counted(of)) return true;
  const auto network = counted_as(of);
  auto& here = shard_of(network);
  const std::lock_guard held(here.mutex);
  auto& open = here.open[network];
  if (open >= max_) return false;
  ++open;
  return true;
}

void address_counts::give(const address& of) {
  if (!is_counted(of)) return;
  const auto network = counted_as(of);
  auto& here = shard_of(network);
  const std::lock_guard held(here.mutex);
  const auto found = here.open.find(network);
  if (found != here.open.end() && --found->second == 0) here.open.erase(found);
}

}  // namespace sallyport::server

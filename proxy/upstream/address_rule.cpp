#include "proxy/upstream/address_rule.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace sallyport::upstream {
namespace {

struct range {
  address_bytes first;
  int prefix;
};

// Link-local, where clouds answer with credentials, and the two metadata addresses that lie elsewhere (AWS over IPv6, Alibaba).
const std::array<range, 4> never{{
    {mapped({169, 254, 0, 0}), 112},
    {{0xfe, 0x80}, 10},
    {{0xfd, 0x00, 0x0e, 0xc2}, 32},
    {mapped({100, 100, 100, 200}), 128},
}};

const std::array<range, 7> private_ranges{{
    {mapped({127, 0, 0, 0}), 104},
    {mapped({10, 0, 0, 0}), 104},
    {mapped({172, 16, 0, 0}), 108},
    {mapped({192, 168, 0, 0}), 112},
    {mapped({100, 64, 0, 0}), 106},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128},
    {{0xfc}, 7},
}};

bool shares_prefix(const address_bytes& a, const address_bytes& b, int bits) {
  const auto whole = static_cast<std::size_t>(std::clamp(bits, 0, 128)) / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const int rest = std::clamp(bits, 0, 128) % 8;
  if (rest == 0) return true;
  const int shift = 8 - rest;
  return (a[whole] >> shift) == (b[whole] >> shift);
}

}  // namespace

address_bytes mapped(const std::array<std::uint8_t, 4>& ipv4) {
  address_bytes all{};
  all[10] = all[11] = 0xff;
  std::copy(ipv4.begin(), ipv4.end(), all.begin() + 12);
  return all;
}

std::optional<address_bytes> address_named(std::string_view text) {
  const std::string terminated(text);
  std::array<std::uint8_t, 4> ipv4{};
  if (::inet_pton(AF_INET, terminated.c_str(), ipv4.data()) == 1) return mapped(ipv4);
  address_bytes ipv6{};
  if (::inet_pton(AF_INET6, terminated.c_str(), ipv6.data()) == 1) return ipv6;
  return std::nullopt;
}

bool may_connect(const address_bytes& address, const config::provider& to) {
  const auto lies_in = [&](const range& one) { return shares_prefix(address, one.first, one.prefix); };
  if (!to.networks.empty())
    return std::any_of(to.networks.begin(), to.networks.end(),
                       [&](const config::network& one) { return shares_prefix(address, one.address, one.prefix); });
  if (std::any_of(never.begin(), never.end(), lies_in)) return false;
  return to.runs_as != deployment_class::in_house || std::any_of(private_ranges.begin(), private_ranges.end(), lies_in);
}

}  // namespace sallyport::upstream

#include "proxy/stages/client_address.hpp"

#include "config/addresses.hpp"

#include <algorithm>

namespace sallyport::stages {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Some proxies write a port, and IPv6 in brackets.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') == std::string_view::npos ? 0 : text.find(']') - 1);
  const auto colon = text.find(':');
  return colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos ? text.substr(0, colon) : text;
}

}  // namespace

bool lies_in(std::string_view address, const std::vector<config::network>& ranges) {
  const auto bytes = config::address_literal(address);
  return bytes && std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) { return config::contains(range, *bytes); });
}

std::string client_address(const std::string& peer, std::string_view forwarded, const std::vector<config::network>& trusted_proxies) {
  if (trusted_proxies.empty() || !lies_in(peer, trusted_proxies)) return peer;
  std::string_view nearest;
  while (!forwarded.empty()) {
    const auto comma = forwarded.rfind(',');
    const auto entry = without_port(trimmed(forwarded.substr(comma == std::string_view::npos ? 0 : comma + 1)));
    if (!config::address_literal(entry)) break;
    nearest = entry;
    if (!lies_in(entry, trusted_proxies)) break;
    forwarded = comma == std::string_view::npos ? std::string_view() : forwarded.substr(0, comma);
  }
  return nearest.empty() ? peer : std::string(nearest);
}

}  // namespace sallyport::stages

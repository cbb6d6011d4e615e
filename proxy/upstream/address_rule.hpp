#pragma once
/// Which resolved addresses a provider may be reached at. Asked when a socket is opened and again before each request goes out, so that
/// neither a changed name record nor a kept connection leads elsewhere. Pure.

#include "config/settings.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::upstream {

/// An address in network order, IPv4 as v4-mapped IPv6.
using address_bytes = std::array<std::uint8_t, 16>;

address_bytes mapped(const std::array<std::uint8_t, 4>& ipv4);
/// From its text, without brackets or zone; nothing when it is not an address.
std::optional<address_bytes> address_named(std::string_view text);

/// With declared networks: inside one of them. Without: anywhere but link-local and cloud metadata addresses; and for what is said to stand in
/// the house, only at loopback and private addresses (RFC 1918, RFC 6598, RFC 4193), since a name that leads elsewhere would take protected
/// calls out of it.
bool may_connect(const address_bytes& address, const config::provider& to);

}  // namespace sallyport::upstream

#pragma once
/// Socket addresses, base addresses and networks from text.

#include "config/scalar.hpp"
#include "config/settings.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace sallyport::config {

/// 127.0.0.1:7070 or [::1]:7070
parsed<socket_address> socket_address_in(std::string_view text);
/// http(s)://HOST[:PORT][/PATH]
parsed<base_url> base_url_in(std::string_view text);
/// 10.0.0.0/8 or fd00::/8
parsed<network> network_in(std::string_view text);

/// 16 bytes of an IPv4 (as v4-mapped) or IPv6 literal without brackets; nothing for a name.
std::optional<std::array<std::uint8_t, 16>> address_literal(std::string_view host);
bool contains(const network& range, const std::array<std::uint8_t, 16>& address);
/// A literal of 127.0.0.0/8 or ::1, or the name localhost.
bool is_loopback(std::string_view host);

}  // namespace sallyport::config

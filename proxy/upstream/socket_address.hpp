#pragma once
/// The address in what a socket is opened for.

#include "proxy/upstream/address_rule.hpp"

#include <optional>

namespace sallyport::upstream {

/// Of a sockaddr_in or sockaddr_in6 of that family; nothing for any other.
std::optional<address_bytes> address_of(int family, const void* address);

}  // namespace sallyport::upstream

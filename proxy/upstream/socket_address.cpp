#include "proxy/upstream/socket_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>

namespace sallyport::upstream {

std::optional<address_bytes> address_of(int family, const void* address) {
  const auto* const bytes_there = static_cast<const char*>(address);
  if (family == AF_INET) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), bytes_there + offsetof(sockaddr_in, sin_addr), bytes.size());
    return mapped(bytes);
  }
  if (family != AF_INET6) return std::nullopt;
  address_bytes bytes{};
  std::memcpy(bytes.data(), bytes_there + offsetof(sockaddr_in6, sin6_addr), bytes.size());
  return bytes;
}

}  // namespace sallyport::upstream

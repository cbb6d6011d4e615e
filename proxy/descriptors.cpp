#include "proxy/descriptors.hpp"

#include "adapters/words/deployment_class.hpp"
#include "proxy/upstream/transport.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace sallyport {
namespace {

/// Journal, store, log, listeners, the admin side's connections, names being resolved; and each worker's loop.
constexpr std::size_t own = 48;
constexpr std::size_t own_a_worker = 8;
/// A pool for each class, so that classes never share a connection, of each of two transports.
constexpr std::size_t pools_a_worker = 2 * deployment_class_names.size();

/// Of five descriptors two go to clients, two to the connections of their calls, and one to connections that are kept.
constexpr std::size_t parts = 5;
constexpr std::size_t parts_of_clients = 2;

std::size_t own_of(int workers) { return own + own_a_worker * static_cast<std::size_t>(workers); }
std::size_t pools_of(int workers) { return pools_a_worker * static_cast<std::size_t>(workers); }

}  // namespace

std::size_t descriptors_wanted(std::size_t clients, int workers) {
  return own_of(workers) + clients * parts / parts_of_clients + 1;
}

descriptor_shares share_out(std::size_t limit, std::size_t clients_wanted, int workers) {
  const std::size_t free = limit > own_of(workers) ? limit - own_of(workers) : 0;
  const std::size_t clients = std::clamp<std::size_t>(free * parts_of_clients / parts, 1, std::max<std::size_t>(1, clients_wanted));
  const std::size_t kept = free > 2 * clients ? (free - 2 * clients) / pools_of(workers) : 0;
  return {clients, std::clamp<std::size_t>(kept, 1, upstream::kept_connections_max)};
}

std::size_t raise_descriptor_limit(std::size_t wanted) {
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) != 0) return wanted;
  if (now.rlim_cur >= wanted) return now.rlim_cur;
  rlimit raised = now;
  raised.rlim_cur = std::min<rlim_t>(wanted, now.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : now.rlim_cur;
}

}  // namespace sallyport

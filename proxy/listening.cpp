#include "proxy/listening.hpp"

#include "config/addresses.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace sallyport {

using namespace std::chrono_literals;

int worker_count(const config::listen_settings& listen) {
  if (listen.workers > 0) return listen.workers;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

config::listen_settings admin_listening(const config::admin_settings& admin) {
  config::listen_settings listen;
  listen.address = admin.address;
  listen.max_body = 64 * 1024;
  listen.drain_timeout = 1'000ms;
  return listen;
}

void limit_addresses(server::connection_count& connections, const config::listen_settings& listen) {
  auto exempt = listen.trusted_proxies;
  if (listen.max_connections_per_address) return connections.by_address.limit(*listen.max_connections_per_address, std::move(exempt));
  // A quarter: four addresses are needed to shut all others out, and one may still be an office behind one address. What comes over
  // loopback is a proxy on this machine that nobody has named, or the operator; both have a reason to open many.
  for (const char* own : {"127.0.0.0/8", "::1/128"}) exempt.push_back(*config::network_in(own));
  connections.by_address.limit(std::max<std::size_t>(1, connections.max / 4), std::move(exempt));
}

std::vector<std::vector<succession::owned_descriptor>> lent_to(int workers, succession::predecessor* by, const config::socket_address& at) {
  std::vector<std::vector<succession::owned_descriptor>> shares(static_cast<std::size_t>(workers));
  if (!by) return shares;
  auto lent = by->take_api_sockets(at.host, at.port);
  for (std::size_t i = 0; i < lent.size(); ++i) shares[i % shares.size()].push_back(std::move(lent[i]));
  return shares;
}

}  // namespace sallyport

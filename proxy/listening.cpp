#include "proxy/listening.hpp"

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

std::vector<std::vector<succession::owned_descriptor>> lent_to(int workers, succession::predecessor* by, const config::socket_address& at) {
  std::vector<std::vector<succession::owned_descriptor>> shares(static_cast<std::size_t>(workers));
  if (!by) return shares;
  auto lent = by->take_api_sockets(at.host, at.port);
  for (std::size_t i = 0; i < lent.size(); ++i) shares[i % shares.size()].push_back(std::move(lent[i]));
  return shares;
}

}  // namespace sallyport

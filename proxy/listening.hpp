#pragma once
/// How a gateway listens: what its settings say of workers and of the admin side, and which of a predecessor's sockets each worker goes on with.

#include "config/settings.hpp"
#include "proxy/server/listener.hpp"
#include "proxy/succession/take_over.hpp"

#include <vector>

namespace sallyport {

/// As configured, else one a core.
int worker_count(const config::listen_settings& listen);

/// The admin side's limits are ours: it serves a few operators and scrapers.
config::listen_settings admin_listening(const config::admin_settings& admin);

/// Gives each address its share of the connections. Before the first listener starts.
void limit_addresses(server::connection_count& connections, const config::listen_settings& listen);

/// For each worker what it goes on with. A socket that nobody accepts from would swallow its connections, so where the predecessor had more
/// workers some get several; where it had fewer, the others bind sockets of their own. `by` may be null.
std::vector<std::vector<succession::owned_descriptor>> lent_to(int workers, succession::predecessor* by, const config::socket_address& at);

}  // namespace sallyport

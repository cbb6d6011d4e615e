#pragma once
/// One thread that serves: its own io_context, listener, upstream connections, journal and pointer to the running generation. Shares with the
/// others only what is atomic. From outside it is reached by post() alone.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/ledger/journal.hpp"
#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/server/listener.hpp"
#include "proxy/stages/capacity.hpp"
#include "proxy/stages/conversations.hpp"
#include "proxy/stages/generation.hpp"
#include "proxy/stages/key_guesses.hpp"
#include "proxy/stages/stored_keyring.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport {

/// What the workers of a gateway share; outlives them.
struct shared_parts {
  observe::logger& log;
  observe::metrics& metrics;
  stages::capacity& room;
  stages::key_guesses& guesses;
  stages::conversations& sessions;
  server::connection_count& connections;
  std::shared_ptr<server::tls_context> tls;
  std::size_t kept_to_providers;   ///< connections, each of a worker's pools
};

class worker {
 public:
  /// Binds, or goes on with these sockets if there are any; serves only after run(). The journal outlives it; from run() on its thread is the one that appends and syncs.
  static result<std::unique_ptr<worker>> open(shared_parts shared, const config::listen_settings& listen, ledger::journal& journal,
                                              std::shared_ptr<const stages::generation> first,
                                              std::vector<succession::owned_descriptor> sockets = {});
  /// Stops and joins.
  ~worker();
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  std::uint16_t port() const;
  void run();                                                    ///< starts the thread
  void publish(std::shared_ptr<const stages::generation> next);  ///< any thread
  void publish(std::shared_ptr<const stages::stored_keyring> keys);   ///< any thread
  std::vector<int> sockets() const;                              ///< any thread: those that it listens on until it drains
  void drain(server::drain_manner how = {});                     ///< any thread: no new connections, open requests end
  void break_off();                                              ///< any thread: what is still open is closed
  bool is_idle() const;                                          ///< any thread: drained, and nothing is open any more

 private:
  struct parts;
  explicit worker(std::unique_ptr<parts> built);
  std::unique_ptr<parts> parts_;
};

}  // namespace sallyport

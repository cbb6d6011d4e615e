#pragma once
/// The composition root: the one place that knows every part. Builds generations, starts workers, publishes, drains.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/observe/logger.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace sallyport {

/// Runs on threads of its own: one a worker, and one for the admin side. Its functions may be called from any one thread.
class gateway {
 public:
  /// Binds, opens journals and store, takes over what an earlier run left, and begins to serve. Fails with a sentence that says what to do
  /// (address in use, journal, store, certificate).
  /// `takes_over`: from the gateway that serves with this state folder, if there is one: with its listening sockets, so that no connection
  /// is refused, and it drains and ends once this one serves. Where this fails, that one goes on.
  static result<std::unique_ptr<gateway>> start(std::shared_ptr<const config::settings> settings, observe::logger_options log,
                                                bool takes_over = false);
  /// Stops at once: connections are closed, and what the journals hold goes into the store, within a few seconds.
  ~gateway();
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  std::uint16_t api_port() const;
  std::uint16_t admin_port() const;

  /// Publishes a new generation to every worker; requests under way keep theirs. Listening addresses, workers, journal and store
  /// are those of the start: a change there is logged as not taken.
  void reload(std::shared_ptr<const config::settings> settings);
  /// A new configuration was refused: counted and logged with its first problem, the running one stays.
  void reload_refused(const std::string& first_problem);

  /// Readiness goes 503, listeners close, open requests end; `done` is called (on a thread of the gateway) when all have, or when the
  /// drain timeout has passed and what was left has been broken off.
  void drain(std::function<void()> done);

  /// From now on another process may take over from this one. `relieved` is called as drain()'s `done` is, when one has and this gateway
  /// has drained. Logged where the folder takes no socket: then nobody can.
  void offer_place(std::function<void()> relieved);

  observe::logger& log();

 private:
  struct parts;
  explicit gateway(std::unique_ptr<parts> built);
  std::unique_ptr<parts> parts_;
};

}  // namespace sallyport

#pragma once
/// Asks providers' health endpoints, and engines' metrics: GET, without credential, cookie or any header of the configuration, only at addresses that the provider
/// may have, following no redirect, on a connection of its own. Of an answer its status is
/// kept, and its body only where that is asked for.

#include "config/settings.hpp"
#include "proxy/words/liveness.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::upstream {

/// One that has ended.
struct health_answer {
  std::size_t ticket = 0;
  liveness said = liveness::unclear;
  std::string detail;      ///< one clause for the log, as in status 503
  std::string body = {};   ///< whole, of a 2xx, where it was asked for; empty where it is too long
};

/// One thread, but for wake().
class health_checks {
 public:
  /// Head and body of one answer.
  static constexpr std::size_t bytes_max = 64 * 1024;
  /// The same where the body is kept: the metrics of an engine have many series.
  static constexpr std::size_t kept_bytes_max = 4 * 1024 * 1024;

  /// Each takes no longer than that.
  explicit health_checks(std::chrono::milliseconds at_most);
  ~health_checks();
  health_checks(const health_checks&) = delete;
  health_checks& operator=(const health_checks&) = delete;

  /// Begins to ask a provider, at a path of its origin. Its answer comes out of wait(), with the ticket.
  void begin(std::size_t ticket, std::shared_ptr<const config::provider> at, std::string path, bool keeps_body = false);
  std::size_t under_way() const;
  /// Those that have ended, as soon as there is one, or after so long.
  std::vector<health_answer> wait(std::chrono::milliseconds at_most);
  /// Ends what is under way, unheard.
  void forget();
  /// Any thread: ends the wait.
  void wake();

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace sallyport::upstream

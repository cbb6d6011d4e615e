#pragma once
/// The certificate that a gateway shows its clients: reads it at the start, at each reload and when its files have changed, counts and logs
/// what came of it, and warns before it ends. Belongs to the gateway; after open() on the admin thread alone.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/server/tls_context.hpp"
#include "proxy/words/clock.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace sallyport {

class certificate_watch {
 public:
  /// Without `files` the gateway serves plain HTTP, and there is nothing to watch. Log and metrics outlive it.
  static result<certificate_watch> open(const std::optional<config::tls_files>& files, observe::logger& log, observe::metrics& metrics,
                                        const clock& time);

  /// For the listeners; null: plain.
  const std::shared_ptr<server::tls_context>& tls() const { return tls_; }
  /// A new configuration. Where its files cannot be used it fails and leaves the certificate that there is. From plain to TLS or back goes no
  /// reload: that is logged as not taken.
  result<void> take(const std::optional<config::tls_files>& files);
  /// Once a second. Files that have changed are read when they have been still since the last look: a certificate and its key are two
  /// files, and between them nothing fits. Such a failure leaves the certificate that there is, until they change again.
  void look();

 private:
  /// What a file is known by: device, inode, size, and the time of its last change.
  using stamp = std::array<std::int64_t, 5>;
  using stamps = std::array<stamp, 3>;   ///< of certificate, key and client CA

  certificate_watch(observe::logger& log, observe::metrics& metrics, const clock& time) : log_(&log), metrics_(&metrics), time_(&time) {}
  static stamps stamps_of(const config::tls_files& files);
  result<void> read(const config::tls_files& files);
  void read_anew();
  void has_read(const stamps& of);
  void warn_of_end();

  observe::logger* log_;
  observe::metrics* metrics_;
  const clock* time_;
  std::shared_ptr<server::tls_context> tls_;
  config::tls_files files_;
  stamps read_{}, seen_{};
  instant fresh_until_{};          ///< of the key of the session tickets
  std::size_t warnings_ = 0;       ///< that the present certificate has had
};

}  // namespace sallyport

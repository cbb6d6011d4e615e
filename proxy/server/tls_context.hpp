#pragma once
/// The certificate and the rules of TLS toward clients: TLS 1.2 or later, ciphers with forward secrecy and authentication only, ALPN
/// http/1.1; client certificates where they are asked for. Made once, shared by all workers' listeners. Its files may be read again while
/// it serves: a connection keeps what it began with, the next one gets the new certificate.
///
/// Sessions are resumed by tickets alone, so that the server keeps nothing of them. A ticket holds for two hours; the key that all tickets are
/// sealed with is made anew whenever the files are read, and whoever owns this object reads them at least twice a day.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <mutex>

namespace sallyport::server {

class tls_context {
 public:
  /// What the files held when they were read.
  struct identity {
    explicit identity(boost::asio::ssl::context made) : rules(std::move(made)) {}
    boost::asio::ssl::context rules;
    wall_time expires;   ///< the first end among the chain's certificates
  };

  explicit tls_context(std::shared_ptr<identity> first) : current_(std::move(first)) {}

  /// What a connection that begins now is served with, to its end. Any thread.
  std::shared_ptr<identity> current() const;
  /// Reads the files again, which may be others now. Fails as make_tls_context does, and leaves what there is. Any thread.
  result<void> read_again(const config::tls_files& files);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<identity> current_;
};

/// Reads the files. The failure's detail says which file is at fault and why.
result<std::shared_ptr<tls_context>> make_tls_context(const config::tls_files& files);

}  // namespace sallyport::server

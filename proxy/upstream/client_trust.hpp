#pragma once
/// Whose certificates are believed when a provider is connected to over TLS: the system's authorities, or those of the provider's `ca_file`
/// alone. TLS 1.2 or later; HTTP/2 is offered, and HTTP/1.1 behind it. One a worker; a file is read again when it has changed.

#include "adapters/words/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace sallyport::upstream {

class client_trust {
 public:
  /// `ca_file` empty: the system's. Fails with tls_failed when the file cannot be used.
  result<std::shared_ptr<boost::asio::ssl::context>> in(const std::string& ca_file);

 private:
  struct trusted {
    std::shared_ptr<boost::asio::ssl::context> context;
    std::int64_t changed_ns = 0;
  };
  std::unordered_map<std::string, trusted> by_file_;
};

}  // namespace sallyport::upstream

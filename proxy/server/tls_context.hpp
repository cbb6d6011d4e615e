#pragma once
/// The certificate and the rules of TLS toward clients: TLS 1.2 or later, ALPN http/1.1. Made once, shared by all workers' listeners.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace sallyport::server {

class tls_context {
 public:
  explicit tls_context(boost::asio::ssl::context made) : made_(std::move(made)) {}
  boost::asio::ssl::context& native() { return made_; }

 private:
  boost::asio::ssl::context made_;
};

/// Reads both files. The failure's detail says which file is at fault and why.
result<std::shared_ptr<tls_context>> make_tls_context(const config::tls_files& files);

}  // namespace sallyport::server

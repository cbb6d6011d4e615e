#pragma once
/// An authority and a server certificate made for one test, with OpenSSL.

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <string>

namespace sallyport::tests {

class tls_identity {
 public:
  /// `name` as in DNS:localhost or IP:127.0.0.1.
  explicit tls_identity(const std::string& name);
  ~tls_identity();
  tls_identity(const tls_identity&) = delete;
  tls_identity& operator=(const tls_identity&) = delete;

  /// PEM file of the authority.
  std::string ca_file() const { return ca_file_; }
  boost::asio::ssl::context& server() { return server_; }

 private:
  std::string ca_file_;
  boost::asio::ssl::context server_{boost::asio::ssl::context::tls_server};
};

}  // namespace sallyport::tests

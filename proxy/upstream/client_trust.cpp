#include "proxy/upstream/client_trust.hpp"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <utility>

namespace sallyport::upstream {
namespace {

namespace ssl = boost::asio::ssl;

std::int64_t change_of(const std::string& file) {
  struct stat seen {};
  if (file.empty() || ::stat(file.c_str(), &seen) != 0) return 0;
  return static_cast<std::int64_t>(seen.st_mtim.tv_sec) * 1'000'000'000 + seen.st_mtim.tv_nsec;
}

failure unusable(const std::string& ca_file, const std::string& why) {
  return fail(failure_kind::tls_failed, (ca_file.empty() ? "the system's authorities" : "ca_file " + ca_file) + " cannot be used: " + why);
}

result<std::shared_ptr<ssl::context>> make_context(const std::string& ca_file) {
  auto made = std::make_shared<ssl::context>(ssl::context::tls_client);
  boost::system::error_code refused;
  made->set_options(ssl::context::default_workarounds | ssl::context::no_compression | SSL_OP_NO_RENEGOTIATION, refused);
  static constexpr unsigned char offered[] = "\x02h2\x08http/1.1";
  const bool set = !refused && SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION) == 1 &&
                   SSL_CTX_set_alpn_protos(made->native_handle(), offered, sizeof offered - 1) == 0;
  if (!set) return unusable(ca_file, "the TLS library refuses an option");
  SSL_CTX_set_mode(made->native_handle(), SSL_MODE_RELEASE_BUFFERS);   // gives 32 KiB back while a connection is idle
  if (ca_file.empty())
    made->set_default_verify_paths(refused);
  else
    made->load_verify_file(ca_file, refused);
  if (refused) return unusable(ca_file, refused.message());
  return made;
}

}  // namespace

result<std::shared_ptr<ssl::context>> client_trust::in(const std::string& ca_file) {
  const auto changed = change_of(ca_file);
  const auto known = by_file_.find(ca_file);
  if (known != by_file_.end() && known->second.changed_ns == changed) return known->second.context;
  auto made = make_context(ca_file);
  if (made.has_error()) return made;
  by_file_[ca_file] = {*made, changed};
  return made;
}

}  // namespace sallyport::upstream

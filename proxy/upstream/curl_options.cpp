#include "proxy/upstream/curl_options.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <string>

namespace sallyport::upstream {
namespace {

// Below the idle timeouts of the usual front ends (60 s), so that a kept connection is rarely one that is just being closed there.
constexpr long connection_idle_s_max = 55;
constexpr long connection_age_s_max = 300;
// libcurl keeps its buffers for as long as a handle lives: small ones make open streams cheap. The read buffer is left at its default, also
// 16 KiB: 7.88 refuses CURLOPT_BUFFERSIZE on a handle that was used for HTTP/2, even after curl_easy_reset.
constexpr long upload_buffer_bytes = 16 * 1024;

template <class Value>
bool set(CURL* easy, CURLoption option, Value value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

// Nothing from the environment or from a reply may choose where a request goes.
bool set_no_detours(CURL* easy) {
  return set(easy, CURLOPT_PROXY, "") && set(easy, CURLOPT_NOPROXY, "*") && set(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
         set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED)) && set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
         set(easy, CURLOPT_PATH_AS_IS, 1L);
}

bool set_threading(CURL* easy) {
  // Without QUICK_EXIT, ending a transfer whose name is still being resolved waits for the resolver's thread, and so stops the worker.
  return set(easy, CURLOPT_NOSIGNAL, 1L) && set(easy, CURLOPT_QUICK_EXIT, 1L);
}

bool set_connections(CURL* easy) {
  return set(easy, CURLOPT_MAXAGE_CONN, connection_idle_s_max) && set(easy, CURLOPT_MAXLIFETIME_CONN, connection_age_s_max) &&
         set(easy, CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes) &&
         set(easy, CURLOPT_TCP_NODELAY, 1L) && set(easy, CURLOPT_TCP_KEEPALIVE, 1L) && set(easy, CURLOPT_TCP_KEEPIDLE, 30L) &&
         set(easy, CURLOPT_TCP_KEEPINTVL, 15L);
}

bool set_tls(CURL* easy) {
  return set(easy, CURLOPT_SSL_VERIFYPEER, 1L) && set(easy, CURLOPT_SSL_VERIFYHOST, 2L) &&
         set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

}  // namespace

bool set_conduct(void* easy) {
  return set_no_detours(easy) && set_threading(easy) && set_connections(easy) && set_tls(easy) && set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
}

bool set_provider(void* easy, const config::provider& to, std::chrono::milliseconds connect_timeout) {
  // libcurl reads 0 as its default of five minutes.
  const long timeout_ms = std::max<long>(1, static_cast<long>(connect_timeout.count()));
  if (!set(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms)) return false;
  // HTTP/1.1 everywhere: requests that share an HTTP/2 connection of libcurl 7.88 get stuck (docs/decisions/0006).
  if (!set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1))) return false;
  if (!set(easy, CURLOPT_PROTOCOLS_STR, to.base.tls ? "https" : "http")) return false;
  if (!to.base.tls || to.ca_file.empty()) return true;
  // Without the second, the system's directory of authorities would be trusted beside the file.
  return set(easy, CURLOPT_CAINFO, to.ca_file.c_str()) && set(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
}

curl_slist* header_lines(const header_list& headers) {
  // libcurl would wait a second for "100 Continue" before a large body.
  curl_slist* lines = curl_slist_append(nullptr, "Expect:");
  std::string line;
  for (const auto& [name, value] : headers) {
    const bool blank = value.find_first_not_of(" \t") == std::string::npos;
    // To libcurl "name:" means leave it out, and "name;" send it empty.
    line.assign(name).append(blank ? ";" : ": ").append(blank ? "" : value);
    curl_slist* longer = lines == nullptr ? nullptr : curl_slist_append(lines, line.c_str());
    if (longer == nullptr) {
      curl_slist_free_all(lines);
      return nullptr;
    }
    lines = longer;
  }
  return lines;
}

void free_lines(curl_slist* lines) { curl_slist_free_all(lines); }

}  // namespace sallyport::upstream

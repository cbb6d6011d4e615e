#include "proxy/upstream/curl_failure.hpp"

#include <curl/curl.h>

#include <string>

namespace sallyport::upstream {
namespace {

failure_kind kind_of(int code, std::string_view said) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return failure_kind::name_not_resolved;
    case CURLE_COULDNT_CONNECT:
      return failure_kind::connect_failed;
    case CURLE_OPERATION_TIMEDOUT:  // no other timeout than that of connecting is ever set
      return failure_kind::connect_timed_out;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return failure_kind::tls_failed;
    case CURLE_RECV_ERROR:
      // libcurl has no code of its own for a chunk that is none.
      return said.find("chunked-encoding") != std::string_view::npos ? failure_kind::garbled_reply : failure_kind::connection_lost;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:  // a kept connection died; sending again is not libcurl's to decide
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return failure_kind::connection_lost;
    case CURLE_UNSUPPORTED_PROTOCOL:  // a reply without a status line (HTTP/0.9)
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // what libcurl says of a head that begins with a folded line
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_OUT_OF_MEMORY:  // also what libcurl says of a header line over 100 KiB
      return failure_kind::garbled_reply;
    default:
      return failure_kind::internal;
  }
}

}  // namespace

failure failure_of_curl(int code, std::string_view said) {
  std::string detail = "libcurl " + std::to_string(code) + ": ";
  detail.append(said.empty() ? std::string_view(curl_easy_strerror(static_cast<CURLcode>(code))) : said);
  return fail(kind_of(code, said), std::move(detail));
}

}  // namespace sallyport::upstream

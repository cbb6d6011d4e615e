#pragma once
/// What stands behind a listener: the pipeline behind the API's, the admin side's few pages behind the other. A session knows no more.

#include "adapters/words/header_list.hpp"
#include "adapters/words/result.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/reply_sink.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sallyport::stages {

/// The head of one HTTP request, framing already checked and taken out.
struct request_head {
  std::string request_id;   ///< ours, made by the session
  std::string method;       ///< as sent: GET, POST ...
  std::string path;         ///< without query; percent-encoding as sent
  std::string query;        ///< without the question mark
  header_list headers;      ///< all end-to-end headers as sent
  std::string client;       ///< peer address without port
  std::uint64_t body_bytes = 0;   ///< declared, or the limit when the body is chunked
  instant began{};          ///< when its first byte was read
};

/// What a service holds for a request between admit() and serve(): who asks, a place among those in flight. Its end gives everything back.
class admission {
 public:
  virtual ~admission() = default;
};

/// One object a worker; called on that worker's thread only; outlives its sessions.
class service {
 public:
  virtual ~service() = default;

  /// Before any of the body is read: refuses what needs no body to be refused (path, method, key, limits), or takes what must be
  /// held while the request lives.
  virtual result<std::unique_ptr<admission>> admit(const request_head& head) = 0;

  /// Serves one request to its end. On return the reply has been sent, or the sink says that it could not be.
  /// `held` is what admit() gave; it and the sink outlive the task.
  virtual task<void> serve(request_head head, std::string body, admission* held, reply_sink& sink) = 0;

  /// A request ended before serve() could be called: refused by admit or by the session itself. For counting; must not fail.
  virtual void refused(const request_head& head, const failure& why) = 0;
};

}  // namespace sallyport::stages

#pragma once
/// The only place where a failure becomes a reply.

#include "adapters/words/dialect_id.hpp"
#include "adapters/words/failure.hpp"
#include "proxy/words/reply_sink.hpp"

#include <string>
#include <string_view>

namespace sallyport::stages {

struct failure_reply {
  reply_start start;  ///< status, content type, x-request-id, Retry-After on 429 and 503, x-should-retry where it must stop SDKs
  std::string body;   ///< in the client's dialect
};

failure_reply reply_failure(const failure& why, dialect_id client_speaks, std::string_view request_id);

}  // namespace sallyport::stages

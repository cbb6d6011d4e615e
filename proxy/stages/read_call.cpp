#include "proxy/stages/read_call.hpp"

#include "adapters/dialect.hpp"
#include "proxy/stages/exchange.hpp"

namespace sallyport::stages {

result<void> read_call(exchange& x) {
  const auto encoding = x.head.headers.get("content-encoding");
  if (!encoding.empty() && !same_name(encoding, "identity")) return fail(failure_kind::unsupported_media_type);
  auto read = dialect_of(x.where.speaks).read_call(x.where.asks, std::move(x.body));
  if (read.has_error()) return std::move(read).error();
  x.asked = std::move(*read);
  return {};
}

}  // namespace sallyport::stages

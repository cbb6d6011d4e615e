#include "proxy/stages/capacity.hpp"

namespace sallyport::stages {

result<capacity::room> capacity::take(std::uint64_t body_bytes, const config::listen_settings& limits) {
  const auto in_flight = in_flight_.fetch_add(1, std::memory_order_relaxed) + 1;
  const auto buffered = buffered_.fetch_add(body_bytes, std::memory_order_relaxed) + body_bytes;
  room taken{lease([this] { in_flight_.fetch_sub(1, std::memory_order_relaxed); }),
             lease([this, body_bytes] { buffered_.fetch_sub(body_bytes, std::memory_order_relaxed); })};
  if (in_flight > limits.max_in_flight || buffered > limits.max_buffered)
    return fail(failure_kind::overloaded, in_flight > limits.max_in_flight ? "max_in_flight" : "max_buffered");
  return taken;
}

}  // namespace sallyport::stages

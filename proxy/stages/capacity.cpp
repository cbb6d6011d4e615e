#include "proxy/stages/capacity.hpp"

namespace sallyport::stages {

result<lease> capacity::take(std::uint64_t body_bytes, const config::listen_settings& limits) {
  const auto in_flight = in_flight_.fetch_add(1, std::memory_order_relaxed) + 1;
  const auto buffered = buffered_.fetch_add(body_bytes, std::memory_order_relaxed) + body_bytes;
  if (in_flight > limits.max_in_flight || buffered > limits.max_buffered) {
    give_back(body_bytes);
    return fail(failure_kind::overloaded, in_flight > limits.max_in_flight ? "max_in_flight" : "max_buffered");
  }
  return lease([this, body_bytes] { give_back(body_bytes); });
}

void capacity::give_back(std::uint64_t body_bytes) {
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  buffered_.fetch_sub(body_bytes, std::memory_order_relaxed);
}

}  // namespace sallyport::stages

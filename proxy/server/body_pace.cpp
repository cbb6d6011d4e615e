#include "proxy/server/body_pace.hpp"

#include <algorithm>

namespace sallyport::server {

instant body_deadline(const config::listen_settings& terms, instant began, std::uint64_t received) {
  const auto most = static_cast<std::uint64_t>(terms.body_timeout.count());
  if (terms.min_body_rate == 0) return began + terms.body_timeout;
  constexpr std::uint64_t ms_a_second = 1000;
  const auto earned = static_cast<std::uint64_t>(terms.header_timeout.count()) + received * ms_a_second / terms.min_body_rate;
  return began + config::milliseconds(static_cast<std::int64_t>(std::min(most, earned)));
}

}  // namespace sallyport::server

#include "proxy/upstream/is_listening.hpp"

#include "proxy/words/task.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <charconv>
#include <optional>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::optional<tcp::endpoint> endpoint_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  const auto colon = url.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  if (std::from_chars(url.data() + colon + 1, url.data() + url.size(), port).ec != std::errc{}) return std::nullopt;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(url.substr(0, colon), error);
  if (error) return std::nullopt;
  return tcp::endpoint(address, port);
}

}  // namespace

bool is_listening(const std::string& base_url, std::chrono::milliseconds within) {
  const auto to = endpoint_of(base_url);
  if (!to) return false;
  asio::io_context on{1};
  tcp::socket socket(on);
  bool connected = false;
  socket.async_connect(*to, [&](boost::system::error_code error) { connected = !error; });
  on.run_for(within);
  return connected;
}

}  // namespace sallyport::upstream

#include "tests/proxy/upstream/scripted_upstream.hpp"

#include "tests/proxy/upstream/scripted_http2.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cctype>

namespace sallyport::tests {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string in_small_letters(std::string text) {
  for (auto& one : text) one = static_cast<char>(std::tolower(static_cast<unsigned char>(one)));
  return text;
}

}  // namespace

bool request_seen::has_line(const std::string& line) const {
  const auto colon = line.find(':');
  const std::string wanted = "\r\n" + in_small_letters(line.substr(0, colon)) + line.substr(colon) + "\r\n";
  const std::string own = "\r\n" + line + "\r\n";
  return head.find(own) != std::string::npos || head.find(wanted) != std::string::npos;
}

scripted_bytes::scripted_bytes(tcp::socket socket, asio::ssl::context* tls) : socket_(std::move(socket)) {
  socket_.set_option(tcp::no_delay(true));   // a second small write would wait for the first one's acknowledgement
  if (tls != nullptr) tls_.emplace(socket_, *tls);
}

task<bool> scripted_bytes::begin() {
  if (!tls_) co_return true;
  auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_values);
  co_return !error;
}

task<std::optional<request_seen>> scripted_bytes::read_request() {
  std::size_t need = std::string::npos;
  std::array<char, 16 * 1024> piece{};
  for (;;) {
    if (need == std::string::npos) {
      if (const auto end = unread_.find("\r\n\r\n"); end != std::string::npos) {
        const auto field = unread_.find("\r\nContent-Length: ");
        need = end + 4 + (field < end ? std::stoul(unread_.substr(field + 18)) : 0);
      }
    }
    if (need != std::string::npos && unread_.size() >= need) break;
    boost::system::error_code error;
    std::size_t got = 0;
    if (tls_)
      std::tie(error, got) = co_await tls_->async_read_some(asio::buffer(piece), as_values);
    else
      std::tie(error, got) = co_await socket_.async_read_some(asio::buffer(piece), as_values);
    if (error) co_return std::nullopt;
    unread_.append(piece.data(), got);
  }
  request_seen seen;
  seen.head = unread_.substr(0, unread_.find("\r\n\r\n") + 4);
  seen.body = unread_.substr(seen.head.size(), need - seen.head.size());
  unread_.erase(0, need);
  co_return seen;
}

task<bool> scripted_bytes::write(std::string bytes) {
  boost::system::error_code error;
  std::size_t sent = 0;
  if (tls_)
    std::tie(error, sent) = co_await asio::async_write(*tls_, asio::buffer(bytes), as_values);
  else
    std::tie(error, sent) = co_await asio::async_write(socket_, asio::buffer(bytes), as_values);
  written += sent;
  co_return !error;
}

task<bool> scripted_bytes::sees_close() {
  asio::steady_timer limit(socket_.get_executor());
  limit.expires_after(std::chrono::seconds(2));
  bool in_time = true;
  limit.async_wait([&](boost::system::error_code cancelled) {
    if (cancelled) return;
    in_time = false;
    socket_.cancel();
  });
  std::array<char, 16 * 1024> piece{};
  for (;;) {
    auto [error, got] = co_await socket_.async_read_some(asio::buffer(piece), as_values);
    if (error) break;
  }
  co_return in_time;
}

void scripted_bytes::close() {
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void scripted_bytes::reset() {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

scripted_upstream::scripted_upstream(asio::io_context& on, script of_each_connection, asio::ssl::context* tls)
    : on_(on), script_(std::move(of_each_connection)), tls_(tls), acceptor_(on, {asio::ip::make_address("127.0.0.1"), 0}) {
  asio::co_spawn(on_.get_executor(), accept(*this), asio::detached);
}

scripted_upstream::scripted_upstream(asio::io_context& on, script of_each_stream, http2 how)
    : on_(on),
      script_(std::move(of_each_stream)),
      tls_(&how.tls),
      streams_max_(how.streams_max),
      acceptor_(on, {asio::ip::make_address("127.0.0.1"), 0}) {
  choose_http2(how.tls);
  asio::co_spawn(on_.get_executor(), accept(*this), asio::detached);
}

task<void> scripted_upstream::accept(scripted_upstream& self) {
  for (;;) {
    auto [error, socket] = co_await self.acceptor_.async_accept(as_values);
    if (error) co_return;
    ++self.connections_;
    if (self.streams_max_ > 0) {
      auto made = std::make_shared<scripted_http2>(self.on_, std::move(socket), *self.tls_, self.script_, self.streams_max_);
      asio::co_spawn(self.on_.get_executor(), scripted_http2::play(std::move(made)), asio::detached);
      continue;
    }
    auto made = std::make_shared<scripted_bytes>(std::move(socket), self.tls_);
    asio::co_spawn(self.on_.get_executor(), play(self, std::move(made)), asio::detached);
  }
}

task<void> scripted_upstream::play(scripted_upstream& self, std::shared_ptr<scripted_bytes> with) {
  const bool begun = co_await with->begin();
  if (!begun) co_return;
  co_await self.script_(std::move(with));
}

scripted_upstream::script answers(std::string bytes) {
  return [bytes](std::shared_ptr<scripted_connection> with) -> task<void> {
    const auto seen = co_await with->read_request();
    if (seen) co_await with->write(bytes);
    with->close();
  };
}

task<void> echo(std::shared_ptr<scripted_connection> with) {
  while (auto seen = co_await with->read_request()) co_await with->write(whole_reply(seen->body));
}

std::string whole_reply(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunk(const std::string& bytes) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  return size.data() + bytes + "\r\n";
}

}  // namespace sallyport::tests

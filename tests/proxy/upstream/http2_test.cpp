#include "proxy/upstream/is_listening.hpp"
#include "tests/proxy/upstream/tls_identity.hpp"
#include "tests/proxy/upstream/upstream_bench.hpp"
#include "tests/support/corpora.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

/// HTTP/2 against nghttpd (Debian's nghttp2-server), which speaks nothing else and echoes what is posted.

using namespace sallyport;
using namespace sallyport::tests;
using upstream::signal;

namespace {

int free_port() {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return probe.local_endpoint().port();
}

class nghttpd {
 public:
  explicit nghttpd(const tls_identity& identity) : port_(free_port()) {
    const std::string port = std::to_string(port_);
    const std::string key = identity.key_file();
    const std::string certificate = identity.certificate_file();
    child_ = ::fork();
    if (child_ == 0) {
      ::execlp("nghttpd", "nghttpd", "--echo-upload", "-a", "127.0.0.1", port.c_str(), key.c_str(), certificate.c_str(), nullptr);
      ::_exit(127);
    }
  }
  nghttpd(const nghttpd&) = delete;
  nghttpd& operator=(const nghttpd&) = delete;
  ~nghttpd() {
    if (!has_ended()) {
      ::kill(child_, SIGTERM);
      ::waitpid(child_, nullptr, 0);
    }
  }

  /// False: it is not installed, or does not come up.
  bool comes_up() {
    const instant limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < limit && !has_ended())
      if (upstream::is_listening("https://127.0.0.1:" + std::to_string(port_))) return true;
    return false;
  }
  int port() const { return port_; }

 private:
  bool has_ended() {
    if (!ended_) ended_ = ::waitpid(child_, nullptr, WNOHANG) == child_;
    return ended_;
  }

  int port_;
  ::pid_t child_ = -1;
  bool ended_ = false;
};

task<void> turn() { co_await boost::asio::post(as_values); }

}  // namespace

TEST_CASE("over HTTP/2 requests follow each other, run at once, end early and are held back") {
  upstream_bench bench;
  tls_identity identity("IP:127.0.0.1");
  nghttpd server(identity);
  if (!server.comes_up()) return say_skipped("HTTP/2: nghttpd (package nghttp2-server) does not run here");
  auto at = bench.provider_at(server.port(), "127.0.0.1", true);
  at.ca_file = identity.ca_file();

  bench.run([&]() -> task<void> {
    for (int i = 0; i < 50; ++i) {
      const std::string body = "request " + std::to_string(i);
      auto sent = bench.post(at, body);
      const auto got = co_await bench.all_of(*sent);
      CHECK(got.last() == signal::end);
      CHECK(got.body == body);
    }
  });

  int ended = 0;
  int right = 0;
  const auto one = [&](int number) -> task<void> {
    const std::string body(static_cast<std::size_t>(number) * 700 + 1, static_cast<char>('a' + number % 26));
    auto sent = bench.post(at, body);
    if (number % 5 == 0) {
      co_await sent->next(bench.soon());
      sent.reset();
    } else {
      const auto got = co_await bench.all_of(*sent);
      if (got.last() == signal::end && got.body == body) ++right;
    }
    ++ended;
  };
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 300; ++i) boost::asio::co_spawn(bench.io.get_executor(), one(i), boost::asio::detached);
    while (ended < 300) co_await turn();
  });
  CHECK(right == 240);

  bench.run([&]() -> task<void> {
    const std::string body(8u << 20, 'y');
    auto held = bench.post(at, body);
    CHECK(co_await held->next(bench.soon()) == signal::head);
    // Another stream, of the same connection or not, is served while nobody reads this one.
    auto other = bench.post(at, "meanwhile");
    CHECK((co_await bench.all_of(*other)).body == "meanwhile");
    const auto got = co_await bench.all_of(*held);
    CHECK(got.last() == signal::end);
    CHECK(got.body == body);
  });
}

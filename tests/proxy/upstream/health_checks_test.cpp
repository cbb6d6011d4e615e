#include "proxy/upstream/health_checks.hpp"

#include "tests/proxy/upstream/scripted_upstream.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
using upstream::health_answer;
using upstream::health_checks;

namespace {

using connection = std::shared_ptr<scripted_connection>;

/// A provider on a thread of its own, since asking waits.
struct endpoint {
  explicit endpoint(scripted_upstream::script script) : provider(on, std::move(script)), thread([this] { on.run(); }) {}
  ~endpoint() {
    on.stop();
    thread.join();
  }

  boost::asio::io_context on{1};
  scripted_upstream provider;
  std::thread thread;
};

std::shared_ptr<config::provider> provider_at(int port) {
  auto made = std::make_shared<config::provider>();
  made->name = "house";
  made->base = {.text = "http://127.0.0.1:" + std::to_string(port) + "/v1", .tls = false, .host = "127.0.0.1",
                .port = static_cast<std::uint16_t>(port), .path = "/v1"};
  made->key = secret("sk-hunter2");
  made->headers = {{"X-Secret", "hunter2"}};
  made->runs_as = deployment_class::in_house;
  made->probe = config::health_probe{.path = "/health?full=1"};
  return made;
}

health_answer asked(health_checks& checks, std::shared_ptr<const config::provider> at, std::size_t ticket = 7) {
  const auto path = at->probe->path;
  checks.begin(ticket, std::move(at), path);
  for (int i = 0; i < 100; ++i)
    if (auto ended = checks.wait(100ms); !ended.empty()) return ended.front();
  FAIL("no answer");
  return {};
}

health_answer said_by(const std::string& bytes, std::chrono::milliseconds at_most = 2s) {
  endpoint at([bytes](connection with) -> task<void> {
    const auto seen = co_await with->read_request();
    if (seen) co_await with->write(bytes);
    with->close();
  });
  health_checks checks(at_most);
  return asked(checks, provider_at(at.provider.port()));
}

std::string status(const std::string& line) { return "HTTP/1.1 " + line + "\r\nContent-Length: 0\r\n\r\n"; }

}  // namespace

TEST_CASE("a health endpoint is asked with a bare GET at its path: no key, no header of the configuration") {
  std::string head;
  {
    endpoint at([&head](connection with) -> task<void> {
      const auto seen = co_await with->read_request();
      if (seen) head = seen->head;
      co_await with->write(status("200 OK"));
    });
    health_checks checks(2s);
    const auto answer = asked(checks, provider_at(at.provider.port()));
    CHECK(answer.ticket == 7);
    CHECK(answer.said == liveness::up);
    CHECK(answer.detail == "status 200");
    CHECK(checks.under_way() == 0);
  }
  CHECK(head.starts_with("GET /health?full=1 HTTP/1.1\r\n"));
  CHECK(head.find("hunter2") == std::string::npos);
  CHECK(head.find("ookie") == std::string::npos);
}

TEST_CASE("what the status means") {
  CHECK(said_by(status("204 No Content")).said == liveness::up);
  CHECK(said_by(status("503 Service Unavailable")).said == liveness::down);
  CHECK(said_by(status("500 Oops")).said == liveness::down);
  CHECK(said_by(status("404 Not Found")).said == liveness::unclear);
  CHECK(said_by(status("401 Unauthorized")).said == liveness::unclear);
  CHECK(said_by("SSH-2.0-OpenSSH_9.2\r\n").said == liveness::unclear);
}

TEST_CASE("a redirect is not followed") {
  int others = 0;
  endpoint other([&others](connection with) -> task<void> {
    ++others;
    co_await with->write(status("200 OK"));
  });
  const auto to = "http://127.0.0.1:" + std::to_string(other.provider.port()) + "/health";
  const auto answer = said_by("HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n");
  CHECK(answer.said == liveness::unclear);
  CHECK(answer.detail == "status 302");
  CHECK(others == 0);
}

TEST_CASE("nobody there, nothing said and an end without an answer are down, each within its time") {
  int port = 0;
  { endpoint gone([](connection) -> task<void> { co_return; }); port = gone.provider.port(); }
  health_checks checks(300ms);
  CHECK(asked(checks, provider_at(port)).said == liveness::down);
  CHECK(said_by("").said == liveness::down);
  endpoint silent([](connection with) -> task<void> { co_await with->sees_close(); });
  const auto began = std::chrono::steady_clock::now();
  CHECK(asked(checks, provider_at(silent.provider.port())).said == liveness::down);
  CHECK(std::chrono::steady_clock::now() - began < 2s);
}

TEST_CASE("an answer without an end is cut off, and its status counts") {
  endpoint at([](connection with) -> task<void> {
    const auto seen = co_await with->read_request();
    bool there = seen && co_await with->write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    while (there) there = co_await with->write(std::string(16 * 1024, 'x'));
  });
  health_checks checks(2s);
  CHECK(asked(checks, provider_at(at.provider.port())).said == liveness::up);
  CHECK(said_by("HTTP/1.1 200 OK\r\nX-Long: " + std::string(90'000, 'x') + "\r\n\r\n").detail != "");
}

TEST_CASE("an address outside of the provider's networks is not asked") {
  int connections = 0;
  endpoint at([&connections](connection with) -> task<void> {
    ++connections;
    co_await with->write(status("200 OK"));
  });
  auto elsewhere = provider_at(at.provider.port());
  elsewhere->networks = {{.text = "10.0.0.0/8", .address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0}, .prefix = 104}};
  health_checks checks(2s);
  const auto answer = asked(checks, elsewhere);
  CHECK(answer.said == liveness::unclear);
  CHECK(answer.detail == "its address is outside of the provider's networks");
  CHECK(connections == 0);
}

TEST_CASE("several are asked at once, each answer with its ticket; what is forgotten is not heard, and a wake ends the wait") {
  endpoint good([](connection with) -> task<void> {
    const auto seen = co_await with->read_request();
    if (seen) co_await with->write(status("200 OK"));
  });
  endpoint bad([](connection with) -> task<void> {
    const auto seen = co_await with->read_request();
    if (seen) co_await with->write(status("503 No"));
  });
  health_checks checks(2s);
  for (std::size_t i = 0; i < 6; ++i) checks.begin(i, provider_at((i % 2 ? bad : good).provider.port()), "/health");
  CHECK(checks.under_way() == 6);
  std::map<std::size_t, liveness> said;
  for (int i = 0; i < 100 && said.size() < 6; ++i)
    for (const auto& one : checks.wait(100ms)) said[one.ticket] = one.said;
  REQUIRE(said.size() == 6);
  for (const auto& [ticket, one] : said) CHECK(one == (ticket % 2 ? liveness::down : liveness::up));

  endpoint silent([](connection with) -> task<void> { co_await with->sees_close(); });
  checks.begin(9, provider_at(silent.provider.port()), "/health");
  checks.forget();
  CHECK(checks.under_way() == 0);
  const auto began = std::chrono::steady_clock::now();
  std::thread other([&checks] { checks.wake(); });
  CHECK(checks.wait(20s).empty());
  other.join();
  CHECK(std::chrono::steady_clock::now() - began < 10s);
}

TEST_CASE("a body is kept where it is asked for, whole or not at all") {
  const auto body_of = [](std::size_t bytes, bool keeps) {
    endpoint one([bytes](connection with) -> task<void> {
      const auto seen = co_await with->read_request();
      const std::string body(bytes, 'm');
      if (seen) co_await with->write("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(bytes) + "\r\n\r\n" + body);
    });
    health_checks checks(5s);
    checks.begin(3, provider_at(one.provider.port()), "/metrics", keeps);
    for (int i = 0; i < 100; ++i)
      if (auto ended = checks.wait(100ms); !ended.empty()) return ended.front();
    return health_answer{};
  };
  CHECK(body_of(200'000, true).body == std::string(200'000, 'm'));
  CHECK(body_of(1'000, false).body.empty());
  CHECK(body_of(health_checks::kept_bytes_max + 1, true).body.empty());
}

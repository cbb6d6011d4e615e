#include "proxy/server/listener.hpp"

#include "tests/proxy/server/front_door.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <unistd.h>

#include <fstream>
#include <list>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

/// Lets requests to /hold wait until the test opens the gate (on the server's thread).
struct gate {
  std::list<wait_handle*> waiting;

  scripted_service::script script(sallyport::clock& time) {
    return [this, &time](const seen_request& request, reply_sink& sink) { return pass(*this, time, request.head.query == "stream", sink); };
  }
  void open() {
    for (auto* one : waiting) one->cancel();
  }
  static task<void> pass(gate& self, sallyport::clock& time, bool streams, reply_sink& sink) {
    const auto wait = time.make_wait();
    if (streams) {
      co_await sink.open({});
      co_await sink.write("begun ");
    }
    self.waiting.push_back(wait.get());
    sink.when_client_leaves([raw = wait.get()] { raw->cancel(); });
    co_await wait->until(time.now() + patience);
    sink.when_client_leaves(nullptr);
    self.waiting.remove(wait.get());
    if (streams) co_await sink.close("done");
    else co_await sink.send_whole({}, "held");
  }
};

double cpu_seconds_of(pid_t child) {
  std::ifstream stat("/proc/" + std::to_string(child) + "/schedstat");
  double nanoseconds = 0;
  stat >> nanoseconds;
  return nanoseconds / 1e9;
}

/// The server side of the descriptor test: a listener in a process that may open few files. Writes its port, ends when its input does.
[[noreturn]] void serve_with_few_descriptors(int input, int output) {
  const rlimit few{40, 40};
  ::setrlimit(RLIMIT_NOFILE, &few);
  boost::asio::io_context context{1};
  worker_clock time(context);
  scripted_service service;
  server::connection_count count{0, 1000};
  auto opened = server::listener::open(context, loopback(), count, service, time, nullptr);
  if (!opened) ::_exit(1);
  (*opened)->start();
  const auto port = (*opened)->port();
  if (::write(output, &port, sizeof port) != sizeof port) ::_exit(1);
  boost::asio::posix::basic_stream_descriptor<executor> end(context.get_executor(), input);
  char byte = 0;
  end.async_read_some(boost::asio::buffer(&byte, 1), [](boost::system::error_code, std::size_t) { ::_exit(0); });
  context.run();
  ::_exit(0);
}

}  // namespace

TEST_CASE("a port that is taken is a failure that names it") {
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor taken(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  worker_clock time(context);
  scripted_service service;
  server::connection_count count{0, 10};
  auto settings = loopback();
  settings.address.port = taken.local_endpoint().port();

  const auto opened = server::listener::open(context, settings, count, service, time, nullptr);

  REQUIRE(opened.has_error());
  CHECK(opened.error().detail.find("127.0.0.1:" + std::to_string(settings.address.port)) != std::string::npos);
  settings.address = {"no.such.host.invalid", 1};
  CHECK(server::listener::open(context, settings, count, service, time, nullptr).has_error());
}

TEST_CASE("two listeners share a port") {
  boost::asio::io_context context;
  worker_clock time(context);
  scripted_service service;
  server::connection_count count{0, 10};
  const auto first = server::listener::open(context, loopback(), count, service, time, nullptr);
  auto settings = loopback();
  settings.address.port = (*first)->port();

  const auto second = server::listener::open(context, settings, count, service, time, nullptr);

  REQUIRE(second.has_value());
  CHECK((*second)->port() == (*first)->port());
}

TEST_CASE("draining closes idle connections, lets a request end and takes no other") {
  gate held;
  front_door door;
  door.service.scripts["/hold"] = held.script(door.time());
  door.start();
  raw_client idle(door.port());
  idle.send(get);
  CHECK(idle.reply().status == 200);
  raw_client busy(door.port());
  busy.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(door.service.served.reaches(2));

  door.on_thread([&] { door.listener().drain(); });

  CHECK(idle.is_closed());
  door.on_thread([&] {
    CHECK(door.listener().open_requests() == 1);
    CHECK_FALSE(door.listener().idle());
    held.open();
  });
  CHECK(busy.reply().body == "held");
  busy.send(get);
  CHECK(busy.rest().empty());
  busy.close();
  CHECK(door.becomes_idle());
  CHECK(door.count.open == 0);
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket late(context);
  boost::system::error_code refused;
  late.connect({boost::asio::ip::make_address("127.0.0.1"), door.port()}, refused);
  CHECK(refused == boost::asio::error::connection_refused);
  CHECK(door.service.served.now() == 2);
}

TEST_CASE("a stream under way ends properly after draining began") {
  gate held;
  front_door door;
  door.service.scripts["/hold"] = held.script(door.time());
  door.start();
  raw_client client(door.port());
  client.send("GET /hold?stream HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.has_arrived("begun"));

  door.on_thread([&] {
    door.listener().drain();
    held.open();
  });

  const auto reply = client.reply();
  CHECK(reply.body == "begun done");
  CHECK(reply.whole);
  CHECK(client.is_closed());
}

TEST_CASE("a request that arrives while draining is answered with connection: close") {
  gate held;
  front_door door;
  door.service.scripts["/hold"] = held.script(door.time());
  door.start();
  raw_client client(door.port());
  client.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
  CHECK(door.service.admitted.reaches(1));

  door.on_thread([&] { door.listener().drain(); });
  client.send("{}");

  CHECK(client.reply().has("connection: close"));
  CHECK(client.is_closed());
}

TEST_CASE("closing all breaks streams off and leaves nothing") {
  gate held;
  front_door door;
  door.service.scripts["/hold"] = held.script(door.time());
  door.start();
  raw_client stream(door.port());
  stream.send("GET /hold?stream HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(stream.has_arrived("begun"));
  raw_client fresh(door.port());
  fresh.send("GET /a HTTP/1.1\r\n");

  door.on_thread([&] { door.listener().close_all(); });

  CHECK(stream.was_reset());
  CHECK(door.becomes_idle());
  CHECK(door.count.open == 0);
}

TEST_CASE("an io_context that ends with open sessions leaks nothing") {
  gate held;
  scripted_service service;
  server::connection_count count{0, 10};
  {
    boost::asio::io_context context{1};
    worker_clock time(context);
    service.scripts["/hold"] = held.script(time);
    auto opened = server::listener::open(context, loopback(), count, service, time, nullptr);
    (*opened)->start();
    raw_client waits((*opened)->port());
    raw_client is_served((*opened)->port());
    is_served.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    while (service.served.now() == 0) context.run_one_for(patience);
    opened->reset();
  }
  CHECK(service.served.now() == 1);  // the leak checker speaks at the process's end
}

TEST_CASE("connections above the limit are told so and closed") {
  front_door door(loopback(), nullptr, nullptr, 1);
  door.start();
  raw_client first(door.port());
  first.send(get);
  CHECK(first.reply().status == 200);

  raw_client second(door.port());
  const auto refused = second.reply();

  CHECK(refused.status == 503);
  CHECK(refused.has("retry-after:"));
  first.close();
  CHECK(door.holds_soon([&] { return door.count.open == 0; }));
  raw_client third(door.port());
  third.send(get);
  CHECK(third.reply().status == 200);
}

TEST_CASE("one address has so many connections and no more, and takes none of another one's") {
  front_door door;
  door.count.by_address.limit(2, {});
  door.start();
  raw_client first(door.port()), second(door.port());
  for (auto* one : {&first, &second}) {
    one->send(get);
    CHECK(one->reply().status == 200);
  }

  raw_client third(door.port());
  third.send(get);
  const auto refused = third.reply();
  raw_client elsewhere(door.port(), "127.0.0.2");
  elsewhere.send(get);

  CHECK(refused.status == 429);
  CHECK(refused.has("retry-after:"));
  CHECK(refused.has("connection: close"));
  CHECK(third.is_closed());
  CHECK(elsewhere.reply().status == 200);
  CHECK(door.service.last_reason().name() == "too_many_connections");
  CHECK(door.service.refusals_counted.now() == 1);
  first.close();
  CHECK(door.holds_soon([&] { return door.count.open == 2; }));
  raw_client next(door.port());
  next.send(get);
  CHECK(next.reply().status == 200);
}

TEST_CASE("without descriptors the accept loop neither spins nor stops") {
  int to_child[2];
  int from_child[2];
  REQUIRE(::pipe(to_child) == 0);
  REQUIRE(::pipe(from_child) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(to_child[1]);
    ::close(from_child[0]);
    serve_with_few_descriptors(to_child[0], from_child[1]);
  }
  ::close(to_child[0]);
  ::close(from_child[1]);
  std::uint16_t port = 0;
  REQUIRE(::read(from_child[0], &port, sizeof port) == sizeof port);

  std::list<raw_client> crowd;
  for (int count = 0; count < 50; ++count) crowd.emplace_back(port);
  const auto wall_before = std::chrono::steady_clock::now();
  const auto cpu_before = cpu_seconds_of(child);
  int turned_away = 0;
  for (auto one = crowd.rbegin(); turned_away < 5; ++one) {  // the last ones find no descriptor left
    const auto reply = one->reply();
    turned_away += reply.status == 503 ? 1 : 0;
    REQUIRE(reply.status == 503);
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_before;
  const double cpu = cpu_seconds_of(child) - cpu_before;
  std::printf("starved of descriptors: %.3f s of CPU in %.3f s\n", cpu, wall.count());
  CHECK(cpu < wall.count() / 5);

  crowd.clear();
  raw_client after(port);
  after.send(get);
  CHECK(after.reply().status == 200);
  ::close(to_child[1]);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  ::close(from_child[0]);
}

TEST_CASE("a drain that serves waiting connections answers one more request of each, and the old and the new ones alike") {
  auto settings = loopback();
  settings.header_timeout = 10min;   // so that it is not this which ends the silent one
  front_door door(settings);
  door.start();
  raw_client kept(door.port()), fresh(door.port()), silent(door.port());
  kept.send(get);
  CHECK(kept.reply().status == 200);
  CHECK(door.holds_soon([&] { return door.count.open == 3; }));

  door.on_thread([&] { door.listener().drain({.serves_waiting = true, .leaves_queue = true}); });

  kept.send(get);
  fresh.send(get);
  for (auto* one : {&kept, &fresh}) {
    const auto reply = one->reply();
    CHECK(reply.status == 200);
    CHECK(reply.has("connection: close"));
    CHECK(one->is_closed());
    one->close();
  }
  CHECK(door.holds_soon([&] { return door.count.open == 1; }));
  door.on_thread([&] { CHECK_FALSE(door.listener().idle()); });
  door.on_thread([&] { door.listener().drain(); });   // now in a hurry
  CHECK(silent.is_closed());
  CHECK(door.becomes_idle());
}

TEST_CASE("a listener goes on with the sockets of another one: what waits in their queues is served, and nothing is refused") {
  front_door first, second;
  auto settings = loopback();
  settings.address.port = first.port();
  const auto other_door = server::listener::open(second.context(), settings, second.count, second.service, second.time(), nullptr);
  REQUIRE(other_door.has_value());   // a second queue on the same port, of which nobody takes yet
  std::list<raw_client> clients;
  for (int i = 0; i < 40; ++i) {
    clients.emplace_back(first.port());
    clients.back().send(get);
  }
  std::vector<succession::owned_descriptor> lent;
  second.on_thread([&] {
    for (const int one : (*other_door)->sockets()) lent.emplace_back(::dup(one));
  });
  first.on_thread([&] {
    for (const int one : first.listener().sockets()) lent.emplace_back(::dup(one));
    first.listener().drain({.serves_waiting = true, .leaves_queue = true});
    CHECK(first.listener().sockets().empty());
  });
  std::unique_ptr<server::listener> adopted;
  second.on_thread([&] {
    (*other_door)->drain({.leaves_queue = true});
    auto made = server::listener::adopt(second.context(), settings, second.count, second.service, second.time(), nullptr, std::move(lent));
    REQUIRE(made.has_value());
    adopted = std::move(*made);
    CHECK(adopted->port() == first.port());
    CHECK(adopted->sockets().size() == 2);
    adopted->start();
  });
  for (auto& one : clients) CHECK(one.reply().status == 200);
  CHECK(first.service.served.now() == 0);
  CHECK(second.service.served.now() == 40);
  second.on_thread([&] { adopted->close_all(); });
  CHECK(second.holds_soon([&] { return adopted->idle(); }));
  second.on_thread([&] { adopted.reset(); });
}

TEST_CASE("what does not listen is not adopted") {
  boost::asio::io_context context;
  worker_clock time(context);
  scripted_service service;
  server::connection_count count{0, 10};
  std::vector<succession::owned_descriptor> none, no_listener;
  no_listener.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(server::listener::adopt(context, loopback(), count, service, time, nullptr, std::move(none)).has_error());
  CHECK(server::listener::adopt(context, loopback(), count, service, time, nullptr, std::move(no_listener)).has_error());
}

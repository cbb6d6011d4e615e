#include "proxy/upstream/http2_connections.hpp"
#include "proxy/upstream/kept_connections.hpp"
#include "tests/proxy/upstream/upstream_bench.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

/// What the shelf itself decides: which connections are kept, for whom, and what those are told who wait. The streams are http2_round_trip_test's.

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
using upstream::found_way;
using upstream::kept_connections;

namespace {

/// The machine's clock, put forward by the test.
struct forward_clock final : clock {
  explicit forward_clock(const clock& of) : real(of) {}
  instant now() const override { return real.now() + by; }
  wall_time wall() const override { return real.wall(); }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }
  const clock& real;
  duration by{0};
};

struct shelf_bench : upstream_bench {
  shelf_bench() : upstream_bench(over_http2), provider(upstream(echo)) {}
  ~shelf_bench() { shelf->close(); }

  std::shared_ptr<const config::deployment> deployment() const { return to(provider_at(provider.port())).shared_deployment(); }
  /// Whoever asks with so much time is told here.
  std::shared_ptr<upstream::way_request> ask(duration within, std::shared_ptr<const config::deployment> of = nullptr) {
    told.emplace_back();
    return shelf->ask(of ? of : deployment(), forward.now() + within, [this, which = told.size() - 1](found_way found) {
      told[which] = std::make_unique<found_way>(std::move(found));
    });
  }
  std::shared_ptr<upstream::http2_connection> connection_of_one_who_asks() {
    const auto which = told.size();
    const auto asked = ask(10s);
    while (!told[which]) io.run_one();
    REQUIRE(told[which]->shared);
    return told[which]->shared;
  }

  scripted_upstream provider;
  forward_clock forward{time};
  std::shared_ptr<upstream::provider_names> names =
      std::make_shared<upstream::provider_names>([this](std::function<void()> what) { boost::asio::post(io, std::move(what)); }, forward);
  std::shared_ptr<upstream::http2_connections> shelf = std::make_shared<upstream::http2_connections>(
      upstream::connect_tools{io, forward, std::make_shared<upstream::deadlines>(io), names, std::make_shared<upstream::client_trust>(),
                              std::make_shared<upstream::read_buffers>()});
  std::vector<std::unique_ptr<found_way>> told;
};

}  // namespace

TEST_CASE("a connection without streams serves the next one for a while, and then ends") {
  shelf_bench bench;
  const auto first = bench.connection_of_one_who_asks();
  bench.forward.by = kept_connections::idle_max - 5s;
  CHECK(bench.connection_of_one_who_asks() == first);
  CHECK_FALSE(first->is_over());
  bench.forward.by = kept_connections::idle_max + 5s;
  CHECK(bench.connection_of_one_who_asks() != first);
  CHECK(first->is_over());
}

TEST_CASE("a shelf that is closed lets go of what nobody uses") {
  shelf_bench bench;
  const auto one = bench.connection_of_one_who_asks();
  bench.shelf->close();
  CHECK(one->is_over());
  CHECK_FALSE(bench.shelf->take(*bench.deployment()->at));
}

TEST_CASE("who waits when the shelf is closed still gets the connection that was being made") {
  shelf_bench bench;
  const auto asked = bench.ask(10s);
  bench.shelf->close();
  while (!bench.told[0]) bench.io.run_one();
  CHECK(bench.told[0]->shared);
}

TEST_CASE("a connection is for providers of the same address, authorities and networks") {
  shelf_bench bench;
  const auto one = bench.connection_of_one_who_asks();
  const auto same = *bench.deployment()->at;
  CHECK(bench.shelf->take(same) == one);
  auto other_trust = same;
  other_trust.ca_file = "other.pem";
  CHECK_FALSE(bench.shelf->take(other_trust));
  auto other_networks = same;
  other_networks.networks.push_back({.text = "127.0.0.0/8"});
  CHECK_FALSE(bench.shelf->take(other_networks));
  auto elsewhere = same;
  elsewhere.base.text += "/other";
  CHECK_FALSE(bench.shelf->take(elsewhere));
}

TEST_CASE("that one's time to connect is over is no matter of those who have more: another attempt is made for them") {
  shelf_bench bench;
  boost::asio::ip::tcp::acceptor mute(bench.io, {boost::asio::ip::address_v4::loopback(), 0});
  const auto at = bench.to(bench.provider_at(mute.local_endpoint().port())).shared_deployment();
  const auto late = bench.ask(0s, at);
  const auto patient = bench.ask(10s, at);
  const auto first = mute.accept();
  boost::asio::ip::tcp::socket second(bench.io);
  mute.async_accept(second, [](boost::system::error_code) {});
  while (!second.is_open()) bench.io.run_one();
  REQUIRE(bench.told[0]);
  REQUIRE(bench.told[0]->why);
  CHECK(bench.told[0]->why->kind == failure_kind::connect_timed_out);
  CHECK_FALSE(bench.told[1]);
  patient->stop();
}

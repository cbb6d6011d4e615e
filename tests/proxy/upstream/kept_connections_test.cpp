#include "proxy/upstream/kept_connections.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace sallyport;
using namespace std::chrono_literals;
using upstream::kept_connections;

namespace {

/// A connection of which only what a shelf asks for is there.
struct idle_wire final : upstream::provider_wire {
  idle_wire(std::string named, instant made) {
    peer = std::move(named);
    address = upstream::mapped({127, 0, 0, 1});
    opened = made;
  }
  void handshake(std::function<void(boost::system::error_code)>) override {}
  void start_read() override {}
  std::size_t write_now(const pieces&, boost::system::error_code&) override { return 0; }
  void start_write(const pieces&) override {}
  bool is_quiet() override { return quiet && open; }
  bool is_secured() const override { return false; }
  void close() override { open = false; }
  bool quiet = true;
  bool open = true;
};

struct fixed_clock final : clock {
  instant now() const override { return at; }
  wall_time wall() const override { return {}; }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }
  instant at{1h};
};

struct shelf {
  explicit shelf(std::size_t most) : kept(most, std::make_shared<upstream::deadlines>(on), time) {}

  std::shared_ptr<idle_wire> keep(const config::provider& to, const std::string& name) {
    auto one = std::make_shared<idle_wire>(name, time.at);
    kept.keep(to, one);
    return one;
  }
  std::string taken(const config::provider& to) {
    const auto one = kept.take(to);
    return one ? one->peer : "none";
  }

  boost::asio::io_context on{1};
  fixed_clock time;
  kept_connections kept;
};

config::provider at(const std::string& base) {
  config::provider made;
  made.base.text = base;
  return made;
}

}  // namespace

TEST_CASE("the last that was left is taken first, and only by a provider at the same place") {
  shelf all(10);
  all.keep(at("http://a/v1"), "1");
  all.keep(at("http://a/v1"), "2");
  all.keep(at("http://b/v1"), "3");
  CHECK(all.taken(at("http://a/v1")) == "2");
  CHECK(all.taken(at("http://a/v1")) == "1");
  CHECK(all.taken(at("http://a/v1")) == "none");
  auto other_trust = at("http://b/v1");
  other_trust.ca_file = "ca.pem";
  CHECK(all.taken(other_trust) == "none");
  CHECK(all.taken(at("http://b/v1")) == "3");
}

TEST_CASE("what has closed, has brought something, or is too old is let go of") {
  shelf all(10);
  const auto to = at("http://a/v1");
  const auto old = all.keep(to, "old");
  all.time.at += 40s;
  const auto fresh = all.keep(to, "fresh");
  const auto noisy = all.keep(to, "noisy");
  noisy->quiet = false;
  CHECK(all.taken(to) == "fresh");
  CHECK_FALSE(noisy->open);
  all.time.at += kept_connections::idle_max - 40s;
  CHECK(all.taken(to) == "none");
  CHECK_FALSE(old->open);

  auto aged = std::make_shared<idle_wire>("aged", all.time.at - kept_connections::age_max);
  all.kept.keep(to, aged);
  CHECK_FALSE(aged->open);
}

TEST_CASE("beyond the limit the one idle for longest goes, wherever it leads") {
  shelf all(2);
  const auto first = all.keep(at("http://a/v1"), "1");
  all.time.at += 1s;
  all.keep(at("http://b/v1"), "2");
  all.time.at += 1s;
  all.keep(at("http://b/v1"), "3");
  CHECK_FALSE(first->open);
  CHECK(all.taken(at("http://b/v1")) == "3");
  CHECK(all.taken(at("http://b/v1")) == "2");
}

TEST_CASE("a provider takes no connection to an address where it may not be, and leaves it to the others") {
  shelf all(10);
  all.keep(at("http://a/v1"), "1");
  auto bound = at("http://a/v1");
  bound.networks.push_back({"10.0.0.0/8", upstream::mapped({10, 0, 0, 0}), 104});
  CHECK(all.taken(bound) == "none");
  CHECK(all.taken(at("http://a/v1")) == "1");
}

TEST_CASE("once closed, nothing is kept") {
  shelf all(10);
  const auto before = all.keep(at("http://a/v1"), "1");
  all.kept.close();
  const auto after = all.keep(at("http://a/v1"), "2");
  CHECK_FALSE(before->open);
  CHECK_FALSE(after->open);
  CHECK(all.taken(at("http://a/v1")) == "none");
}

#include "proxy/upstream/provider_names.hpp"

#include "proxy/words/worker_clock.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace sallyport;
using upstream::found_addresses;
using upstream::name_memory;
using namespace std::chrono_literals;

namespace {

const instant begin = instant(1h);
const found_addresses here{{upstream::mapped({10, 0, 0, 1})}, {}};
const found_addresses there{{upstream::mapped({10, 0, 0, 2})}, {}};
const found_addresses nowhere{{}, "no such name"};

}  // namespace

TEST_CASE("a name is used for five minutes and asked for again after one") {
  name_memory memory;
  CHECK(memory.of("a", begin).found == nullptr);
  CHECK(memory.of("a", begin).ask);
  memory.learn("a", here, begin);
  CHECK(memory.of("a", begin + 59s).found->all == here.all);
  CHECK_FALSE(memory.of("a", begin + 59s).ask);
  CHECK(memory.of("a", begin + 60s).found->all == here.all);
  CHECK(memory.of("a", begin + 60s).ask);
  CHECK(memory.of("a", begin + 300s).found == nullptr);
  memory.learn("a", there, begin + 70s);
  CHECK(memory.of("a", begin + 129s).found->all == there.all);
  CHECK_FALSE(memory.of("a", begin + 129s).ask);
}

TEST_CASE("a name that is not there is asked for again after two seconds") {
  name_memory memory;
  memory.learn("a", nowhere, begin);
  CHECK(memory.of("a", begin + 1s).found->why_none == "no such name");
  CHECK_FALSE(memory.of("a", begin + 1s).ask);
  CHECK(memory.of("a", begin + 2s).found == nullptr);
  CHECK(memory.of("a", begin + 2s).ask);
}

TEST_CASE("a resolver that fails does not take away what was known a moment ago") {
  name_memory memory;
  memory.learn("a", here, begin);
  memory.learn("a", nowhere, begin + 61s);
  CHECK(memory.of("a", begin + 62s).found->all == here.all);
  memory.learn("a", nowhere, begin + 301s);
  CHECK(memory.of("a", begin + 302s).found->all.empty());
}

TEST_CASE("addresses at which nobody answered are not used again before the name is asked for anew") {
  name_memory memory;
  memory.doubt("unknown");
  memory.learn("a", here, begin);
  memory.doubt("a");
  CHECK(memory.of("a", begin + 1s).found == nullptr);
  CHECK(memory.of("a", begin + 1s).ask);
  memory.learn("a", here, begin + 2s);
  CHECK(memory.of("a", begin + 3s).found->all == here.all);
}

TEST_CASE("there is a limit to what is remembered") {
  name_memory memory;
  for (std::size_t i = 0; i <= name_memory::names_max; ++i) memory.learn("host-" + std::to_string(i), here, begin);
  CHECK(memory.of("host-0", begin).found == nullptr);
  CHECK(memory.of("host-" + std::to_string(name_memory::names_max), begin).found != nullptr);
}

TEST_CASE("an address is told at once, a name from the event loop, and to all who asked meanwhile") {
  boost::asio::io_context on{1};
  worker_clock time(on);
  upstream::provider_names names([&on](std::function<void()> what) { boost::asio::post(on, std::move(what)); }, time);
  std::vector<upstream::address_bytes> literal;
  names.find("10.0.0.1", [&](const found_addresses& found) { literal = found.all; });
  CHECK(literal == here.all);
  int told = 0;
  for (int i = 0; i < 3; ++i)
    names.find("localhost", [&](const found_addresses& found) {
      ++told;
      CHECK_FALSE(found.all.empty());
    });
  CHECK(told == 0);
  const auto work = boost::asio::make_work_guard(on);
  while (told < 3) REQUIRE(on.run_one_for(10s) == 1);
  names.find("localhost", [&](const found_addresses&) { ++told; });
  CHECK(told == 4);
}

TEST_CASE("whoever asks may be gone before the answer comes") {
  boost::asio::io_context on{1};
  worker_clock time(on);
  auto names = std::make_unique<upstream::provider_names>([&on](std::function<void()> what) { boost::asio::post(on, std::move(what)); }, time);
  bool told = false;
  names->find("no-such-host.invalid", [&](const found_addresses&) { told = true; });
  names.reset();
  on.run();
  CHECK_FALSE(told);
}

#include "proxy/stages/client_address.hpp"

#include "config/addresses.hpp"
#include "proxy/stages/key_guesses.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace sallyport;
using namespace sallyport::stages;
using namespace std::chrono_literals;

namespace {

const std::vector<config::network> proxies{*config::network_in("10.0.0.0/8"), *config::network_in("fd00::/8")};

}  // namespace

TEST_CASE("without trusted proxies a client is where its connection comes from") {
  CHECK(client_address("10.1.1.1", "203.0.113.9", {}) == "10.1.1.1");
  CHECK(client_address("192.0.2.1", "203.0.113.9", proxies) == "192.0.2.1");
}

TEST_CASE("behind trusted proxies it is the last address that is none of them, whatever a client wrote before it") {
  CHECK(client_address("10.1.1.1", "203.0.113.9", proxies) == "203.0.113.9");
  CHECK(client_address("10.1.1.1", "1.1.1.1, 203.0.113.9", proxies) == "203.0.113.9");
  CHECK(client_address("10.1.1.1", "1.1.1.1,203.0.113.9 , 10.2.2.2", proxies) == "203.0.113.9");
  CHECK(client_address("fd00::1", "2001:db8::5", proxies) == "2001:db8::5");
  CHECK(client_address("10.1.1.1", "10.3.3.3, 10.2.2.2", proxies) == "10.3.3.3");
}

TEST_CASE("ports and brackets are left out, and what is no address ends the search") {
  CHECK(client_address("10.1.1.1", "203.0.113.9:4711", proxies) == "203.0.113.9");
  CHECK(client_address("10.1.1.1", "[2001:db8::5]:4711", proxies) == "2001:db8::5");
  CHECK(client_address("10.1.1.1", "203.0.113.9, unknown", proxies) == "10.1.1.1");
  for (const char* junk : {"", ",", "x", "[", "[::1", " , ,", "203.0.113.9;"}) CHECK(client_address("10.1.1.1", junk, proxies) == "10.1.1.1");
}

TEST_CASE("an address lies in a range or not, and a name in none") {
  CHECK(lies_in("10.9.8.7", proxies));
  CHECK_FALSE(lies_in("11.0.0.1", proxies));
  CHECK_FALSE(lies_in("localhost", proxies));
  CHECK_FALSE(lies_in("10.9.8.7", {}));
}

TEST_CASE("wrong keys of one address are limited, and those of another are not") {
  const auto guesses = std::make_unique<key_guesses>();
  const config::rate limit{3, 60s, "3/min"};
  const instant now{10h};
  for (int i = 0; i < 3; ++i) CHECK_FALSE(guesses->count("203.0.113.9", limit, now));
  CHECK(guesses->count("203.0.113.9", limit, now) == 20s);
  CHECK_FALSE(guesses->count("203.0.113.9", limit, now + 20s));
  int limited = 0;
  for (int i = 0; i < 100; ++i) limited += guesses->count("198.51.100." + std::to_string(i), limit, now).has_value();
  CHECK(limited <= 1);   // a place may be shared with the first
}

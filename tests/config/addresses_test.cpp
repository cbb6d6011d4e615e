#include "config/addresses.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;
using sallyport::tests::holds;

namespace {

std::string url(const std::string& text) {
  const auto made = base_url_in(text);
  return made ? made->text : "!" + made.error().sentence;
}

}  // namespace

TEST_CASE("an address to listen on is a numeric host and a port") {
  const auto four = socket_address_in("127.0.0.1:7070");
  CHECK(four->host == "127.0.0.1");
  CHECK(four->port == 7070);
  CHECK(socket_address_in("[::1]:7070")->host == "::1");
  CHECK(socket_address_in("0.0.0.0:0")->port == 0);
  CHECK(holds(socket_address_in(":7070").error().sentence, "write 127.0.0.1:PORT"));
  CHECK(holds(socket_address_in("7070").error().sentence, "write 127.0.0.1:PORT"));
  CHECK(holds(socket_address_in("localhost:7070").error().sentence, "numeric host"));
  CHECK(holds(socket_address_in("127.0.0.1:70700").error().sentence, "no valid port"));
  for (const char* wrong : {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:07", "127.0.0.1:-1", "::1:7070", "[127.0.0.1]:1", "[::1]",
      "256.0.0.1:1", "*:1"})
    CHECK_MESSAGE(!socket_address_in(wrong), wrong);
}

TEST_CASE("a base address is taken apart once") {
  const auto made = base_url_in("https://api.groq.com/openai/v1/");
  REQUIRE(made);
  CHECK(made->text == "https://api.groq.com/openai/v1");
  CHECK(made->tls);
  CHECK(made->host == "api.groq.com");
  CHECK(made->port == 443);
  CHECK(made->path == "/openai/v1");
  CHECK(base_url_in("http://[::1]:8000/v1")->host == "::1");
  CHECK(base_url_in("http://[::1]:8000/v1")->text == "http://[::1]:8000/v1");
  CHECK(base_url_in("http://10.0.0.5")->port == 80);
  CHECK(url("HTTPS://Example.COM:443///") == "https://example.com");
}

TEST_CASE("what a base address must not hold") {
  CHECK(holds(url("https://user:hunter2@example.com"), "user name or password"));
  CHECK(!holds(url("https://user:hunter2@example.com"), "hunter2"));
  CHECK(holds(url("https://example.com/?a=b"), "query"));
  CHECK(holds(url("https://example.com/#a"), "fragment"));
  CHECK(holds(url("ftp://example.com/"), "not an http or https"));
  CHECK(holds(url("https:///v1"), "names no host"));
  CHECK(holds(url("https://example.com:0/"), "no valid port"));
  CHECK(holds(url("https://example.com:99999/"), "no valid port"));
  CHECK(holds(url("https://example.com/a/../b"), "/../"));
  CHECK(holds(url("https://exam%20ple.com/"), "characters that a host name cannot have"));
  for (const char* wrong : {"", "example.com/v1", "/v1", "https://exa mple.com", "https://example.com/\r\nHost: x", "https://[::1",
      "file:///etc/passwd"})
    CHECK_MESSAGE(url(wrong)[0] == '!', wrong);
}

TEST_CASE("networks hold the addresses of their prefix") {
  const auto ten = network_in("10.0.0.0/8");
  REQUIRE(ten);
  CHECK(ten->prefix == 104);
  CHECK(contains(*ten, *address_literal("10.255.0.1")));
  CHECK(!contains(*ten, *address_literal("11.0.0.0")));
  CHECK(contains(*network_in("fd00::/8"), *address_literal("fdab::1")));
  CHECK(!contains(*network_in("fd00::/8"), *address_literal("10.0.0.1")));
  CHECK(contains(*network_in("0.0.0.0/0"), *address_literal("1.2.3.4")));
  CHECK(!contains(*network_in("0.0.0.0/0"), *address_literal("::1")));
  CHECK(contains(*network_in("10.1.2.3/32"), *address_literal("10.1.2.3")));
  CHECK(holds(network_in("10.0.0.5").error().sentence, "write 10.0.0.5/32"));
  CHECK(holds(network_in("10.0.0.5/8").error().sentence, "bits beyond its prefix"));
  for (const char* wrong : {"", "/8", "10.0.0.0/33", "fd00::/129", "10.0.0.0/-1", "10.0.0.0/", "example.com/8", "10.0.0.0/08"})
    CHECK_MESSAGE(!network_in(wrong), wrong);
}

TEST_CASE("loopback is this machine only") {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) CHECK(is_loopback(host));
  for (const char* host : {"10.0.0.1", "0.0.0.0", "::", "localhost.example.com", "127.0.0.1.example.com",
      "example.com"}) CHECK(!is_loopback(host));
}

#include "proxy/upstream/address_rule.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using upstream::address_named;
using upstream::may_connect;

namespace {

bool allowed(const char* address, const std::vector<config::network>& networks = {}, deployment_class runs_as = deployment_class::managed) {
  config::provider to;
  to.networks = networks;
  to.runs_as = runs_as;
  return may_connect(*address_named(address), to);
}

config::network network_of(const char* address, int prefix) { return {std::string(address), *address_named(address), prefix}; }

}  // namespace

TEST_CASE("an address is read from its text, IPv4 as mapped IPv6") {
  CHECK(address_named("10.1.2.3") == address_named("::ffff:10.1.2.3"));
  CHECK(address_named("::1"));
  for (const char* not_one : {"", "localhost", "10.1.2", "10.1.2.3.4", "[::1]", "::1%eth0"}) CHECK_FALSE(address_named(not_one));
}

TEST_CASE("without networks all but link-local and metadata addresses may be reached") {
  for (const char* address : {"8.8.8.8", "10.0.0.1", "127.0.0.1", "::1", "2001:db8::1", "169.253.255.255", "169.255.0.0", "fec0::1"})
    CHECK_MESSAGE(allowed(address), address);
  for (const char* address : {"169.254.169.254", "169.254.0.0", "::ffff:169.254.1.1", "fe80::1", "febf::1", "fd00:ec2::254",
                              "100.100.100.200"})
    CHECK_MESSAGE(!allowed(address), address);
}

TEST_CASE("what stands in the house may be reached at private addresses only, unless its networks say otherwise") {
  const auto in_house = deployment_class::in_house;
  for (const char* address : {"127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.9.9", "100.64.0.1", "100.127.9.9", "::1",
                              "fc00::1", "fd12:3456::1"})
    CHECK_MESSAGE(allowed(address, {}, in_house), address);
  for (const char* address : {"8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.0.1", "192.169.0.1", "100.63.0.1",
                              "100.128.0.1", "128.0.0.1", "2001:db8::1", "::2", "fe00::1", "169.254.1.1", "fd00:ec2::254", "100.100.100.200"})
    CHECK_MESSAGE(!allowed(address, {}, in_house), address);
  CHECK(allowed("203.0.113.7", {network_of("203.0.113.0", 96 + 24)}, in_house));
}

TEST_CASE("with networks only what lies inside one of them may be reached") {
  const std::vector networks{network_of("10.0.0.0", 104), network_of("192.168.4.0", 96 + 22), network_of("fd12::", 16)};
  for (const char* address : {"10.255.0.1", "::ffff:10.0.0.1", "192.168.7.255", "fd12:1::1"})
    CHECK_MESSAGE(allowed(address, networks), address);
  for (const char* address : {"11.0.0.1", "192.168.8.0", "192.168.3.255", "fd13::1", "127.0.0.1", "::1"})
    CHECK_MESSAGE(!allowed(address, networks), address);
  CHECK(allowed("169.254.1.1", {network_of("169.254.0.0", 112)}));
  CHECK(allowed("8.8.8.8", {network_of("::", 0)}));
  CHECK_FALSE(allowed("10.0.0.2", {network_of("10.0.0.1", 128)}));
}

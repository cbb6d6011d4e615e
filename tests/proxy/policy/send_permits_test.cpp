#include "proxy/policy/send_permits.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::health;
using policy::send_permits;

namespace {

constexpr instant start{1h};

void knock_out(health& one, int failures) {
  for (int i = 0; i < failures; ++i) one.admit_last(start)->fails({}, start, 0);
}

}  // namespace

TEST_CASE("a send that its deployment does not take leaves the probe of the credential to others") {
  health deployment, credential(policy::credential_limits());
  knock_out(credential, 3);
  knock_out(deployment, 5);
  deployment.admit_last(start)->fails(30s, start, 0);
  send_permits one;
  CHECK(one.take({&deployment, &credential, nullptr}, start + 5s, 0, true) == "it rests for 25.1 s more");
  CHECK(credential.admit(start + 5s, 0));
}

TEST_CASE("a last one that takes nobody more leaves the probe of the credential to others") {
  health deployment, credential(policy::credential_limits());
  knock_out(credential, 3);
  knock_out(deployment, 5);
  deployment.admit_last(start)->fails(30s, start, 0);
  std::vector<health::permit> few;
  for (int i = 0; i < 4; ++i) few.push_back(*deployment.admit_last(start));
  send_permits one;
  CHECK_FALSE(one.take_as_last({&deployment, &credential, nullptr}, start + 5s));
  CHECK(credential.admit(start + 5s, 0));
}

TEST_CASE("of what nothing is known everything goes") {
  send_permits one;
  CHECK_FALSE(one.take({}, start, 0.99, false));
  CHECK(one.take_as_last({}, start));
  CHECK(policy::rests_until({}, start) == start);
  CHECK(policy::is_closed({}, start));
}

TEST_CASE("the worse of deployment and credential says how likely an answer is") {
  health deployment, credential(policy::credential_limits());
  knock_out(credential, 3);
  CHECK(policy::likely({&deployment, &credential, nullptr}, start).rank == 2);
  CHECK(policy::likely({&deployment, nullptr, nullptr}, start).rank == 0);
  CHECK_FALSE(policy::is_closed({&deployment, &credential, nullptr}, start));
}

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
  health* const credentials[] = {&credential};
  knock_out(credential, 3);
  knock_out(deployment, 5);
  deployment.admit_last(start)->fails(30s, start, 0);
  send_permits one;
  CHECK(one.take({&deployment, credentials, nullptr}, start + 5s, 0, true) == "it rests for 25.1 s more");
  CHECK(credential.admit(start + 5s, 0));
}

TEST_CASE("a last one that takes nobody more leaves the probe of the credential to others") {
  health deployment, credential(policy::credential_limits());
  health* const credentials[] = {&credential};
  knock_out(credential, 3);
  knock_out(deployment, 5);
  deployment.admit_last(start)->fails(30s, start, 0);
  std::vector<health::permit> few;
  for (int i = 0; i < 4; ++i) few.push_back(*deployment.admit_last(start));
  send_permits one;
  CHECK_FALSE(one.take_as_last({&deployment, credentials, nullptr}, start + 5s));
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
  health* const credentials[] = {&credential};
  knock_out(credential, 3);
  CHECK(policy::likely({&deployment, credentials, nullptr}, start).rank == 2);
  CHECK(policy::likely({&deployment, {}, nullptr}, start).rank == 0);
  CHECK_FALSE(policy::is_closed({&deployment, credentials, nullptr}, start));
}

namespace {

struct two_keys {
  health deployment, one{policy::credential_limits()}, other{policy::credential_limits()};
  health* credentials[2] = {&one, &other};
  policy::standing of() { return {&deployment, credentials, nullptr}; }
};

failure limited(std::optional<std::chrono::milliseconds> retry_after = {}) {
  auto why = fail(failure_kind::rate_limited);
  why.retry_after = retry_after;
  return why;
}

}  // namespace

TEST_CASE("of several credentials that are well the dice choose, and one that rests is left out") {
  two_keys keys;
  send_permits send;
  CHECK_FALSE(send.take(keys.of(), start, 0.4, true));
  CHECK(send.credential() == 0);
  CHECK_FALSE(send.take(keys.of(), start, 0.6, true));
  CHECK(send.credential() == 1);
  knock_out(keys.other, 3);
  CHECK_FALSE(send.take(keys.of(), start, 0.6, true));
  CHECK(send.credential() == 0);
  CHECK(policy::is_closed(keys.of(), start));
  CHECK(policy::rests_until(keys.of(), start) == start);
  CHECK(policy::likely(keys.of(), start).rank == 0);
  knock_out(keys.one, 3);
  CHECK(send.take(keys.of(), start, 0.6, true)->starts_with("none of its provider's credentials takes it: one rests for"));
  CHECK_FALSE(policy::is_closed(keys.of(), start));
}

TEST_CASE("a call does not use the same credential twice where it was refused") {
  two_keys keys;
  send_permits send;
  CHECK_FALSE(send.take(keys.of(), start, 0, true, {}, 0b01));
  CHECK(send.credential() == 1);
  CHECK(send.take(keys.of(), start, 0, true, {}, 0b11) == "the call has used each credential of its provider");
}

TEST_CASE("with several credentials a limit of our rate is the one's, and the deployment stays well") {
  two_keys keys;
  send_permits send;
  REQUIRE_FALSE(send.take(keys.of(), start, 0, true));
  send.failed(limited(30s), start, 0, nullptr);
  CHECK(keys.one.state(start) == policy::breaker_state::open);
  CHECK(keys.other.state(start) == policy::breaker_state::closed);
  CHECK(keys.deployment.state(start) == policy::breaker_state::closed);
  // With one credential it is the deployment's.
  health deployment, credential(policy::credential_limits());
  health* const credentials[] = {&credential};
  send_permits single;
  REQUIRE_FALSE(single.take({&deployment, credentials, nullptr}, start, 0, true));
  single.failed(limited(30s), start, 0, nullptr);
  CHECK(credential.state(start) == policy::breaker_state::closed);
  CHECK(deployment.state(start) == policy::breaker_state::open);
}

TEST_CASE("when all credentials rest, the last send goes out with the likeliest") {
  two_keys keys;
  knock_out(keys.one, 3);
  for (int i = 0; i < 3; ++i) keys.other.admit_last(start + 2s)->fails({}, start + 2s, 0);
  send_permits send;
  CHECK(send.take_as_last(keys.of(), start + 3s));
  CHECK(send.credential() == 0);   // it failed longest ago
}

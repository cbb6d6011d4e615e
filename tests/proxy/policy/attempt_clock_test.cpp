#include "proxy/policy/attempt_clock.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::attempt_clock;

namespace {
const instant sent{1h};
const config::timeouts limits{.connect = 3s, .first_token = 10s, .idle = 20s, .attempt = 5min, .total = 10min};
const instant total = sent + 10min;
}  // namespace

TEST_CASE("a stream first waits for its first token, then between data events") {
  attempt_clock clock(limits, true, sent, total);
  CHECK(clock.deadline() == sent + 10s);
  CHECK(clock.meaning() == failure_kind::first_token_timed_out);

  clock.committed(sent + 4s);
  CHECK(clock.deadline() == sent + 24s);
  CHECK(clock.meaning() == failure_kind::idle_timed_out);

  clock.data_event(sent + 15s);
  CHECK(clock.deadline() == sent + 35s);
}

TEST_CASE("events before the commit do not move the first token's deadline") {
  attempt_clock clock(limits, true, sent, total);
  clock.data_event(sent + 9s);
  CHECK(clock.deadline() == sent + 10s);
}

TEST_CASE("an unstreamed send has one deadline") {
  attempt_clock clock(limits, false, sent, total);
  CHECK(clock.deadline() == sent + 5min);
  CHECK(clock.meaning() == failure_kind::attempt_timed_out);
}

TEST_CASE("the request's total wins when it is earlier") {
  attempt_clock clock(limits, true, sent, sent + 2s);
  CHECK(clock.deadline() == sent + 2s);
  CHECK(clock.meaning() == failure_kind::total_timed_out);
}

TEST_CASE("a finished answer waits only briefly for its terminal marker, as long as nothing comes") {
  attempt_clock clock(limits, true, sent, total);
  clock.committed(sent + 1s);
  clock.finished(sent + 2s);
  CHECK(clock.deadline() == sent + 2s + attempt_clock::after_finish);
  clock.data_event(sent + 4s);
  CHECK(clock.deadline() == sent + 4s + attempt_clock::after_finish);
}

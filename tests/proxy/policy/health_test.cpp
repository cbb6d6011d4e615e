#include "proxy/policy/health.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::breaker_state;
using policy::breaker_turn;
using policy::health;
using policy::health_limits;

namespace {

constexpr instant start{1h};
constexpr auto nothing_told = std::optional<std::chrono::milliseconds>{};

breaker_turn fail_once(health& of, instant now, std::optional<std::chrono::milliseconds> told = {}, double dice = 0) {
  auto sent = of.admit_last(now);
  REQUIRE(sent);
  return sent->fails(told, now, dice);
}

void answer_once(health& of, instant now) {
  auto sent = of.admit(now, 0);
  REQUIRE(sent);
  sent->answers(now);
}

/// Opens it by failures in a row.
void knock_out(health& of, instant now) {
  for (int i = 0; i < health_limits{}.failures_max; ++i) fail_once(of, now);
  REQUIRE(of.state(now) == breaker_state::open);
}

}  // namespace

TEST_CASE("failures in a row open the breaker, and an answer between them begins the count anew") {
  health one;
  for (int i = 0; i < 4; ++i) CHECK(fail_once(one, start) == breaker_turn::none);
  answer_once(one, start);
  for (int i = 0; i < 4; ++i) CHECK(fail_once(one, start) == breaker_turn::none);
  CHECK(one.state(start) == breaker_state::closed);
  CHECK(fail_once(one, start) == breaker_turn::opened);
  CHECK(one.state(start) == breaker_state::open);
  CHECK_FALSE(one.admit(start, 0));
}

TEST_CASE("half failures of the last seconds open it though answers come between them, a third does not") {
  const auto opens = [](int answers_for_each_failure) {
    health one;
    for (int i = 0; i < 30; ++i) {
      const auto now = start + i * 200ms;
      for (int j = 0; j < answers_for_each_failure; ++j) answer_once(one, now);
      if (fail_once(one, now) == breaker_turn::opened) return true;
    }
    return false;
  };
  CHECK(opens(1));
  CHECK_FALSE(opens(2));
}

TEST_CASE("where failures are common a row has to be longer than chance makes it") {
  for (const auto& [answers_for_each_failure, row] : {std::pair{30, 5}, {10, 7}, {4, 9}, {2, 13}}) {
    CAPTURE(answers_for_each_failure);
    health one;
    for (int i = 0; i < 60; ++i) {
      for (int j = 0; j < answers_for_each_failure; ++j) answer_once(one, start);
      CHECK(fail_once(one, start) == breaker_turn::none);
    }
    answer_once(one, start);
    int in_a_row = 1;
    while (fail_once(one, start) == breaker_turn::none) ++in_a_row;
    CHECK(in_a_row == row);
  }
}

TEST_CASE("refusals that say when to come back are no row, but ten outcomes of which half are refusals make it one that fails") {
  health one;
  CHECK(fail_once(one, start, 1s) == breaker_turn::opened);
  for (int i = 0; i < 8; ++i) fail_once(one, start, 1s);
  CHECK(one.likely(start).rank == 1);
  fail_once(one, start, 1s);
  CHECK(one.likely(start).rank == 2);
}

TEST_CASE("a few failures are no share, and failures of long ago have been forgotten") {
  health one;
  for (int i = 0; i < 4; ++i) {
    answer_once(one, start);
    CHECK(fail_once(one, start) == breaker_turn::none);
  }
  answer_once(one, start + 1min);
  CHECK(fail_once(one, start + 1min) == breaker_turn::none);
}

TEST_CASE("a stream that begins to answer and then breaks counts as both, so one that always breaks opens the breaker") {
  health one;
  int broken = 0;
  for (auto turn = breaker_turn::none; turn == breaker_turn::none && broken < 100; ++broken) {
    auto sent = one.admit(start, 0);
    REQUIRE(sent);
    sent->answers(start);
    turn = sent->fails(nothing_told, start, 0);
  }
  CHECK(broken == 5);
}

TEST_CASE("a probe that begins to answer and then breaks has closed the breaker, and counts as a failure behind that") {
  health one;
  knock_out(one, start);
  auto probe = one.admit(start + 1s, 0);
  CHECK(probe->answers(start + 1s) == breaker_turn::closed);
  CHECK_FALSE(one.is_failing(start + 1s));
  CHECK(probe->fails(nothing_told, start + 2s, 0) == breaker_turn::none);
  CHECK(one.is_failing(start + 2s));
}

TEST_CASE("what ends without a word judges nothing") {
  health one;
  for (int i = 0; i < 100; ++i) CHECK(one.admit(start, 0));
  CHECK(one.state(start) == breaker_state::closed);
  CHECK_FALSE(one.is_failing(start));
}

TEST_CASE("behind the cool-down one probe goes; its answer closes the breaker, its failure doubles the cool-down up to a cap") {
  health one;
  knock_out(one, start);
  auto now = start;
  for (const auto cool_down : {1s, 2s, 4s, 8s, 15s, 15s}) {
    CHECK(one.rests_until(now) == now + cool_down);
    CHECK_FALSE(one.admit(now + cool_down - 1ms, 0));
    now += cool_down;
    CHECK(one.state(now) == breaker_state::half_open);
    auto probe = one.admit(now, 0);
    REQUIRE(probe);
    CHECK(probe->is_probe());
    CHECK_FALSE(one.admit(now, 0));
    CHECK(one.state(now) == breaker_state::half_open);
    CHECK(probe->fails(nothing_told, now, 0) == breaker_turn::reopened);
    CHECK(one.state(now) == breaker_state::open);
  }
  now = one.rests_until(now);
  auto probe = one.admit(now, 0);
  REQUIRE(probe);
  CHECK(probe->answers(now) == breaker_turn::closed);
  CHECK(one.state(now) == breaker_state::closed);
}

TEST_CASE("a caller that must not be the probe leaves it to the next one") {
  health one;
  knock_out(one, start);
  CHECK_FALSE(one.admit(start + 1s, 0, false));
  CHECK(one.admit(start + 1s, 0, true));
}

TEST_CASE("a probe whose client leaves gives its place to the next one at once") {
  health one;
  knock_out(one, start);
  one.admit(start + 1s, 0).reset();
  CHECK(one.admit(start + 1s, 0)->is_probe());
}

TEST_CASE("the end of a cool-down is jittered, and never before its time") {
  for (const double dice : {0.0, 0.25, 0.999}) {
    health one;
    for (int i = 0; i < 5; ++i) fail_once(one, start, {}, dice);
    CHECK(one.rests_until(start) >= start + 1s);
    CHECK(one.rests_until(start) <= start + 1201ms);
    health told;
    fail_once(told, start, 10s, dice);
    CHECK(told.rests_until(start) >= start + 10s);
    CHECK(told.rests_until(start) <= start + 11s);
    CHECK((told.rests_until(start) == start + 10s) == (dice == 0));
  }
}

TEST_CASE("a provider that says when to come back opens it at once until then, and costs no strike") {
  health one;
  CHECK(fail_once(one, start, 30s) == breaker_turn::opened);
  CHECK(one.rests_until(start) == start + 30s);
  for (const auto now : {start + 30s, start + 31s, start + 32s}) {
    auto probe = one.admit(now, 0);
    REQUIRE(probe);
    CHECK(probe->fails(1s, now, 0) == breaker_turn::reopened);
    CHECK(one.rests_until(now) == now + 1s);
  }
}

TEST_CASE("of two cool-downs that overlap the later end wins, in either order") {
  for (const auto& [first, second] : {std::pair{20s, 5s}, {5s, 20s}}) {
    health one;
    fail_once(one, start, first);
    fail_once(one, start, second);
    CHECK(one.rests_until(start) == start + 20s);
  }
  health long_told;
  fail_once(long_told, start, 60s);
  for (int i = 0; i < 5; ++i) fail_once(long_told, start);
  CHECK(long_told.rests_until(start) == start + 60s);
  health told_late;
  auto old = told_late.admit(start, 0);
  knock_out(told_late, start);
  CHECK(old->fails(40s, start, 0) == breaker_turn::none);
  CHECK(told_late.rests_until(start) == start + 40s);
}

TEST_CASE("what began before a turn says nothing about what is behind it") {
  health one;
  std::vector<std::optional<health::permit>> old;
  for (int i = 0; i < 20; ++i) old.push_back(one.admit(start, 0));
  knock_out(one, start);
  CHECK(old.back()->answers(start) == breaker_turn::none);
  CHECK(one.state(start) == breaker_state::open);
  old.pop_back();
  one.admit(start + 1s, 0)->answers(start + 1s);
  for (auto& sent : old) CHECK(sent->fails(nothing_told, start + 1s, 0) == breaker_turn::none);
  CHECK(fail_once(one, start + 1s) == breaker_turn::none);
  CHECK(one.state(start + 1s) == breaker_state::closed);
}

TEST_CASE("a probe that another answer has overtaken decides nothing about the next probe") {
  health one;
  knock_out(one, start);
  auto slow = one.admit(start + 1s, 0);
  one.admit_last(start + 1s)->answers(start + 1s);
  knock_out(one, start + 2s);
  auto probe = one.admit(start + 4s, 0);
  REQUIRE(probe);
  CHECK(slow->fails(nothing_told, start + 4s, 0) == breaker_turn::none);
  slow.reset();
  CHECK_FALSE(one.admit(start + 4s, 0));
  CHECK(probe->answers(start + 4s) == breaker_turn::closed);
}

TEST_CASE("failures from before a recovery do not count behind it") {
  health one;
  knock_out(one, start);
  for (int i = 0; i < 50; ++i) fail_once(one, start);
  one.admit_last(start)->answers(start);
  CHECK(fail_once(one, start) == breaker_turn::none);
}

TEST_CASE("a slow start lets a growing share come back, and all of it after its time") {
  health one;
  knock_out(one, start);
  const auto back = start + 1s;
  one.admit(back, 0)->answers(back);
  const auto share_at = [&](duration since) {
    int let = 0;
    for (int i = 0; i < 1'000; ++i) let += one.admit(back + since, i / 1'000.0).has_value();
    return let;
  };
  CHECK(share_at(0s) == 50);
  CHECK(share_at(999ms) == 50);
  CHECK(share_at(2500ms) == 250);
  CHECK(share_at(4s) / 10 == 64);
  CHECK(share_at(5s) == 1'000);
}

TEST_CASE("openings soon after a recovery lengthen the cool-down, and a minute of health forgives them") {
  health one;
  knock_out(one, start);
  one.admit(start + 1s, 0)->answers(start + 1s);
  const auto soon = start + 10s;
  for (int i = 0; i < 5; ++i) fail_once(one, soon);
  CHECK(one.rests_until(soon) == soon + 2s);
  one.admit(soon + 2s, 0)->answers(soon + 2s);
  const auto late = soon + 2s + 61s;
  for (int i = 0; i < 5; ++i) fail_once(one, late);
  CHECK(one.rests_until(late) == late + 1s);
}

TEST_CASE("the last one is tried by a few at once while it fails, and by its probe beyond them") {
  health one;
  knock_out(one, start);
  std::vector<health::permit> few;
  for (int i = 0; i < 4; ++i) few.push_back(*one.admit_last(start));
  CHECK_FALSE(one.admit_last(start));
  auto probe = one.admit_last(start + 1s);
  REQUIRE(probe);
  CHECK(probe->is_probe());
  CHECK_FALSE(one.admit_last(start + 1s));
  CHECK_FALSE(one.admit_last(start + 10s));
  few.pop_back();
  CHECK(one.admit_last(start + 1s));
}

TEST_CASE("one that answers and only asked to be left alone is no bottleneck as the last one") {
  health one;
  answer_once(one, start);
  fail_once(one, start, 30s);
  std::vector<health::permit> many;
  for (int i = 0; i < 100; ++i) {
    auto sent = one.admit_last(start);
    REQUIRE(sent);
    many.push_back(std::move(*sent));
  }
  for (auto& sent : many) CHECK(sent.answers(start) == breaker_turn::none);
  CHECK(one.state(start) == breaker_state::open);   // for calls that have others
  CHECK(one.likely(start) < policy::outlook{2, instant{}});
}

TEST_CASE("an answer as the last one closes the breaker; its places double from then on, and who answers needs none") {
  health one;
  knock_out(one, start);
  auto first = one.admit_last(start);
  CHECK(first->answers(start) == breaker_turn::closed);
  const auto places_at = [&](duration since) {
    std::vector<health::permit> sent;
    for (int i = 0; i < 5'000; ++i)
      if (auto let = one.admit_last(start + since)) sent.push_back(std::move(*let));
    return sent.size();
  };
  CHECK(places_at(0s) == 4);
  CHECK(places_at(500ms) == 8);
  CHECK(places_at(2s) == 64);
  CHECK(places_at(5s) == 5'000);
  for (int i = 0; i < 100; ++i) {
    auto answering = one.admit_last(start);
    REQUIRE(answering);
    answering->answers(start);
  }
}

TEST_CASE("it is failing until an answer comes, or ten seconds have passed") {
  health one;
  fail_once(one, start);
  CHECK(one.is_failing(start + 9s));
  CHECK_FALSE(one.is_failing(start + 10s));
  answer_once(one, start + 1s);
  CHECK_FALSE(one.is_failing(start + 1s));
}

#include "proxy/policy/load.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::load;

namespace {

constexpr instant start{1h};

}  // namespace

TEST_CASE("what is under way is counted until its hold ends, wherever it was moved") {
  load of;
  load::hold kept;
  {
    load::hold one(of);
    load::hold other(of);
    CHECK(of.under_way() == 2);
    kept = std::move(other);
  }
  CHECK(of.under_way() == 1);
  kept = {};
  CHECK(of.under_way() == 0);
}

TEST_CASE("a peak counts at once, and is forgotten within seconds of better answers") {
  load of;
  CHECK(!of.first_content());
  of.began_to_answer(200ms, start);
  CHECK(*of.first_content() == 200ms);
  of.began_to_answer(4s, start + 1s);
  CHECK(*of.first_content() == 4s);
  of.began_to_answer(200ms, start + 2s);
  CHECK(*of.first_content() > 3s);
  for (int i = 3; i < 43; ++i) of.began_to_answer(200ms, start + i * 1s);
  CHECK(*of.first_content() < 300ms);
}

TEST_CASE("silence makes it at least that slow, and never faster") {
  load of;
  of.was_silent(5s, start);
  CHECK(*of.first_content() == 5s);
  of.was_silent(1ms, start + 1s);
  CHECK(*of.first_content() == 5s);
}

TEST_CASE("one call in thirty seconds may measure what nothing recent is known of") {
  load of;
  CHECK(of.wants_sample(start));
  CHECK_FALSE(of.wants_sample(start));
  CHECK_FALSE(of.wants_sample(start + 29s));
  CHECK(of.wants_sample(start + 31s));
  of.began_to_answer(1s, start + 32s);
  CHECK_FALSE(of.wants_sample(start + 61s));
  CHECK(of.wants_sample(start + 63s));
  CHECK_FALSE(of.wants_sample(start + 64s));
}

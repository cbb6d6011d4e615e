#include "proxy/policy/shedding.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace std::chrono_literals;
using policy::shedding;

namespace {

void tick(shedding& of, int times, duration late) {
  for (int i = 0; i < times; ++i) of.tick(late, 500ms);
}

}  // namespace

TEST_CASE("a worker in time refuses nobody, and one late tick is none") {
  shedding one;
  tick(one, 1000, 1ms);
  CHECK(one.share() == 0);
  CHECK_FALSE(one.refuses(0));
  one.tick(2s, 500ms);
  CHECK(one.share() == 0);
  tick(one, 1, -1ms);
  CHECK(one.share() == 0);
}

TEST_CASE("while it is late the share grows, and never to all") {
  shedding one;
  tick(one, 10, 2s);
  CHECK(one.share() > 0.5);
  CHECK(one.refuses(0.3));
  tick(one, 1000, 2s);
  CHECK(one.share() == shedding::share_max);
  CHECK_FALSE(one.refuses(0.96));
}

TEST_CASE("when it keeps up again the share goes back to none, slowly") {
  shedding one;
  tick(one, 100, 2s);
  tick(one, 20, 1ms);
  CHECK(one.share() > 0.3);
  tick(one, 100, 1ms);
  CHECK(one.share() == 0);
}

TEST_CASE("between half of what it may be late and all of it the share stays") {
  shedding one;
  tick(one, 20, 2s);
  while (one.share() < shedding::share_max) one.tick(2s, 500ms);
  tick(one, 100, 400ms);
  const auto settled = one.share();
  tick(one, 1000, 400ms);
  CHECK(one.share() == settled);
}

TEST_CASE("a load of twice what it can do settles near the half that it can") {
  shedding one;
  double backlog = 0, sum = 0;
  for (int i = 0; i < 20'000; ++i) {
    backlog = std::max(0.0, backlog + 2 * (1 - one.share()) * 0.1 - 0.1);   // seconds of work that stand before it
    one.tick(std::chrono::duration_cast<duration>(std::chrono::duration<double>(backlog)), 500ms);
    if (i >= 10'000) sum += one.share();
  }
  CHECK(sum / 10'000 == doctest::Approx(0.5).epsilon(0.1));
  CHECK(backlog < 3);
}

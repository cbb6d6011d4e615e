#include "proxy/ledger/budget_account.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace sallyport;
using ledger::budget_account;
using ledger::budget_window;

TEST_CASE("spent and reserved money together stay within the limit") {
  budget_window window(0, 30);
  CHECK(window.reserve(50, 100));
  CHECK_FALSE(window.reserve(21, 100));
  CHECK(window.reserve(20, 100));
  CHECK(window.books().spent == 30);
  CHECK(window.books().reserved == 70);
}

TEST_CASE("a settlement makes of what was reserved what it cost, and says what was spent before") {
  budget_window window(0);
  REQUIRE(window.reserve(80, 100));
  CHECK(window.settle(80, 5) == 0);
  CHECK(window.books().spent == 5);
  CHECK(window.books().reserved == 0);
  REQUIRE(window.reserve(95, 100));
  CHECK(window.settle(95, 120) == 5);
  CHECK(window.books().spent == 125);
  CHECK_FALSE(window.reserve(1, 100));
}

TEST_CASE("what costs nothing has room in a budget that is spent") {
  budget_window window(0, 200);
  CHECK(window.reserve(0, 100));
  CHECK_FALSE(window.reserve(1, 100));
}

TEST_CASE("a thousand calls at once on money for one: one passes, and nothing is overshot") {
  budget_window window(0);
  std::atomic<int> passed{0};
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 8; ++i)
      crowd.emplace_back([&] {
        for (int n = 0; n < 125; ++n) passed += window.reserve(60, 100);
      });
  }
  CHECK(passed == 1);
  CHECK(window.books().reserved == 60);
}

TEST_CASE("under threads nothing is lost: what was granted is settled, reserved or free at every look") {
  constexpr nano_usd limit = 10'000;
  budget_window window(0);
  std::atomic<nano_usd> cost{0};
  std::atomic<bool> ended{false};
  std::jthread auditor([&] {
    while (!ended) {
      const auto books = window.books();
      CHECK(books.reserved >= 0);
      CHECK(books.spent + books.reserved <= limit);
    }
  });
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 3; ++i)
      crowd.emplace_back([&, i] {
        for (int n = 0; n < 20'000; ++n) {
          if (!window.reserve(7 + i, limit)) continue;
          const nano_usd used = n % 4 == 0 ? 1 : 0;
          cost += used;
          window.settle(7 + i, used);
        }
      });
  }
  ended = true;
  auditor.join();
  CHECK(window.books().spent == cost);
  CHECK(window.books().reserved == 0);
}

TEST_CASE("a clock that is set back finds the window that it left") {
  budget_account money;
  money.window(1'000).settle(0, 40);
  money.window(2'000).settle(0, 7);
  CHECK(money.window(1'000).books().spent == 40);
  CHECK(money.window(2'000).books().spent == 7);
}

TEST_CASE("what the ledger knows of a window counts, unless the account knows better") {
  budget_account money;
  money.know(1'000, 99);
  CHECK(money.window(1'000).books().spent == 99);
  money.know(1'000, 5);
  CHECK(money.window(1'000).books().spent == 99);
}

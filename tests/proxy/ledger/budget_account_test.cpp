#include "proxy/ledger/budget_account.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <thread>
#include <vector>

using namespace sallyport;
using ledger::budget_account;
using ledger::budget_window;
using ledger::money_span;

namespace {

constexpr std::int64_t hour = 3'600;
constexpr money_span first_hour{0, hour};

}  // namespace

TEST_CASE("spent and reserved money together stay within the limit") {
  budget_window window(first_hour, 30);
  CHECK(window.reserve(50, 100));
  CHECK_FALSE(window.reserve(21, 100));
  CHECK(window.reserve(20, 100));
  CHECK(window.books().spent == 30);
  CHECK(window.books().reserved == 70);
}

TEST_CASE("a settlement makes of what was reserved what it cost, and says what was spent before") {
  budget_window window(first_hour);
  REQUIRE(window.reserve(80, 100));
  CHECK(window.settle(80, 5, 0) == 0);
  CHECK(window.books().spent == 5);
  CHECK(window.books().reserved == 0);
  REQUIRE(window.reserve(95, 100));
  CHECK(window.settle(95, 120, 900) == 5);
  CHECK(window.books().spent == 125);
  CHECK_FALSE(window.reserve(1, 100));
}

TEST_CASE("what costs nothing has room in a budget that is spent") {
  budget_window window(first_hour, 200);
  CHECK(window.reserve(0, 100));
  CHECK_FALSE(window.reserve(1, 100));
}

TEST_CASE("a thousand calls at once on money for one: one passes, and nothing is overshot") {
  budget_window window(first_hour);
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
  budget_window window(first_hour);
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
          window.settle(7 + i, used, 900 * i);
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
  money.window({0, hour}).settle(0, 40, 0);
  money.window({hour, 2 * hour}).settle(0, 7, hour);
  CHECK(money.window({0, hour}).books().spent == 40);
  CHECK(money.window({hour, 2 * hour}).books().spent == 7);
}

TEST_CASE("a window begins with what earlier runs spent within it") {
  budget_account money;
  CHECK_FALSE(money.has_begun());
  money.begin_with({{0, 1}, {900, 2}, {hour, 4}, {2 * hour, 8}});
  CHECK(money.has_begun());
  CHECK(money.window({0, hour}).books().spent == 3);
  CHECK(money.window({900, 2 * hour}).books().spent == 6);
  CHECK(money.window({0, 24 * hour}).books().spent == 15);
  CHECK(money.window({3 * hour, 4 * hour}).books().spent == 0);
}

TEST_CASE("a window that lies over others begins with what was spent there, and two of the same beginning are two") {
  budget_account money;
  money.window({0, hour}).settle(0, 40, 2'700);
  money.window({hour, 2 * hour}).settle(0, 7, hour);
  CHECK(money.window({0, 24 * hour}).books().spent == 47);
  CHECK(money.window({2'700, 2 * hour}).books().spent == 47);
  CHECK(money.window({hour, 24 * hour}).books().spent == 7);
  CHECK(money.window({0, hour}).books().spent == 40);
}

TEST_CASE("what calls from before a change of windows come to cost is carried over, once") {
  budget_account money;
  auto& before = money.window({0, 24 * hour});
  REQUIRE(before.reserve(100, 1'000));
  auto& after = money.window({3 * hour, 4 * hour});
  CHECK(after.books().spent == 0);

  before.settle(60, 50, 3 * hour);
  before.settle(40, 5, 2 * hour);   // admitted before the new window began
  CHECK(after.books().spent == 0);
  for (int i = 0; i < 3; ++i) money.carry(4 * hour);
  CHECK(after.books().spent == 50);
  CHECK(after.books().reserved == 0);

  after.settle(0, 3, 3 * hour);
  money.carry(4 * hour);
  CHECK(before.books().spent == 58);
  CHECK(after.books().spent == 53);
}

TEST_CASE("what ended two days ago is let alone, until the clock comes back to it") {
  budget_account money;
  auto& before = money.window({0, 2 * hour});
  auto& after = money.window({0, hour});
  before.settle(0, 9, 0);
  money.carry(hour + 2 * 24 * hour + 1);
  CHECK(after.books().spent == 0);
  money.carry(hour + 2 * 24 * hour);
  CHECK(after.books().spent == 9);
}

TEST_CASE("in random worlds of windows that change their length and place, each knows what was spent within it") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 dice(seed);
    const auto below = [&](std::int64_t bound) { return static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(bound)); };
    std::map<std::int64_t, nano_usd> truth;
    std::vector<ledger::spent_quarter> earlier;
    for (std::int64_t quarter = 0; quarter < 400; ++quarter)
      if (below(3) == 0) earlier.push_back({quarter * 900, truth[quarter * 900] = below(50)});
    budget_account money;
    money.begin_with(earlier);
    money_span shape{0, 8 * hour};   // the window in which time 0 lies, and all others of its length
    std::vector<std::pair<budget_window*, std::int64_t>> under_way;
    std::vector<budget_window*> asked;
    std::int64_t now = 100 * 900;
    for (int step = 0; step < 300; ++step) {
      now += below(4) == 0 ? below(40) * 60 : 0;
      if (below(40) == 0) now -= below(5) * hour;
      if (below(30) == 0) shape = {-below(8) * 900, 900 + below(60) * 900};
      const auto length = shape.ends - shape.begins;
      const auto begins = shape.begins + (now - shape.begins) / length * length;
      auto& window = money.window({begins, begins + length});
      asked.push_back(&window);
      under_way.emplace_back(&window, now / 900 * 900);
      while (under_way.size() > 5 || (!under_way.empty() && below(2) == 0)) {
        const auto [held, quarter] = under_way.front();
        under_way.erase(under_way.begin());
        const auto cost = below(100);
        truth[quarter] += cost;
        held->settle(0, cost, quarter);
      }
      if (below(5) == 0) money.carry(now);
    }
    for (const auto& [held, quarter] : under_way) held->settle(0, 1, quarter), truth[quarter] += 1;
    money.carry(now);
    for (auto* const one : asked) {
      nano_usd sum = 0;
      for (auto at = truth.lower_bound(one->span().begins); at != truth.end() && at->first < one->span().ends; ++at) sum += at->second;
      CAPTURE(seed);
      REQUIRE(one->books().spent == sum);
      REQUIRE(one->books().reserved == 0);
    }
  }
}

TEST_CASE("windows that change under threads that spend lose nothing and count nothing twice") {
  budget_account money;
  std::atomic<std::int64_t> shape{0};
  const auto span_of = [](std::int64_t which) { return money_span{0, hour * (1 + which)}; };
  std::atomic<nano_usd> cost{0};
  std::atomic<bool> ended{false};
  std::jthread admin([&] {
    for (std::int64_t which = 0; !ended; ++which) {
      shape = which % 40;
      money.carry(0);
    }
  });
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 3; ++i)
      crowd.emplace_back([&, i] {
        for (int n = 0; n < 20'000; ++n) {
          auto& window = money.window(span_of(shape));
          window.reserve_anyway(3);
          window.settle(3, 1 + i, 900 * (n % 4));
          cost += 1 + i;
        }
      });
  }
  ended = true;
  admin.join();
  money.carry(0);
  for (std::int64_t which = 0; which < 40; ++which) {
    const auto books = money.window(span_of(which)).books();
    CHECK(books.spent == cost);
    CHECK(books.reserved == 0);
  }
}

TEST_CASE("what another process spent counts once in each window that holds its quarter-hour, those of later too") {
  budget_account money;
  money.learn(900, 5);   // before it began: whatever it begins with knows of it
  money.begin_with({{0, 100}, {1'800, 1}});
  auto& first = money.window(first_hour);
  auto& second = money.window({hour, 2 * hour});
  money.learn(900, 30);
  money.learn(0, 7);
  money.learn(hour, 2);
  money.carry(0);
  CHECK(first.books().spent == 138);
  CHECK(first.books().reserved == 0);
  CHECK(second.books().spent == 2);
  CHECK(money.window({0, 2 * hour}).books().spent == 140);
  CHECK_FALSE(first.reserve(3, 140));
}

#include "proxy/policy/session_marks.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace std::chrono_literals;

namespace {

using policy::session_marks;

constexpr auto day = 24h;
const wall_time noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + 12h;

struct rig {
  rig() : memory(new session_marks::memory()), marks(*memory) {}

  session_marks::key another() { return {draw(), draw(), draw(), draw()}; }
  std::uint32_t draw() { return static_cast<std::uint32_t>(random()); }

  std::unique_ptr<session_marks::memory> memory;
  session_marks marks;
  std::mt19937_64 random{7};
};

}  // namespace

TEST_CASE("a conversation keeps the highest class it has had") {
  rig world;
  const auto one = world.another();
  CHECK(world.marks.mark_of(one) == data_class::public_);
  world.marks.raise(one, data_class::confidential, noon, day);
  world.marks.raise(one, data_class::internal, noon + 1h, day);
  CHECK(world.marks.mark_of(one) == data_class::confidential);
  world.marks.raise(one, data_class::restricted, noon + 2h, day);
  CHECK(world.marks.mark_of(one) == data_class::restricted);
  CHECK(world.marks.mark_of(world.another()) == data_class::public_);
}

TEST_CASE("a mark lives for a window at least, and a later call of any class moves it on") {
  rig world;
  const auto kept = world.another(), left = world.another();
  world.marks.raise(kept, data_class::restricted, noon, day);
  world.marks.raise(left, data_class::restricted, noon, day);
  for (int days = 1; days <= 5; ++days) {
    world.marks.raise(kept, data_class::public_, noon + days * day, day);
    CHECK(world.marks.mark_of(kept) == data_class::restricted);
    if (days == 1) CHECK(world.marks.mark_of(left) == data_class::restricted);
  }
  CHECK(world.marks.mark_of(left) == data_class::public_);
}

TEST_CASE("a clock that is set back loses no mark") {
  rig world;
  const auto before = world.another(), during = world.another();
  const auto midnight = noon + 12h;
  world.marks.raise(before, data_class::restricted, midnight + 1min, day);
  world.marks.raise(during, data_class::internal, midnight - 59min, day);
  CHECK(world.marks.mark_of(before) == data_class::restricted);
  CHECK(world.marks.mark_of(during) == data_class::internal);
  world.marks.raise(during, data_class::internal, midnight + 2min, day);
  CHECK(world.marks.mark_of(before) == data_class::restricted);
}

TEST_CASE("with 100,000 marked conversations no mark is too low, and hardly any of another one is too high") {
  rig world;
  std::vector<std::pair<session_marks::key, data_class>> all;
  for (int i = 0; i < 100'000; ++i) all.emplace_back(world.another(), static_cast<data_class>(1 + i % 3));
  for (const auto& [session, mark] : all) world.marks.raise(session, mark, noon, day);
  int too_low = 0, too_high = 0;
  for (const auto& [session, mark] : all) {
    too_low += world.marks.mark_of(session) < mark;
    too_high += world.marks.mark_of(session) > mark;
  }
  for (int i = 0; i < 100'000; ++i) too_high += world.marks.mark_of(world.another()) != data_class::public_;
  CHECK(too_low == 0);
  CHECK(too_high < 100);
}

TEST_CASE("threads that raise at once lose nothing") {
  rig world;
  std::vector<session_marks::key> sessions;
  for (int i = 0; i < 2'000; ++i) sessions.push_back(world.another());
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&, n] {
      for (std::size_t i = 0; i < sessions.size(); ++i)
        world.marks.raise(sessions[i], static_cast<data_class>((i + static_cast<std::size_t>(n)) % 4), noon, day);
    });
  for (auto& one : threads) one.join();
  for (const auto& session : sessions) REQUIRE(world.marks.mark_of(session) == data_class::restricted);
}

TEST_CASE("what lies in memory is a mark, whoever reads it later") {
  rig world;
  const auto one = world.another();
  world.marks.raise(one, data_class::restricted, noon, day);
  session_marks later(*world.memory);
  CHECK(later.mark_of(one) == data_class::restricted);
}

TEST_CASE("while another process turns the tables this one does not, and its marks go into the table that is in use") {
  rig world;
  session_marks other(*world.memory);
  const auto before = world.another(), during = world.another();
  world.marks.raise(before, data_class::restricted, noon, day);
  world.marks.leave_turns_to_another(true);
  world.marks.raise(during, data_class::restricted, noon + 25h, day);
  CHECK(world.memory->began[0] == 0);
  other.raise(during, data_class::internal, noon + 25h, day);
  CHECK(world.memory->began[0] != 0);
  CHECK(world.marks.mark_of(before) == data_class::restricted);
  CHECK(world.marks.mark_of(during) == data_class::restricted);
  world.marks.leave_turns_to_another(false);
  world.marks.raise(during, data_class::internal, noon + 50h, day);
  CHECK(world.marks.mark_of(before) == data_class::public_);
}

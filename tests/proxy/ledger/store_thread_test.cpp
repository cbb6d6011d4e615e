/// The thread that owns the store, over a real file that is locked, full or lost.

#include "proxy/ledger/store_thread.hpp"

#include "tests/proxy/ledger/store_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <thread>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

const std::int64_t quarter = quarter_hour_of(std::chrono::system_clock::now());   // young enough to stay

/// A journal, a store and the thread between them, with pauses of a few milliseconds; says when the store fails and recovers.
struct rig {
  explicit rig(std::size_t journal_bytes = 64u << 10) : rows(open_journal(journal_bytes)) {
    store_writer_options options;
    options.pause = 2ms;
    options.pause_max = 10ms;
    options.failing = [this](const store_status& now) { failing.set_value(now); };
    options.recovered = [this](const store_status&) { recovered.set_value(); };
    auto made = store_thread::make(store_at(path(), {.lock_wait = 5ms}), {&rows->tail()}, options);
    REQUIRE(made.has_value());
    thread = std::move(*made);
  }
  std::unique_ptr<journal> open_journal(std::size_t bytes) const {
    auto made = journal::open(place.file("journal-0"), bytes);
    REQUIRE(made.has_value());
    return std::move(*made);
  }
  /// Dies and comes back with the same files.
  void restart() {
    thread.reset();
    rows.reset();
    rows = open_journal(64u << 10);
    auto made = store_thread::make(store_at(path()), {&rows->tail()}, {});
    REQUIRE(made.has_value());
    thread = std::move(*made);
  }
  std::uint64_t append(std::uint64_t count) {
    std::uint64_t taken = 0;
    while (taken < count && rows->append(charged_row(next, 1, quarter))) ++next, ++taken;
    return taken;
  }
  std::string path() const { return place.file("state.db"); }
  bool took_all() {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (thread->status().lag_rows > 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return thread->status().lag_rows == 0;
  }
  std::uint64_t stored() const { return static_cast<std::uint64_t>(number_in(path(), "SELECT count(*) FROM attempts")); }

  folder place;
  std::uint64_t next = make_attempt_id(std::chrono::system_clock::now());   // younger than what is deleted for its age
  std::unique_ptr<journal> rows;
  std::promise<store_status> failing;
  std::promise<void> recovered;
  std::unique_ptr<store_thread> thread;
};

/// No file of this process may grow beyond that while it lives: what a full disk looks like to a program.
class size_limit {
 public:
  explicit size_limit(std::uint64_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  size_limit(const size_limit&) = delete;
  size_limit& operator=(const size_limit&) = delete;

 private:
  void (*signal_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE("what an earlier run left in its journal is in the store before the thread starts, and money can be asked for") {
  rig r;
  r.append(100);
  r.restart();
  CHECK(r.thread->status().lag_rows == 100);
  CHECK(r.thread->catch_up(5s).has_value());
  CHECK(r.thread->status().lag_rows == 0);
  CHECK(spent_in(r.path(), quarter) == 100);
}

TEST_CASE("rows go into the store by themselves, and what is left goes at the end") {
  rig r;
  r.thread->start();
  r.append(50);
  CHECK(r.took_all());
  CHECK(r.stored() == 50);
  r.append(50);
  CHECK(r.thread->stop(5s).has_value());
  CHECK(r.stored() == 100);
}

TEST_CASE("two threads append while the store takes: each row stands there once") {
  rig r;
  const auto second = opened(r.place.file("journal-1"), 64u << 10);
  r.thread.reset();
  store_writer_options options;
  options.pause = 1ms;
  auto made = store_thread::make(store_at(r.path()), {&r.rows->tail(), &second->tail()}, options);
  REQUIRE(made.has_value());
  auto& thread = **made;
  for (auto* const one : {r.rows.get(), second.get()}) one->when_segment_fills([&thread] { thread.nudge(); });
  thread.start();
  const auto append_all = [](journal& to, std::uint64_t from) {
    for (auto id = from; id < from + 5'000;)
      if (to.append(charged_row(id, 1, quarter)))
        ++id;
      else
        std::this_thread::yield();
  };
  std::thread one([&] { append_all(*r.rows, r.next); });
  append_all(*second, r.next + 100'000);
  one.join();
  thread.add({"qwen", 1, 1, 1, 1, 1});
  CHECK(thread.stop(20s).has_value());

  CHECK(thread.status().lag_rows == 0);
  CHECK(r.stored() == 10'000);
  CHECK(spent_in(r.path(), quarter) == 10'000);
  CHECK(number_in(r.path(), "SELECT busy_ns FROM deployment_time") == 1);
}

TEST_CASE("while another program locks the store rows wait in the journal, and all are taken when it lets go") {
  rig r;
  const auto other = other_program(r.path());
  REQUIRE(other->execute("BEGIN IMMEDIATE"));
  r.thread->start();
  CHECK(r.append(60) == 60);
  const auto status = r.failing.get_future().get();
  CHECK(status.error.find("it is locked") != std::string::npos);
  CHECK(status.lag_rows > 0);
  CHECK(r.append(60) == 60);
  CHECK(spent_in(r.path(), quarter) == 0);

  REQUIRE(other->execute("ROLLBACK"));
  r.recovered.get_future().get();

  CHECK(r.took_all());
  CHECK(r.stored() == 120);
}

TEST_CASE("when the store's file cannot grow the journal fills, then says that it has no room, and all is taken when there is room again") {
  rig r;
  r.thread->start();
  r.append(20);
  REQUIRE(r.took_all());
  const auto log = std::filesystem::file_size(r.path() + "-wal");
  std::uint64_t kept = 20;
  {
    const size_limit full(log);
    while (r.rows->append(charged_row(r.next, 1, quarter))) ++r.next, ++kept;
    const auto status = r.failing.get_future().get();
    CHECK(status.error.find("cannot be used") != std::string::npos);
    // Whatever was taken meanwhile, in the end the ring is full and stays so.
    while (r.rows->append(charged_row(r.next, 1, quarter))) ++r.next, ++kept;
    CHECK_FALSE(r.rows->has_room());
    CHECK(r.thread->status().lag_rows > 200);
  }
  r.recovered.get_future().get();

  CHECK(r.took_all());
  CHECK(r.rows->has_room());
  CHECK(r.stored() == kept);
  CHECK(spent_in(r.path(), quarter) == static_cast<nano_usd>(kept));
  CHECK(r.thread->stop(5s).has_value());
  CHECK(is_sound(r.path()));
}

TEST_CASE("the end is bounded in time, and what could not be taken is taken by the next start") {
  rig r;
  const auto other = other_program(r.path());
  REQUIRE(other->execute("BEGIN IMMEDIATE"));
  r.thread->start();
  r.append(30);
  const auto began = std::chrono::steady_clock::now();
  const auto stopped = r.thread->stop(100ms);
  CHECK(std::chrono::steady_clock::now() - began < 5s);
  REQUIRE(stopped.has_error());
  CHECK(r.thread->status().lag_rows == 30);
  REQUIRE(other->execute("ROLLBACK"));

  r.restart();
  CHECK(r.thread->catch_up(5s).has_value());
  CHECK(r.stored() == 30);
}

TEST_CASE("a store that is lost gets again what the journal still holds") {
  rig r;
  r.append(100);
  REQUIRE(r.thread->stop(5s).has_value());
  r.thread.reset();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(r.path() + end);
  r.restart();
  CHECK(r.thread->catch_up(5s).has_value());
  CHECK(r.stored() == 100);
}

TEST_CASE("a new journal under an old name is taken from its beginning") {
  rig r;
  r.append(200);
  REQUIRE(r.thread->stop(5s).has_value());
  std::filesystem::remove(r.place.file("journal-0"));
  r.restart();
  r.append(50);
  CHECK(r.thread->catch_up(5s).has_value());
  CHECK(r.stored() == 250);
}

TEST_CASE("a store that was let go is another process's, with all rows until then; later ones wait in the journal until it is taken back") {
  rig r;
  r.thread->start();
  r.append(30);
  r.thread->let_go();
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!r.thread->has_let_go() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  REQUIRE(r.thread->has_let_go());
  CHECK(r.stored() == 30);
  r.append(20);
  {
    const auto successor = store_at(r.path());
    r.thread->nudge();
    CHECK(r.thread->status().lag_rows == 20);
    r.thread->take_back();
    CHECK(r.failing.get_future().get().error.find("in use by another gateway") != std::string::npos);
    CHECK(r.stored() == 30);
  }
  CHECK(r.took_all());
  CHECK(r.stored() == 50);
  CHECK_FALSE(r.thread->has_let_go());
}

TEST_CASE("at its end a thread that has let go takes nothing: the rows are for the other process") {
  rig r;
  r.thread->start();
  r.thread->let_go();
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!r.thread->has_let_go() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  r.append(10);
  CHECK(r.thread->stop(1s).has_value());
  CHECK(r.thread->status().lag_rows == 10);
  CHECK(r.stored() == 0);
}

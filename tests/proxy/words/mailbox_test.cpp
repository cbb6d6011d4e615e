#include "proxy/words/mailbox.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <doctest/doctest.h>

#include <numeric>
#include <thread>
#include <vector>

using namespace sallyport;

TEST_CASE("what several threads post runs on the loop's thread, each thread's in its order") {
  boost::asio::io_context on(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);
  mailbox door(on);
  constexpr int threads = 4;
  constexpr int each = 2'000;
  std::vector<std::vector<int>> came(threads);
  int left = threads * each;
  std::thread::id by;
  door.open();
  std::vector<std::thread> posting;
  for (int t = 0; t < threads; ++t)
    posting.emplace_back([&, t] {
      for (int i = 0; i < each; ++i)
        door.post([&, t, i] {
          by = std::this_thread::get_id();
          came[static_cast<std::size_t>(t)].push_back(i);
          if (--left == 0) on.stop();
        });
    });
  on.run();
  for (auto& one : posting) one.join();
  std::vector<int> in_order(each);
  std::iota(in_order.begin(), in_order.end(), 0);
  for (const auto& of_one : came) CHECK(of_one == in_order);
  CHECK(by == std::this_thread::get_id());
}

TEST_CASE("what is posted before it is opened waits, and may post in its turn") {
  boost::asio::io_context on(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);
  mailbox door(on);
  int turns = 0;
  std::function<void()> again = [&] {
    if (++turns == 3)
      on.stop();
    else
      door.post(again);
  };
  door.post(again);
  door.open();
  on.run();
  CHECK(turns == 3);
}

TEST_CASE("a letter that nobody reads any more is thrown away with the box") {
  const auto held = std::make_shared<int>();
  {
    boost::asio::io_context on(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);
    mailbox door(on);
    door.open();
    door.post([held] {});
  }
  CHECK(held.use_count() == 1);
}

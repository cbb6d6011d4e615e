#include "proxy/words/worker_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <optional>

using namespace sallyport;
using namespace std::chrono_literals;

namespace {

task<void> wait_for(wait_handle& wait, instant when, std::optional<bool>& came) { came = co_await wait.until(when); }

std::optional<bool> outcome_of(instant when, bool cancel_before, bool cancel_during) {
  boost::asio::io_context on{1};
  worker_clock time(on);
  auto wait = time.make_wait();
  std::optional<bool> came;
  if (cancel_before) wait->cancel();
  boost::asio::co_spawn(on.get_executor(), wait_for(*wait, when, came), boost::asio::detached);
  on.poll();
  if (cancel_during) wait->cancel();
  on.run();
  return came;
}

}  // namespace

TEST_CASE("a wait ends when its time has come") { CHECK(outcome_of(std::chrono::steady_clock::now() - 1s, false, false) == true); }

TEST_CASE("a cancelled wait says so, whether the cancel came before it or during it") {
  const auto never = std::chrono::steady_clock::now() + 1h;
  CHECK(outcome_of(never, true, false) == false);
  CHECK(outcome_of(never, false, true) == false);
}

#include "proxy/close_then_stop.hpp"

namespace sallyport {

using namespace std::chrono_literals;

task<void> close_then_stop(server::listener& listener, clock& time, boost::asio::io_context& on) {
  listener.drain();
  listener.close_all();
  const auto wait = time.make_wait();
  const instant until = time.now() + 2s;
  while (!listener.idle() && time.now() < until) co_await wait->until(time.now() + 2ms);
  on.stop();
}

}  // namespace sallyport

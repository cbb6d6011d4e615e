#include "proxy/words/worker_clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

namespace sallyport {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

class timer_wait final : public wait_handle {
 public:
  explicit timer_wait(boost::asio::io_context& on) : timer_(on.get_executor()) {}

  task<bool> until(instant when) override {
    if (cancelled_) {
      cancelled_ = false;
      co_return false;
    }
    timer_.expires_at(when);
    waiting_ = true;
    const auto [error] = co_await timer_.async_wait(as_values);
    waiting_ = false;
    // A cancel that comes when the timer has fired already, but this has not resumed yet, still counts.
    const bool cancelled = error || cancelled_;
    cancelled_ = false;
    co_return !cancelled;
  }

  void cancel() override {
    cancelled_ = true;
    if (waiting_) timer_.cancel();
  }

 private:
  timer timer_;
  bool waiting_ = false;
  bool cancelled_ = false;
};

}  // namespace

std::unique_ptr<wait_handle> worker_clock::make_wait() { return std::make_unique<timer_wait>(on_); }

}  // namespace sallyport

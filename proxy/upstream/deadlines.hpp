#pragma once
/// A worker's wheel of deadlines, turned by one timer on its io_context. One thread; owned jointly by all who set deadlines, so that they may
/// outlive the transport.

#include "proxy/upstream/deadline_wheel.hpp"
#include "proxy/words/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <memory>

namespace sallyport::upstream {

class deadlines : public std::enable_shared_from_this<deadlines> {
 public:
  explicit deadlines(boost::asio::io_context& on);

  void set(deadline_wheel::entry& whose, instant due);
  static void end(deadline_wheel::entry& whose) { deadline_wheel::end(whose); }

 private:
  class ticket;
  using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  void arm(instant when);
  void turn();

  deadline_wheel wheel_;
  timer timer_;
  instant armed_ = instant::max();   ///< what the timer waits for; the greatest: nothing
};

}  // namespace sallyport::upstream

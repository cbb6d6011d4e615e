#pragma once
/// The real time, for one worker's thread.

#include "proxy/words/clock.hpp"

namespace sallyport {

class worker_clock final : public clock {
 public:
  /// `on` outlives the clock and every wait that it makes.
  explicit worker_clock(boost::asio::io_context& on) : on_(on) {}

  instant now() const override { return std::chrono::steady_clock::now(); }
  wall_time wall() const override { return std::chrono::system_clock::now(); }
  std::unique_ptr<wait_handle> make_wait() override;

 private:
  boost::asio::io_context& on_;
};

}  // namespace sallyport

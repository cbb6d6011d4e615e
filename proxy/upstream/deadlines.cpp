#include "proxy/upstream/deadlines.hpp"

#include <utility>

namespace sallyport::upstream {

/// The timer's handler. Destroyed uncalled, it says that the io_context has ended.
class deadlines::ticket {
 public:
  explicit ticket(std::weak_ptr<deadlines> of) : of_(std::move(of)) {}
  ticket(ticket&& other) noexcept : of_(std::exchange(other.of_, {})), is_used_(std::exchange(other.is_used_, true)) {}
  ticket(const ticket&) = delete;
  ticket& operator=(const ticket&) = delete;
  ticket& operator=(ticket&&) = delete;
  ~ticket() {
    if (is_used_) return;
    if (const auto all = of_.lock()) all->wheel_.lose_all();
  }
  void operator()(boost::system::error_code ended) {
    is_used_ = true;
    if (ended) return;   // armed anew for an earlier time
    if (const auto all = of_.lock()) all->turn();
  }

 private:
  std::weak_ptr<deadlines> of_;
  bool is_used_ = false;
};

deadlines::deadlines(boost::asio::io_context& on) : wheel_(std::chrono::steady_clock::now()), timer_(on.get_executor()) {}

void deadlines::set(deadline_wheel::entry& whose, instant due) {
  const instant turn = wheel_.set(whose, due);
  if (turn < armed_) arm(turn);
}

void deadlines::arm(instant when) {
  armed_ = when;
  timer_.expires_at(when);
  timer_.async_wait(ticket(weak_from_this()));
}

void deadlines::turn() {
  armed_ = instant::max();
  wheel_.advance(std::chrono::steady_clock::now());
  if (const auto next = wheel_.next_turn(); next && *next < armed_) arm(*next);
}

}  // namespace sallyport::upstream

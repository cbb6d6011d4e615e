#pragma once
/// A clock whose time moves only when nothing else can: the heart of the deterministic simulation. One thread.

#include "proxy/words/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>

namespace sallyport::tests {

class virtual_clock final : public clock {
 public:
  explicit virtual_clock(boost::asio::io_context& on) : on_(on) {}

  instant now() const override { return now_; }
  wall_time wall() const override { return wall_time(std::chrono::seconds(1'800'000'000)) + std::chrono::duration_cast<wall_time::duration>(now_ - start()); }
  std::unique_ptr<wait_handle> make_wait() override { return std::make_unique<wait>(*this); }

  static instant start() { return instant(std::chrono::hours(1)); }

  /// Moves the time to the next wait that is due and ends it. False when nobody waits.
  bool advance() {
    if (due_.empty()) return false;
    const auto first = due_.begin();
    if (first->first > now_) now_ = first->first;
    wait* ended = first->second;
    due_.erase(first);
    ended->fire(true);
    return true;
  }

  /// Runs what is ready, then lets time pass, until `done` says so. False: everything waits for ever.
  template <class Done>
  bool run_until(Done done) {
    for (;;) {
      on_.restart();
      on_.poll();
      if (done()) return true;
      if (!advance()) return false;
    }
  }

  /// Lets that much time pass, with all that is due in it. `on` runs nothing else meanwhile.
  void pass(duration by) {
    const instant until = now_ + by;
    for (;;) {
      on_.restart();
      on_.poll();
      if (due_.empty() || due_.begin()->first > until) break;
      advance();
    }
    now_ = until;
  }

 private:
  class wait final : public wait_handle {
   public:
    explicit wait(virtual_clock& of) : of_(of), event_(of.on_) {}
    ~wait() override { forget(); }

    task<bool> until(instant when) override {
      if (cancelled_) {
        cancelled_ = false;
        co_return false;
      }
      waiting_ = true;
      came_ = false;
      at_ = of_.due_.emplace(when, this);
      event_.expires_at(instant::max());
      co_await event_.async_wait(as_values);
      co_return came_;
    }

    void cancel() override {
      if (waiting_) {
        forget();
        fire(false);
      } else {
        cancelled_ = true;
      }
    }

    void fire(bool came) {
      waiting_ = false;
      came_ = came;
      event_.cancel();
    }

   private:
    void forget() {
      if (!waiting_) return;
      of_.due_.erase(at_);
      waiting_ = false;
    }

    virtual_clock& of_;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor> event_;
    std::multimap<instant, wait*>::iterator at_{};
    bool waiting_ = false;
    bool came_ = false;
    bool cancelled_ = false;
  };

  boost::asio::io_context& on_;
  instant now_ = start();
  std::multimap<instant, wait*> due_;
};

}  // namespace sallyport::tests

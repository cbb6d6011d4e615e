#pragma once
/// One coroutine that waits for a call instead of for an operation of Asio's. Owned by whoever will make the call; one thread.

#include "proxy/words/task.hpp"

#include <boost/asio/async_result.hpp>

#include <memory>
#include <utility>

namespace sallyport {

class suspension {
 public:
  /// Suspends the caller until resume(). One wait at a time.
  task<void> wait() {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<executor>, void()>(keep_handler{this}, token());
  }
  bool is_waiting() const { return waiting_ != nullptr; }
  /// Goes on with the waiting coroutine before it returns; the owner may be gone afterwards.
  void resume() { std::exchange(waiting_, nullptr)->go_on(); }
  /// Throws the waiting coroutine away: its io_context ends.
  void drop() { waiting_.reset(); }

 private:
  struct continuation {
    virtual ~continuation() = default;
    virtual void go_on() = 0;
  };
  template <class Handler>
  struct continuation_of final : continuation {
    explicit continuation_of(Handler given) : handler(std::move(given)) {}
    void go_on() override { std::move(handler)(); }
    Handler handler;
  };
  struct keep_handler {
    suspension* where;
    template <class Handler>
    void operator()(Handler&& handler) const {
      where->waiting_ = std::make_unique<continuation_of<std::decay_t<Handler>>>(std::forward<Handler>(handler));
    }
  };
  static const boost::asio::use_awaitable_t<executor>& token() {
    static constexpr boost::asio::use_awaitable_t<executor> made;
    return made;
  }

  std::unique_ptr<continuation> waiting_;
};

}  // namespace sallyport

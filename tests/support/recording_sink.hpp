#pragma once
/// A client made of memory: keeps what it is sent, reads as slowly as told, and leaves when told.

#include "proxy/words/clock.hpp"
#include "proxy/words/reply_sink.hpp"

#include <optional>
#include <string>

namespace sallyport::tests {

class recording_sink final : public reply_sink {
 public:
  enum class ending { none, whole, closed, broken_off };

  task<bool> send_whole(reply_start start, std::string_view body) override {
    if (gone_) co_return false;
    head = std::move(start);
    bytes = body;
    ended = ending::whole;
    co_return true;
  }
  task<bool> open(reply_start start) override {
    if (gone_) co_return false;
    head = std::move(start);
    open_ = true;
    ++opened;
    co_return true;
  }
  task<bool> write(std::string_view more) override {
    if (gone_) co_return false;
    bytes += more;
    ++writes;
    if (leaves_after_writes && writes >= *leaves_after_writes) leave();
    co_return true;
  }
  task<bool> close(std::string_view last) override {
    if (gone_) co_return false;
    bytes += last;
    ended = ending::closed;
    co_return true;
  }
  void break_off() override { ended = ending::broken_off; }
  bool is_open() const override { return open_; }
  bool client_is_gone() const override { return gone_; }
  void when_client_leaves(std::function<void()> gone) override { left_ = std::move(gone); }

  void leave() {
    if (gone_) return;
    gone_ = true;
    if (left_) left_();
  }

  std::optional<reply_start> head;
  std::string bytes;
  int writes = 0;
  int opened = 0;
  ending ended = ending::none;
  std::optional<int> leaves_after_writes;

 private:
  bool open_ = false;
  bool gone_ = false;
  std::function<void()> left_;
};

}  // namespace sallyport::tests

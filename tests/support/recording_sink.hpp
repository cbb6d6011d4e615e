#pragma once
/// A client made of memory: keeps what it is sent, reads as slowly as told, and leaves when told.

#include "proxy/words/clock.hpp"
#include "proxy/words/reply_sink.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
  bool write_now(std::string_view more) override {
    if (gone_) return false;
    has_room_ = !has_room_;
    if (has_room_) return take(more);
    begun_ = more.size() / 2;
    bytes += more.substr(0, begun_);
    return false;
  }
  task<bool> write(std::string_view more) override {
    if (gone_) co_return false;
    co_return take(more.substr(std::exchange(begun_, 0)));
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
  bool take(std::string_view more) {
    bytes += more;
    ++writes;
    if (leaves_after_writes && writes >= *leaves_after_writes) leave();
    return true;
  }

  bool open_ = false;
  bool gone_ = false;
  bool has_room_ = true;     ///< of every second write_now() for a half only
  std::size_t begun_ = 0;
  std::function<void()> left_;
};

}  // namespace sallyport::tests

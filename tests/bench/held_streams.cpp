// Open streams for tests/bench/compare, which says on standard input what is next and gets a line for each (load_words.hpp has the words):
//   open N       opens N more streams and waits for the first text of each           opened N EVENTS
//   watch MS     for so long reads what comes                                        watched EVENTS MS
//   finish       reads until every stream has ended well; the upstream is told before   finished STREAMS EVENTS
// EVENTS holds the events with text since the line before; of `finish`, all since the beginning.
// A stream that is not answered with 200, ends before `finish` or never ends well is an error (exit 1).

#include "load_words.hpp"
#include "tls_socket.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using std::chrono::milliseconds;

constexpr unsigned seconds_max = 300;
constexpr int opening_at_once = 50;  ///< fewer than any proxy's backlog
constexpr milliseconds opening_max{60'000}, finishing_max{60'000};
constexpr std::string_view last_chunk = "\r\n0\r\n\r\n";

struct stream {
  tls_socket socket;
  std::string received;  ///< the head; then what could be the beginning of a sign or of the end
  bool has_head = false, has_text = false, has_ended = false;
};

class held_streams {
 public:
  explicit held_streams(const load_words& words) : words_(words), request_(request_of(words)), sign_(event_sign(words)) {}

  void open(long more) {
    const auto before = events_;
    const auto wanted = all_.size() + std::size_t(more);
    const auto last = now() + opening_max;
    while (begun_ < wanted) {
      while (all_.size() < wanted && all_.size() - begun_ < opening_at_once) add();
      turn(milliseconds(100));
      if (now() > last) fail("streams did not begin in time");
    }
    std::printf("opened %ld %ld\n", more, events_ - before);
  }

  void watch(milliseconds duration) {
    const auto before = events_;
    const auto begin = now();
    while (now() - begin < duration) turn(duration - std::chrono::duration_cast<milliseconds>(now() - begin));
    std::printf("watched %ld %ld\n", events_ - before, long(std::chrono::duration_cast<milliseconds>(now() - begin).count()));
  }

  void finish() {
    is_finishing_ = true;
    const auto last = now() + finishing_max;
    while (ended_ < all_.size()) {
      turn(milliseconds(100));
      if (now() > last) fail("streams did not end in time");
    }
    std::printf("finished %zu %ld\n", ended_, events_);
  }

 private:
  static std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

  void add() {
    auto& made = all_.emplace_back();
    made.socket = tls_socket::connect(words_.port, words_.is_tls ? &tls_ : nullptr);
    if (!made.socket.is_open() || !made.socket.send(request_)) fail("cannot connect");
    epoll_event watched{};
    watched.events = EPOLLIN;
    watched.data.ptr = &made;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, made.socket.descriptor(), &watched);
  }

  void turn(milliseconds wait) {
    epoll_event ready[64];
    const int found = ::epoll_wait(poll_, ready, 64, int(wait.count()));
    for (int i = 0; i < found; ++i) read(*static_cast<stream*>(ready[i].data.ptr));
  }

  void read(stream& from) {
    if (!receive_all(from.socket, from.received)) fail("a stream broke off after", from.received);
    if (!from.has_head) {
      const auto head = from.received.find("\r\n\r\n");
      if (head == std::string::npos) return;
      if (!from.received.starts_with("HTTP/1.1 200 ")) fail("answer:", from.received);
      from.received.erase(0, head + 2);
      from.has_head = true;
    }
    const auto found = signs_in(from.received, sign_);
    events_ += found;
    if (found > 0 && !from.has_text) {
      from.has_text = true;
      ++begun_;
    }
    if (from.received.ends_with(last_chunk)) ended(from);
    const auto kept = sign_.size() - 1;  // more than the last chunk has
    if (from.received.size() > kept) from.received.erase(0, from.received.size() - kept);
  }

  void ended(stream& by) {
    if (!is_finishing_ || by.has_ended) fail("a stream ended too early after", by.received);
    by.has_ended = true;
    ++ended_;
  }

  const load_words words_;
  const tls_side tls_ = tls_side::client();
  const std::string request_;
  const std::string_view sign_;
  const int poll_ = ::epoll_create1(0);
  std::deque<stream> all_;  ///< epoll has pointers to them
  std::size_t begun_ = 0, ended_ = 0;
  long events_ = 0;
  bool is_finishing_ = false;
};

}  // namespace

int main(int count, char** arguments) {
  ::alarm(seconds_max);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  held_streams streams(read_words(count, arguments));
  std::string word;
  while (std::cin >> word && word != "finish") {
    long amount = 0;
    std::cin >> amount;
    if (word == "open") streams.open(amount);
    if (word == "watch") streams.watch(milliseconds(amount));
  }
  if (word == "finish") streams.finish();
}

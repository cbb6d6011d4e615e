// The loader of tests/bench/compare: `connections` keep-alive connections, `requests` requests in all; load_words.hpp has its words.
// Prints SECONDS ANSWERS EVENTS LATENCY_P50_US; an event is one that holds text.
// With a rate, requests fall due whether or not the answers keep up, and a latency counts from when its request fell due, so that waiting
// for a free connection is part of it.
// Any answer that is not 200 or a connection that ends is an error (exit 1), so a row is never the speed of failing.

#include "load_words.hpp"
#include "tls_socket.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using time_point = std::chrono::steady_clock::time_point;

constexpr unsigned seconds_max = 120;

struct connection {
  tls_socket socket;
  std::string received;
  time_point due;
};

std::size_t length_in(std::string_view head) {
  auto at = head.find("ontent-Length: ");
  if (at == std::string_view::npos) at = head.find("ontent-length: ");
  return at == std::string_view::npos ? at : std::strtoul(head.data() + at + 15, nullptr, 10);
}

/// Whether one whole answer was received; the gateways frame with a length or in chunks. No event holds a carriage return, so that only
/// the last chunk looks like the last chunk.
bool whole(std::string_view received) {
  const auto head = received.find("\r\n\r\n");
  if (head == std::string_view::npos) return false;
  if (!received.starts_with("HTTP/1.1 200 ")) fail("answer:", received);
  const auto length = length_in(received.substr(0, head));
  if (length == std::string_view::npos) return received.ends_with("\r\n0\r\n\r\n");
  return received.size() >= head + 4 + length;
}

/// The body of a whole answer, without the framing: a gateway may cut chunks anywhere, also within an event.
std::string body_of(std::string_view answer) {
  const auto head = answer.find("\r\n\r\n");
  std::string body;
  if (length_in(answer.substr(0, head)) != std::string_view::npos) return body.assign(answer.substr(head + 4));
  for (auto rest = answer.substr(head + 4);;) {
    const auto size = std::strtoul(rest.data(), nullptr, 16);
    const auto begin = rest.find("\r\n") + 2;
    if (size == 0) return body;
    if (rest.size() < begin + size + 2 || rest.substr(begin + size, 2) != "\r\n") fail("chunk:", rest);
    body += rest.substr(begin, size);
    rest.remove_prefix(begin + size + 2);
  }
}

class loader {
 public:
  explicit loader(const load_words& words)
      : request_(request_of(words)), event_sign_(event_sign(words)), wanted_(words.requests), rate_(words.rate) {}

  void connect(const load_words& words) {
    all_.resize(std::size_t(words.connections));
    for (auto& each : all_) {
      each.socket = tls_socket::connect(words.port, words.is_tls ? &tls_ : nullptr);
      if (!each.socket.is_open()) fail("cannot connect");
      watch(each.socket.descriptor(), &each);
      idle_.push_back(&each);
    }
  }

  void run() {
    const auto begin = std::chrono::steady_clock::now();
    last_due_ = begin;
    if (rate_ > 0) {
      start_timer();
    } else {
      while (!idle_.empty() && fallen_due_ < wanted_) fall_due(begin);
    }
    while (answers() < wanted_) turn();
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  void print() {
    const auto middle = latencies_us_.begin() + wanted_ / 2;
    std::nth_element(latencies_us_.begin(), middle, latencies_us_.end());
    std::printf("%.6f %ld %ld %.1f\n", seconds_, answers(), events_, *middle);
  }

 private:
  long answers() const { return long(latencies_us_.size()); }

  void watch(int which, void* as) {
    epoll_event watched{};
    watched.events = EPOLLIN;
    watched.data.ptr = as;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, which, &watched);
  }

  void start_timer() {
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, 0);
    itimerspec each{};
    each.it_interval.tv_sec = rate_ == 1 ? 1 : 0;
    each.it_interval.tv_nsec = 1'000'000'000 / rate_ % 1'000'000'000;
    each.it_value = each.it_interval;
    ::timerfd_settime(timer_, 0, &each, nullptr);
    watch(timer_, &timer_);
  }

  void ticked() {
    std::uint64_t times = 0;
    if (::read(timer_, &times, sizeof times) != sizeof times) fail("timer");
    for (; times > 0 && fallen_due_ < wanted_; --times) fall_due(last_due_ += std::chrono::nanoseconds(1'000'000'000 / rate_));
  }

  void fall_due(time_point at) {
    ++fallen_due_;
    if (idle_.empty()) return waiting_.push_back(at);
    auto* free = idle_.front();
    idle_.pop_front();
    ask(*free, at);
  }

  void ask(connection& of, time_point due) {
    of.due = due;
    if (!of.socket.send(request_)) fail("cannot send");
  }

  void turn() {
    epoll_event ready[64];
    const int found = ::epoll_wait(poll_, ready, 64, -1);
    for (int i = 0; i < found; ++i) {
      if (ready[i].data.ptr == &timer_) {
        ticked();
      } else if (auto& from = *static_cast<connection*>(ready[i].data.ptr); receive(from)) {
        answered(from);
      }
    }
  }

  static bool receive(connection& from) {
    if (!receive_all(from.socket, from.received)) fail("connection ended after", from.received);
    return whole(from.received);
  }

  void answered(connection& by) {
    const auto now = std::chrono::steady_clock::now();
    latencies_us_.push_back(std::chrono::duration<float, std::micro>(now - by.due).count());
    events_ += signs_in(body_of(by.received), event_sign_);
    by.received.clear();
    idle_.push_back(&by);
    if (rate_ == 0 && fallen_due_ < wanted_) fall_due(now);
    if (waiting_.empty() || idle_.empty()) return;
    idle_.pop_back();  // the one that was pushed above
    ask(by, waiting_.front());
    waiting_.pop_front();
  }

  const tls_side tls_ = tls_side::client();
  const std::string request_;
  const std::string_view event_sign_;
  const long wanted_, rate_;
  const int poll_ = ::epoll_create1(0);
  int timer_ = -1;
  std::vector<connection> all_;
  std::deque<connection*> idle_;  ///< the longest idle goes first, so that none gets old enough to be closed for it
  std::deque<time_point> waiting_;  ///< due, and no connection was free
  std::vector<float> latencies_us_;
  time_point last_due_;
  long fallen_due_ = 0, events_ = 0;
  double seconds_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  const auto words = read_words(count, arguments);
  ::alarm(seconds_max);  // Ends by itself, with an error, when the answers stop.
  loader load(words);
  load.connect(words);
  load.run();
  load.print();
}

// The upstream of tests/bench/compare: answers what asks for a stream with CHUNKS events of 150 B, one write each, the rest with 2 KB.
//   upstream CHUNKS [CERTIFICATE KEY]     prints its port; with PEM files it speaks TLS
// A request whose text says "pace_us=N" gets an event every N microseconds, any other stream as fast as it is taken. "held" beside it: the
// first event at once, and events without end, until told otherwise by GET /WORD, which answers with how many events with text were sent:
//   /quiet    paced streams wait      /speak    they go on      /finish    held streams end      /sent    nothing else
// One thread, epoll, keep-alive. Measures nothing itself and checks no more than it needs.

#include "tls_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

using time_point = std::chrono::steady_clock::time_point;

constexpr std::size_t reply_bytes = 2048;
constexpr std::size_t event_bytes = 150;
constexpr unsigned seconds_max = 7200;

struct connection {
  tls_socket socket;
  std::string received;
  int chunks_left = 0;
  unsigned texts = 0;  ///< events with text that it got
  std::chrono::microseconds pace{};
  bool is_held = false, watched_for_room = false;
};

/// before + filler + after, `total` bytes long.
std::string padded(std::string before, const std::string& after, std::size_t total) {
  before.append(total - before.size() - after.size(), 'x');
  return before + after;
}

std::string framed(const std::string& event) {
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", event.size());
  return size + event + "\r\n";
}

std::string with_head(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string make_reply() {
  const auto body = padded(R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"stub-model",)"
                           R"("choices":[{"index":0,"message":{"role":"assistant","content":")",
                           R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":480,"completion_tokens":420,"total_tokens":900}})",
                           reply_bytes);
  return with_head(body);
}

std::string make_event(const std::string& begin, const std::string& end) {
  return framed(padded(R"(data: {"id":"chatcmpl-bench","object":"chat.completion.chunk",)" + begin, end + "\n\n", event_bytes));
}

const std::string reply = make_reply();
// The last header is nginx's own word for "write on at once what comes"; without it a proxy gathers whole buffers.
const std::string stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nX-Accel-Buffering: no\r\n\r\n";
// Two that take turns: LiteLLM breaks off a stream that says the same a hundred times.
const std::string events[] = {make_event(R"("created":1700000000,"choices":[{"index":0,"delta":{"content":"xa)", R"("}}]})"),
                              make_event(R"("created":1700000000,"choices":[{"index":0,"delta":{"content":"xb)", R"("}}]})")};
const std::string finish = make_event(R"("model":")", R"(","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})");
const std::string usage = make_event(R"("m":")", R"(","choices":[],"usage":{"prompt_tokens":480,"completion_tokens":200}})");
const std::string stream_end = framed("data: [DONE]\n\n") + "0\r\n\r\n";

/// Length of the first whole request in `received`, 0 when it is not whole yet.
std::size_t whole_request(std::string_view received) {
  const auto head = received.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  auto at = received.find("ontent-");
  for (; at < head; at = received.find("ontent-", at + 1))
    if (received.substr(at + 7, 7) == "Length:" || received.substr(at + 7, 7) == "length:") break;
  if (at >= head) return head + 4;
  const auto length = std::strtoul(received.data() + at + 14, nullptr, 10);
  return received.size() >= head + 4 + length ? head + 4 + length : 0;
}

std::chrono::microseconds pace_in(std::string_view request) {
  constexpr std::string_view word = "pace_us=";
  const auto at = request.find(word);
  return std::chrono::microseconds(at == std::string_view::npos ? 0 : std::strtol(request.data() + at + word.size(), nullptr, 10));
}

/// Gateways that write the body anew put a space before the value.
bool asks_for_stream(std::string_view request) {
  return request.find(R"("stream":true)") != std::string_view::npos || request.find(R"("stream": true)") != std::string_view::npos;
}

class upstream {
 public:
  upstream(int chunks, std::optional<tls_side> under) : chunks_(chunks), under_(std::move(under)) {}

  /// False when it cannot listen.
  bool listen() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 4096) != 0) return false;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("%d\n", int(ntohs(address.sin_port)));
    std::fflush(stdout);
    return add(listener_) && add(timer_);
  }

  void turn() {
    epoll_event ready[64];
    const int found = ::epoll_wait(poll_, ready, 64, -1);
    for (int i = 0; i < found; ++i) {
      const int which = ready[i].data.fd;
      if (which == listener_) {
        accept();
      } else if (which == timer_) {
        ticked();
      } else if (auto& at = open_[which]; serve(which, at, ready[i].events)) {
        watch_for_room(which, at);
      } else {
        close(which);
      }
    }
  }

 private:
  bool add(int which) {
    epoll_event watched{};
    watched.events = EPOLLIN;
    watched.data.fd = which;
    return ::epoll_ctl(poll_, EPOLL_CTL_ADD, which, &watched) == 0;
  }

  void accept() {
    auto made = tls_socket::accepted(::accept(listener_, nullptr, nullptr), under_ ? &*under_ : nullptr);
    if (!made.is_open()) return;
    const int which = made.descriptor();
    open_[which].socket = std::move(made);
    add(which);
  }

  void close(int which) {
    std::erase_if(due_, [which](const auto& each) { return each.second == which; });
    open_.erase(which);
  }

  /// False when the peer is gone, or is to go.
  bool serve(int which, connection& at, std::uint32_t happened) {
    if ((happened & ~std::uint32_t(EPOLLOUT)) != 0 && !readable(which, at)) return false;
    return !at.watched_for_room || (happened & EPOLLOUT) == 0 || advance(at);
  }

  bool readable(int from, connection& at) {
    return receive_all(at.socket, at.received) && at.received.size() < (1U << 20) && answer(from, at);
  }

  bool answer(int to, connection& at) {
    const auto length = whole_request(at.received);
    if (length == 0) return true;
    const auto request = at.received.substr(0, length);
    at.received.erase(0, length);
    if (request.starts_with("GET /")) return told(at, request);
    if (!asks_for_stream(request)) return at.socket.send(reply);
    at.pace = pace_in(request);
    at.is_held = request.find("held x") != std::string::npos;
    at.chunks_left = at.is_held ? 3 : chunks_;
    // Streams that began together are spread over the pace, as those of independent clients would be.
    if (at.pace.count() > 0) wait_until(std::chrono::steady_clock::now() + at.pace * (++paced_streams_ * 619 % 1000) / 1000, to);
    return at.socket.send(stream_head) && (!at.is_held || send_text(at));
  }

  bool told(connection& by, std::string_view request) {
    if (request.starts_with("GET /quiet ")) is_quiet_ = true;
    if (request.starts_with("GET /finish ")) is_finishing_ = true;
    if (request.starts_with("GET /speak ") || request.starts_with("GET /finish ")) speak();
    return by.socket.send(with_head(std::to_string(texts_) + "\n"));
  }

  /// All that waited meanwhile would be due at once.
  void speak() {
    is_quiet_ = false;
    const auto now = std::chrono::steady_clock::now();
    std::multimap<time_point, int> due;
    std::size_t number = 0;
    for (const auto& [when, which] : due_) due.emplace(now + open_[which].pace * number++ / due_.size(), which);
    due_ = std::move(due);
    set_timer();
  }

  bool send_text(connection& to) {
    ++texts_;
    return to.socket.send(events[++to.texts % 2]);
  }

  /// One event a turn, so that streams interleave.
  bool advance(connection& at) {
    if (at.is_held && !is_finishing_) return send_text(at);
    --at.chunks_left;
    if (at.chunks_left == 0) return at.socket.send(usage + stream_end);
    return at.chunks_left == 1 ? at.socket.send(finish) : send_text(at);
  }

  void watch_for_room(int which, connection& at) {
    const bool wanted = at.chunks_left > 0 && at.pace.count() == 0;
    if (wanted == at.watched_for_room) return;
    at.watched_for_room = wanted;
    epoll_event watched{};
    watched.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    watched.data.fd = which;
    ::epoll_ctl(poll_, EPOLL_CTL_MOD, which, &watched);
  }

  void wait_until(time_point when, int which) {
    due_.emplace(when, which);
    set_timer();
  }

  void set_timer() {
    if (due_.empty() || is_quiet_) return;
    const auto since = due_.begin()->first.time_since_epoch();  // The steady clock is CLOCK_MONOTONIC.
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    itimerspec at{};
    at.it_value.tv_sec = seconds.count();
    at.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
    ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &at, nullptr);
  }

  void ticked() {
    std::uint64_t times = 0;
    if (::read(timer_, &times, sizeof times) != sizeof times) return;
    if (is_quiet_) return;
    const auto now = std::chrono::steady_clock::now();
    while (!due_.empty() && due_.begin()->first <= now) {
      const auto [when, which] = *due_.begin();
      due_.erase(due_.begin());
      auto& at = open_[which];
      // A peer that is gone is closed when epoll says so: in this turn its event may still be to come.
      if (advance(at) && at.chunks_left > 0) due_.emplace(when + at.pace, which);
    }
    set_timer();
  }

  const int chunks_;
  const std::optional<tls_side> under_;
  const int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  const int poll_ = ::epoll_create1(0);
  const int timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  std::unordered_map<int, connection> open_;
  std::multimap<time_point, int> due_;  ///< when the next event of a paced stream is to be written
  unsigned paced_streams_ = 0;
  unsigned long texts_ = 0;
  bool is_quiet_ = false, is_finishing_ = false;
};

}  // namespace

int main(int count, char** arguments) {
  const int chunks = count > 1 ? std::atoi(arguments[1]) : 200;
  if (chunks < 3 || count == 3) return 2;
  ::alarm(seconds_max);  // Ends by itself if whoever started it could not end it.
  std::optional<tls_side> under;
  if (count > 3) under = tls_side::server(arguments[2], arguments[3]);
  if (under && !under->is_usable()) return 2;
  upstream all(chunks, std::move(under));
  if (!all.listen()) return 1;
  for (;;) all.turn();
}

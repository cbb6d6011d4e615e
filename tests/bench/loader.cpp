// The loader of tests/bench/starting-point: CONNECTIONS keep-alive connections on loopback, REQUESTS requests in all.
//   loader PORT CONNECTIONS REQUESTS plain|stream|paced RATE KEY [messages]      prints: SECONDS ANSWERS EVENTS LATENCY_P50_US
// With the last word it speaks as a client of Anthropic's; an event is then one that holds text.
// RATE 0 is a closed loop: a connection asks again once it was answered. Otherwise RATE requests a second fall due, whether or not the
// answers keep up, and a latency counts from when its request fell due, so that waiting for a free connection is part of it.
// `paced` asks the upstream for one event a millisecond, `stream` for events as fast as they can be written.
// Any answer that is not 200 or a connection that ends is an error (exit 1), so a row is never the speed of failing.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
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

constexpr std::size_t body_bytes = 2048;
constexpr unsigned seconds_max = 120;

struct connection {
  int socket = -1;
  std::string received;
  time_point due;
};

[[noreturn]] void fail(const char* why, std::string_view got = {}) {
  std::fprintf(stderr, "loader: %s %.*s\n", why, int(got.substr(0, 300).size()), got.data());
  std::exit(1);
}

std::string make_request(const char* port, std::string_view kind, const char* key, bool is_chat) {
  std::string body = is_chat ? R"({"model":"chat",)" : R"({"model":"chat","max_tokens":500,)";
  if (kind != "plain") body += is_chat ? R"("stream":true,"stream_options":{"include_usage":true},)" : R"("stream":true,)";
  if (kind == "paced") body += R"("metadata":{"pace_us":"1000"},)";
  body += R"("messages":[{"role":"user","content":")";
  body.append(body_bytes - body.size() - 4, 'x');
  body += "\"}]}";
  return std::string("POST ") + (is_chat ? "/v1/chat/completions" : "/v1/messages") + " HTTP/1.1\r\nHost: 127.0.0.1:" + port +
         "\r\nAuthorization: Bearer " + key +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int connected(const char* port) {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(std::uint16_t(std::atoi(port)));
  if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("cannot connect");
  const int on = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

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

long events_in(std::string_view body, std::string_view sign) {
  long found = 0;
  for (auto at = body.find(sign); at != std::string_view::npos; at = body.find(sign, at + 1)) ++found;
  return found;
}

class loader {
 public:
  loader(std::string request, std::string_view event_sign, long wanted, long rate)
      : request_(std::move(request)), event_sign_(event_sign), wanted_(wanted), rate_(rate) {}

  void connect(const char* port, std::size_t connections) {
    all_.resize(connections);
    for (auto& each : all_) {
      each.socket = connected(port);
      watch(each.socket, &each);
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
    auto* free = idle_.back();
    idle_.pop_back();
    ask(*free, at);
  }

  void ask(connection& of, time_point due) {
    of.due = due;
    if (::send(of.socket, request_.data(), request_.size(), MSG_NOSIGNAL) != ssize_t(request_.size())) fail("cannot send");
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
    char bytes[65536];
    const auto got = ::recv(from.socket, bytes, sizeof bytes, 0);
    if (got <= 0) fail("connection ended after", from.received);
    from.received.append(bytes, std::size_t(got));
    return whole(from.received);
  }

  void answered(connection& by) {
    const auto now = std::chrono::steady_clock::now();
    latencies_us_.push_back(std::chrono::duration<float, std::micro>(now - by.due).count());
    events_ += events_in(body_of(by.received), event_sign_);
    by.received.clear();
    idle_.push_back(&by);
    if (rate_ == 0 && fallen_due_ < wanted_) fall_due(now);
    if (waiting_.empty() || idle_.empty()) return;
    idle_.pop_back();
    ask(by, waiting_.front());
    waiting_.pop_front();
  }

  const std::string request_;
  const std::string_view event_sign_;
  const long wanted_, rate_;
  const int poll_ = ::epoll_create1(0);
  int timer_ = -1;
  std::vector<connection> all_;
  std::vector<connection*> idle_;
  std::deque<time_point> waiting_;  ///< due, and no connection was free
  std::vector<float> latencies_us_;
  time_point last_due_;
  long fallen_due_ = 0, events_ = 0;
  double seconds_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  const bool is_chat = count == 7;
  if (!is_chat && (count != 8 || std::string_view(arguments[7]) != "messages"))
    fail("usage: loader PORT CONNECTIONS REQUESTS plain|stream|paced RATE KEY [messages]");
  const auto connections = std::atoi(arguments[2]);
  const auto requests = std::atol(arguments[3]), rate = std::atol(arguments[5]);
  if (connections < 1 || requests < 1 || rate < 0) fail("CONNECTIONS and REQUESTS are at least 1, RATE at least 0");
  ::alarm(seconds_max);  // Ends by itself, with an error, when the answers stop.
  loader load(make_request(arguments[1], arguments[4], arguments[6], is_chat), is_chat ? "data: {" : "text_delta", requests, rate);
  load.connect(arguments[1], std::size_t(connections));
  load.run();
  load.print();
}

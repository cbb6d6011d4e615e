// The upstream of tests/bench/starting-point: answers what asks for a stream with CHUNKS events of 150 B, one write each, the rest with
// 2 KB of JSON. One thread, epoll, keep-alive; prints its port. Measures nothing itself and checks no more than it needs.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

constexpr std::size_t reply_bytes = 2048;
constexpr std::size_t event_bytes = 150;

struct connection {
  std::string received;
  int chunks_left = 0;
};

/// before + filler + after, `total` bytes long.
std::string padded(std::string before, const std::string& after, std::size_t total) {
  before.append(total - before.size() - after.size(), 'x');
  return before + after;
}

std::string framed(const std::string& event) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", event.size());
  return size + event + "\r\n";
}

std::string make_reply() {
  const auto body = padded(R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"stub-model","choices":[{"index":0,)"
                           R"("message":{"role":"assistant","content":")",
                           R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":480,"completion_tokens":420,"total_tokens":900}})", reply_bytes);
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string make_event() {
  return framed(padded(R"(data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"m",)"
                       R"("choices":[{"index":0,"delta":{"content":")", "\"}}]}\n\n", event_bytes));
}

const std::string reply = make_reply();
const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string event = make_event();
const std::string stream_end = framed("data: [DONE]\n\n") + "0\r\n\r\n";

/// Length of the first whole request in `received`, 0 when it is not whole yet.
std::size_t whole_request(std::string_view received) {
  const auto head = received.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  auto at = received.substr(0, head).find("ontent-");
  for (; at < head; at = received.find("ontent-", at + 1))
    if (received.substr(at + 7, 7) == "Length:" || received.substr(at + 7, 7) == "length:") break;
  if (at >= head) return head + 4;
  const auto length = std::strtoul(received.data() + at + 14, nullptr, 10);
  return received.size() >= head + 4 + length ? head + 4 + length : 0;
}

bool sent(int to, const std::string& bytes) { return ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == ssize_t(bytes.size()); }

/// One turn of a stream: one event a turn, so that streams interleave. False when the peer is gone.
bool advance(int to, connection& at) { return --at.chunks_left > 0 ? sent(to, event) : sent(to, event + stream_end); }

void wait_for(int poll, int which, const connection& at) {
  epoll_event watched{};
  watched.events = at.chunks_left > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN;
  watched.data.fd = which;
  ::epoll_ctl(poll, EPOLL_CTL_MOD, which, &watched);
}

bool answer(int to, connection& at, int chunks) {
  const auto length = whole_request(at.received);
  if (length == 0) return true;
  const bool streamed = std::string_view(at.received).substr(0, length).find("\"stream\":true") != std::string_view::npos;
  at.received.erase(0, length);
  if (!streamed) return sent(to, reply);
  at.chunks_left = chunks;
  return sent(to, stream_head);
}

bool readable(int from, connection& at, int chunks) {
  char bytes[16384];
  const auto got = ::recv(from, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  at.received.append(bytes, std::size_t(got));
  return at.received.size() < (1U << 20) && answer(from, at, chunks);
}

int listening_socket() {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(made, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(made, 1024) != 0) return -1;
  ::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("%d\n", int(ntohs(address.sin_port)));
  std::fflush(stdout);
  return made;
}

void add(int poll, int which) {
  const int on = 1;
  ::setsockopt(which, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  epoll_event watched{};
  watched.events = EPOLLIN;
  watched.data.fd = which;
  ::epoll_ctl(poll, EPOLL_CTL_ADD, which, &watched);
}

}  // namespace

int main(int count, char** arguments) {
  const int chunks = count > 1 ? std::atoi(arguments[1]) : 200;
  const int listener = listening_socket();
  const int poll = ::epoll_create1(0);
  if (listener < 0 || poll < 0) return 1;
  ::alarm(900);  // Ends by itself if whoever started it could not end it.
  add(poll, listener);
  std::unordered_map<int, connection> open;
  for (epoll_event ready[64];;) {
    const int found = ::epoll_wait(poll, ready, 64, -1);
    for (int i = 0; i < found; ++i) {
      const int which = ready[i].data.fd;
      if (which == listener) {
        if (const int made = ::accept(listener, nullptr, nullptr); made >= 0) add(poll, made), open[made] = {};
        continue;
      }
      auto& at = open[which];
      bool alive = (ready[i].events & ~std::uint32_t(EPOLLOUT)) == 0 || readable(which, at, chunks);
      if (alive && at.chunks_left > 0 && (ready[i].events & EPOLLOUT) != 0) alive = advance(which, at);
      if (alive) {
        wait_for(poll, which, at);
      } else {
        ::close(which);
        open.erase(which);
      }
    }
  }
}

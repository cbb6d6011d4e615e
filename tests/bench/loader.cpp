// The loader of tests/bench/starting-point: closed loop, CONNECTIONS keep-alive connections, REQUESTS requests in all.
//   loader PORT CONNECTIONS REQUESTS plain|stream KEY      prints: SECONDS ANSWERS EVENTS
// Any answer that is not 200 or a connection that ends is an error (exit 1), so a row is never the speed of failing.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t body_bytes = 2048;

struct connection {
  int socket = -1;
  std::string received;
};

struct totals {
  long started = 0, answers = 0, events = 0;
};

std::string make_request(const char* port, bool streamed, const char* key) {
  std::string body = std::string(R"({"model":"chat","stream":)") + (streamed ? "true" : "false") + R"(,"messages":[{"role":"user","content":")";
  body.append(body_bytes - body.size() - 4, 'x');
  body += "\"}]}";
  return std::string("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:") + port + "\r\nAuthorization: Bearer " + key +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

[[noreturn]] void fail(const char* why, std::string_view got = {}) {
  std::fprintf(stderr, "loader: %s %.*s\n", why, int(got.substr(0, 300).size()), got.data());
  std::exit(1);
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

void send_one(connection& to, const std::string& request, totals& sum, long wanted) {
  if (sum.started >= wanted) return;
  ++sum.started;
  if (::send(to.socket, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size())) fail("cannot send");
}

bool ends_with(std::string_view text, std::string_view end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

/// Whether one whole answer was received; the gateways frame with a length or in chunks.
bool whole(std::string_view received) {
  const auto head = received.find("\r\n\r\n");
  if (head == std::string_view::npos) return false;
  if (received.substr(0, 13) != "HTTP/1.1 200 ") fail("answer:", received);
  const auto heading = received.substr(0, head);
  auto at = heading.find("ontent-Length: ");
  if (at == std::string_view::npos) at = heading.find("ontent-length: ");
  if (at == std::string_view::npos) return ends_with(received, "\r\n0\r\n\r\n");
  return received.size() >= head + 4 + std::strtoul(heading.data() + at + 15, nullptr, 10);
}

long events_in(std::string_view answer) {
  long found = 0;
  for (auto at = answer.find("data: {"); at != std::string_view::npos; at = answer.find("data: {", at + 1)) ++found;
  return found;
}

bool receive(connection& from, totals& sum) {
  char bytes[65536];
  const auto got = ::recv(from.socket, bytes, sizeof bytes, 0);
  if (got <= 0) fail("connection ended after", from.received);
  from.received.append(bytes, std::size_t(got));
  if (!whole(from.received)) return false;
  ++sum.answers;
  sum.events += events_in(from.received);
  from.received.clear();
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) fail("usage: loader PORT CONNECTIONS REQUESTS plain|stream KEY");
  const long wanted = std::atol(arguments[3]);
  const auto request = make_request(arguments[1], std::strcmp(arguments[4], "stream") == 0, arguments[5]);
  const int poll = ::epoll_create1(0);
  ::alarm(120);
  std::vector<connection> all(std::size_t(std::atoi(arguments[2])));
  totals sum;
  for (auto& each : all) {
    each.socket = connected(arguments[1]);
    epoll_event watched{};
    watched.events = EPOLLIN;
    watched.data.ptr = &each;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, each.socket, &watched);
  }
  const auto begin = std::chrono::steady_clock::now();
  for (auto& each : all) send_one(each, request, sum, wanted);
  while (sum.answers < wanted) {
    epoll_event ready[64];
    const int found = ::epoll_wait(poll, ready, 64, -1);
    for (int i = 0; i < found; ++i) {
      auto& from = *static_cast<connection*>(ready[i].data.ptr);
      if (receive(from, sum)) send_one(from, request, sum, wanted);
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.6f %ld %ld\n", seconds, sum.answers, sum.events);
}

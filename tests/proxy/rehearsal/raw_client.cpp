#include "tests/proxy/rehearsal/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace sallyport::tests {
namespace {

constexpr int patience_s = 10;

std::string header_of(std::string_view head, std::string_view name) {
  const std::string needle = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(needle);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + needle.size();
  return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
}

/// Takes the chunks that are there; true when the last one is among them.
bool unchunk(std::string_view bytes, std::string& body, std::size_t& used) {
  body.clear();
  for (std::size_t at = 0;;) {
    const std::size_t line = bytes.find("\r\n", at);
    if (line == std::string_view::npos) return false;
    const std::size_t size = std::strtoul(std::string(bytes.substr(at, line - at)).c_str(), nullptr, 16);
    if (bytes.size() < line + 2 + size + 2) {
      body += bytes.substr(line + 2);
      return false;
    }
    body += bytes.substr(line + 2, size);
    at = line + 2 + size + 2;
    used = at;
    if (size == 0) return true;
  }
}

/// Reads what `left` holds of a reply; true when it is whole.
bool parse(const std::string& left, raw_reply& into, std::size_t& used) {
  std::size_t begin = 0;
  std::size_t end = left.find("\r\n\r\n");
  while (end != std::string::npos && left.compare(begin, 10, "HTTP/1.1 1") == 0) {
    begin = end + 4;
    end = left.find("\r\n\r\n", begin);
  }
  if (end == std::string::npos || left.compare(begin, 9, "HTTP/1.1 ") != 0) return false;
  into.head = left.substr(begin, end + 2 - begin);
  into.status = std::atoi(left.c_str() + begin + 9);
  const std::string_view rest = std::string_view(left).substr(end + 4);
  if (header_of(into.head, "transfer-encoding") == "chunked") {
    const bool is_whole = unchunk(rest, into.body, used);
    used += end + 4;
    return is_whole;
  }
  const std::string length = header_of(into.head, "content-length");
  into.body = rest;
  if (length.empty()) return false;
  const std::size_t size = std::strtoul(length.c_str(), nullptr, 10);
  if (rest.size() < size) return false;
  into.body = rest.substr(0, size);
  used = end + 4 + size;
  return true;
}

}  // namespace

std::vector<std::string> raw_reply::events() const {
  std::vector<std::string> found;
  std::string data;
  bool has_data = false;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find_first_of("\r\n", at), body.size());
    const std::string line = body.substr(at, end - at);
    at = end + (body.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    if (line.empty() && has_data) found.push_back(std::exchange(data, {}));
    if (line.empty()) has_data = false;
    if (line.rfind("data:", 0) != 0) continue;
    if (std::exchange(has_data, true)) data += "\n";
    data += line.substr(line.rfind("data: ", 0) == 0 ? 6 : 5);
  }
  return found;
}

std::size_t raw_reply::count(std::string_view text) const {
  std::size_t found = 0;
  for (std::size_t at = body.find(text); at != std::string::npos; at = body.find(text, at + 1)) ++found;
  return found;
}

raw_client::raw_client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{patience_s, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) leave();
}

void raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool raw_client::receive(raw_reply& into) {
  std::array<char, 64 * 1024> buffer;
  const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  into.was_closed = size == 0;
  into.was_reset = size < 0 && errno == ECONNRESET;
  into.timed_out = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (size > 0) left_.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

raw_reply raw_client::read() {
  raw_reply reply;
  std::size_t used = 0;
  while (!(reply.is_whole = parse(left_, reply, used)) && receive(reply)) {
  }
  reply.raw = left_;
  left_.erase(0, reply.is_whole ? used : left_.size());
  return reply;
}

bool raw_client::read_until(std::string_view text) {
  raw_reply reply;
  while (left_.find(text) == std::string::npos)
    if (!receive(reply)) return false;
  return true;
}

void raw_client::leave() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::string post(std::string_view path, std::string_view body, std::string_view headers) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nhost: upstream\r\ncontent-type: application/json\r\n" + std::string(headers) +
         "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chat(std::string_view model, bool stream, std::string_view text, std::string_view more) {
  return post("/v1/chat/completions", "{\"model\":\"" + std::string(model) + "\",\"stream\":" + (stream ? "true" : "false") +
                                          ",\"messages\":[{\"role\":\"user\",\"content\":\"" + std::string(text) + "\"}]" +
                                          std::string(more) + "}");
}

raw_reply ask(std::uint16_t port, std::string_view request) {
  raw_client client(port);
  client.send(request);
  return client.read();
}

}  // namespace sallyport::tests

#include "proxy/succession/take_over.hpp"

#include <boost/asio/ip/address.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <string_view>
#include <utility>

namespace sallyport::succession {
namespace {

/// The predecessor answers within moments; a store that it cannot write holds it up for a second.
constexpr int answer_ms_max = 30'000;

failure gave_up(const std::string& why) { return fail_with(failure_kind::internal, "The running gateway does not hand over: " + why + "."); }

/// As bytes of the socket's own form; names are looked up as for binding.
bool listens_on(int descriptor, const std::string& host, std::uint16_t port) {
  sockaddr_storage at{};
  socklen_t length = sizeof at;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&at), &length) != 0) return false;
  addrinfo wanted{};
  wanted.ai_flags = AI_PASSIVE;
  wanted.ai_family = at.ss_family;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return false;
  bool same = false;
  if (at.ss_family == AF_INET) {
    const auto& own = reinterpret_cast<const sockaddr_in&>(at);
    const auto& asked = *reinterpret_cast<const sockaddr_in*>(found->ai_addr);
    same = own.sin_addr.s_addr == asked.sin_addr.s_addr && (port == 0 || ntohs(own.sin_port) == port);
  } else if (at.ss_family == AF_INET6) {
    const auto& own = reinterpret_cast<const sockaddr_in6&>(at);
    const auto& asked = *reinterpret_cast<const sockaddr_in6*>(found->ai_addr);
    same = std::memcmp(&own.sin6_addr, &asked.sin6_addr, sizeof own.sin6_addr) == 0 && (port == 0 || ntohs(own.sin6_port) == port);
  }
  ::freeaddrinfo(found);
  return same;
}

}  // namespace

result<std::unique_ptr<predecessor>> predecessor::find(const std::string& folder) {
  auto connected = note_socket::connect(folder, take_over_name);
  if (connected.has_error()) return std::move(connected).error();
  if (!*connected) return std::unique_ptr<predecessor>();
  std::unique_ptr<predecessor> made(new predecessor(std::move(**connected)));
  made->to_.send(take_over_wish);   // where that fails, it has ended or refused: the answer says which
  const auto received = made->receive_sockets();
  if (received.has_error()) return received.error();
  return *received ? std::move(made) : nullptr;
}

result<bool> predecessor::receive_sockets() {
  for (;;) {
    note got;
    const auto came = to_.receive(got, answer_ms_max);
    if (came == note_socket::came::nothing_yet) return gave_up("it does not answer");
    if (came == note_socket::came::ended) return false;
    if (got.text.starts_with(refusal_prefix)) return gave_up(got.text.substr(refusal_prefix.size()));
    if (got.text == "all") return true;
    auto* const kind = got.text == "api" ? &api_ : got.text == "admin" ? &admin_ : nullptr;
    if (!kind || !got.descriptor) return gave_up("it speaks of something else");
    kind->push_back(std::move(got.descriptor));
  }
}

std::vector<owned_descriptor> predecessor::take(std::vector<owned_descriptor>& from, bool& kept, const std::string& host,
                                                std::uint16_t port) {
  std::vector<owned_descriptor> taken;
  for (auto& one : from)
    if (listens_on(one.get(), host, port)) taken.push_back(std::move(one));
  from.clear();
  kept = !taken.empty();
  return taken;
}

result<void> predecessor::expect(const std::string& word, bool may_have_died) {
  note got;
  const auto came = to_.receive(got, answer_ms_max);
  if (came == note_socket::came::ended && may_have_died) return {};
  if (came == note_socket::came::note && got.text == word) return {};
  if (came == note_socket::came::note && got.text.starts_with(refusal_prefix)) return gave_up(got.text.substr(refusal_prefix.size()));
  return gave_up(came == note_socket::came::nothing_yet ? "it does not answer" : "it speaks of something else");
}

result<void> predecessor::ask_for_store() {
  to_.send("store");   // where that fails, it has ended or refused: the answer says which
  return expect("free", true);
}

result<void> predecessor::relieve() {
  to_.send(std::string("serving") + (kept_.api ? " api" : "") + (kept_.admin ? " admin" : ""));
  return expect("done", true);
}

}  // namespace sallyport::succession

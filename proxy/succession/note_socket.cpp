#include "proxy/succession/note_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace sallyport::succession {
namespace {

constexpr int waiting_max = 8;

failure trouble(const std::string& folder, const std::string& act, int error) {
  return fail_with(failure_kind::internal, "The socket for a successor in " + folder + " cannot be " + act + ": " +
                                               std::generic_category().message(error) + ".");
}

owned_descriptor folder_of(const std::string& path) { return owned_descriptor(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)); }

/// By way of the open folder: an address holds 107 bytes, a folder's path may have more.
sockaddr_un address_in(const owned_descriptor& folder, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = "/proc/self/fd/" + std::to_string(folder.get()) + "/" + name;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

bool is_trusted(int connected) {
  ucred other{};
  socklen_t length = sizeof other;
  if (::getsockopt(connected, SOL_SOCKET, SO_PEERCRED, &other, &length) != 0) return false;
  return other.uid == ::geteuid() || other.uid == 0;
}

}  // namespace

void owned_descriptor::reset(int number) {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

result<std::optional<note_socket>> note_socket::connect(const std::string& folder, const std::string& name) {
  const auto in = folder_of(folder);
  if (!in) return trouble(folder, "found", errno);
  owned_descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return trouble(folder, "made", errno);
  const auto address = address_in(in, name);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return std::optional<note_socket>();
    return trouble(folder, "reached", errno);
  }
  if (!is_trusted(socket.get())) return trouble(folder, "trusted, since another user serves it", EPERM);
  return std::optional<note_socket>(note_socket(std::move(socket)));
}

bool note_socket::send(std::string_view text, int descriptor) {
  iovec part{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof descriptor)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = room;
    message.msg_controllen = sizeof room;
    auto* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  }
  ssize_t sent = 0;
  do sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(text.size());
}

note_socket::came note_socket::receive(note& into, int timeout_ms) {
  pollfd asked{socket_.get(), POLLIN, 0};
  if (::poll(&asked, 1, timeout_ms) <= 0) return came::nothing_yet;
  char text[note_bytes_max];
  iovec part{text, sizeof text};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  auto got = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  // Said once when the other side closed without having read all of ours; its own last note stands behind it.
  if (got < 0 && errno == ECONNRESET) got = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return came::nothing_yet;
  if (got <= 0) return came::ended;
  into.text.assign(text, static_cast<std::size_t>(got));
  into.descriptor.reset();
  const auto* const head = CMSG_FIRSTHDR(&message);
  if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof(int))) {
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(head), sizeof descriptor);
    into.descriptor.reset(descriptor);
  }
  return came::note;
}

result<owned_descriptor> listen_for_notes(const std::string& folder, const std::string& name) {
  const auto in = folder_of(folder);
  if (!in) return trouble(folder, "made", errno);
  const auto own_name = name + "." + std::to_string(::getpid());
  const auto address = address_in(in, own_name);
  owned_descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return trouble(folder, "made", errno);
  ::unlinkat(in.get(), own_name.c_str(), 0);   // of a process that had our number and was killed here
  // The file gets the rights of the socket (unix(7)), so there is no moment at which others may connect.
  ::fchmod(socket.get(), 0600);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return trouble(folder, "made", errno);
  const bool placed = ::listen(socket.get(), waiting_max) == 0 && ::renameat(in.get(), own_name.c_str(), in.get(), name.c_str()) == 0;
  if (placed) return socket;
  const int error = errno;
  ::unlinkat(in.get(), own_name.c_str(), 0);
  return trouble(folder, "made", error);
}

std::optional<note_socket> accept_notes(int listening, bool& other_user) {
  other_user = false;
  owned_descriptor connected(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!connected) return std::nullopt;
  other_user = !is_trusted(connected.get());
  if (other_user) return std::nullopt;
  return note_socket(std::move(connected));
}

}  // namespace sallyport::succession
